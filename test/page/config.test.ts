import { expect } from "chai";
import type { Browser } from "playwright-core";
import type { DriftState } from "../../src/admin/router.ts";
import { withListener } from "../admin/listener.ts";
import type { AdminSite } from "../admin/site.ts";
import { withStopped } from "../cli/inbox-ground.ts";
import { withInboxPage } from "../cli/inbox-page.ts";
import { ask } from "../http/router.ts";
import { delivery } from "../inbox/contract/ground.ts";
import {
	findBarriers,
	LOOKS,
	takePicture,
	usePageGround,
	withPage,
} from "./page.ts";

const FIRST = `version: 1
include: [routes.d/*.yaml]
server: { listen: 127.0.0.1:0 }
admin: { token: a-secret-of-the-file }
networks: { office: [203.0.113.0/24] }
defaults: { firewall: [loopback], signature: none }
routes:
  - name: inbound
    path: /sms
    kind: sms.inbound
    handler: { plugin: log }
  - name: receipts
    path: /receipts
    kind: sms.dlr
    handler: { plugin: log }
`;

const CALLS = `routes:
  - name: answer
    path: /answer
    kind: voice.answer
    handler: { ncco: [{ action: talk, text: hello }] }
`;

/** A difference whose text came from the platform. */
const DRIFT =
	"`moCallBackUrl` of the account is <img src=x onerror=alert(1)>, and the routes want https://hooks.example/sms.";

/** Another path, a route less, and a kind that does not exist. */
const BROKEN = FIRST.replace("path: /sms", "path: /messages")
	.replace(/ {2}- name: receipts[\s\S]*$/, "")
	.replace("sms.inbound", "sms.inbond");
const FIXED = BROKEN.replace("sms.inbond", "sms.inbound");

describe("the view Configuration", function () {
	this.timeout(120_000);
	let browser: Browser;
	let site: AdminSite;
	usePageGround(
		(ground) => {
			({ browser, site } = ground);
		},
		{ config: FIRST, files: { "routes.d/calls.yaml": CALLS } },
	);

	it("shows what differs on disk and what is wrong there, and reloads when it is right", async () => {
		await withPage(browser, site, "/config", async (page) => {
			await page.getByText("The files on disk are what runs.").waitFor();
			await site.configure(BROKEN);
			await page.getByText("1 file differs from what runs.").waitFor();
			const diff = page.getByRole("region", {
				name: "Differences of routes.yaml",
			});
			await diff.getByText("path: /messages").waitFor();
			const finding = page.getByRole("listitem").filter({
				hasText: "Unknown kind",
			});
			await finding.getByText("routes.yaml:10:11").waitFor();
			await finding.getByText("Did you mean").waitFor();
			await finding.getByRole("region").getByText("^").waitFor();
			for (const look of ["light", "dark", "phone"] as const) {
				await withPage(
					browser,
					site,
					"/config",
					async (other) => {
						await other.getByText("routes.yaml:10:11").waitFor();
						await other.getByText("path: /messages").waitFor();
						expect(await findBarriers(other)).to.deep.equal([]);
						await takePicture(other, "config", look);
					},
					LOOKS[look],
				);
			}
			// With an error the router keeps what runs.
			await page.getByRole("button", { name: "Reload" }).click();
			await page.getByText("Refused: 1 error").waitFor();
			expect(await post("/sms")).to.equal(200);
			await site.configure(FIXED);
			await finding.waitFor({ state: "detached" });
			await page.getByRole("button", { name: "Reload" }).click();
			const result = page
				.getByRole("status")
				.filter({ hasText: "Reloaded in" });
			await result.getByText("receipts").waitFor();
			await page.getByText("The files on disk are what runs.").waitFor();
			expect(await post("/messages")).to.equal(200);
			expect(await post("/sms")).to.equal(404);
		});
	});

	it("works by the keyboard alone", async () => {
		await site.configure(FIRST);
		await withPage(browser, site, "/about", async (page) => {
			await page.getByText("Listens on").waitFor();
			await page.keyboard.press("g");
			await page.keyboard.press("o");
			await page.getByText("1 file differs from what runs.").waitFor();
			await page.keyboard.press("Shift+R");
			await page.getByText("Reloaded in").waitFor();
			await page.getByText("The files on disk are what runs.").waitFor();
			expect(await post("/sms")).to.equal(200);
		});
	});

	it("shows the files as they run, without their secrets", async () => {
		await withPage(browser, site, "/config/files", async (page) => {
			const lines = page.getByRole("list", { name: "Lines of routes.yaml" });
			await lines.getByText("admin: { token: ******** }").waitFor();
			expect(await page.content()).to.not.contain("a-secret-of-the-file");
			await page.getByRole("link", { name: "routes.d/calls.yaml" }).click();
			await page.getByText("kind: voice.answer").waitFor();
			expect(new URL(page.url()).pathname).to.equal(
				"/config/files/routes.d/calls.yaml",
			);
			await page.goBack();
			await lines.waitFor();
		});
	});

	for (const look of ["light", "dark", "phone"] as const)
		it(`has no barrier in the look ${look}`, async () => {
			await withPage(
				browser,
				site,
				"/config/files",
				async (page) => {
					await page.getByText("admin: { token: ******** }").waitFor();
					expect(await findBarriers(page)).to.deep.equal([]);
					await takePicture(page, "config-files", look);
					await page.getByRole("link", { name: "Networks" }).click();
					await page.getByRole("heading", { name: "office" }).waitFor();
					await page.getByRole("cell", { name: "216.147.0.0/18" }).waitFor();
					expect(await findBarriers(page)).to.deep.equal([]);
					await takePicture(page, "config-networks", look);
					await page.getByRole("link", { name: "Platform" }).click();
					await page.getByText("Nobody looks for drift").waitFor();
					expect(await findBarriers(page)).to.deep.equal([]);
				},
				LOOKS[look],
			);
		});

	it("tells the drift at the platform, and why a look failed", async () => {
		let drift: DriftState = {
			...{ state: "drifted", everyMs: 900_000, at: Date.now() - 60_000 },
			differences: [{ account: "default", what: "moCallBackUrl", text: DRIFT }],
		};
		await withListener(
			async (listener) =>
				withPage(browser, listener, "/config/drift", async (page) => {
					await page.getByText("1 difference at the platform").waitFor();
					await page.getByText("<img src=x onerror=alert(1)>").waitFor();
					expect(await page.locator("img").count()).to.equal(0);
					expect(await findBarriers(page)).to.deep.equal([]);
					drift = {
						...{ state: "failed", everyMs: 900_000, at: Date.now() },
						reason: "the platform answered 401",
					};
					await page.reload();
					await page.getByText("the platform answered 401").waitFor();
					expect(await findBarriers(page)).to.deep.equal([]);
				}),
			{ router: { drift: () => drift } },
		);
	});

	it("names the keys that need a restart, and shows a hostile file as text", async () => {
		const file = "/etc/switchhook/<img src=x>.yaml";
		const attack = "# </script><script>alert(1)</script> \u202e\u0007\n";
		await withListener(
			async (listener) => {
				await withPage(browser, listener, "/config", async (page) => {
					await page.getByText("Needs a restart to take effect").waitFor();
					await page.getByText("server.listen").waitFor();
				});
				await withPage(browser, listener, "/config/files", async (page) => {
					const line = page.getByText("# </script><script>alert(1)");
					expect(await line.textContent()).to.match(/\\u\{202e\}\\x07/);
					expect(await page.locator("img").count()).to.equal(0);
				});
			},
			{
				router: {
					files: async () => ({
						readAt: Date.now(),
						texts: new Map([[file, attack]]),
						changes: [],
						restart: ["server.listen"],
					}),
				},
			},
		);
	});

	it("offers no reload to a token that may only read", async () => {
		const READER = "a-token-that-may-only-read-0123";
		await withListener(
			async ({ port }) => {
				const reader = { port, token: READER };
				await withPage(browser, reader, "/config", async (page) => {
					await page.getByText("lacks the scope").waitFor();
					const reload = page.getByRole("button", { name: "Reload" });
					expect(await reload.count()).to.equal(0);
					await page.keyboard.press("Shift+R");
					expect(await findBarriers(page)).to.deep.equal([]);
				});
			},
			{
				config: `version: 1
inbox: { store: none }
admin: { tokens: { reader: { token: "\${READER}", scopes: [read] } } }
`,
				env: { READER },
			},
		);
	});

	it("says over an inbox that no router runs, and offers no reload", () =>
		withStopped(
			(store) => store.put([delivery({ id: "a", state: "dead" })]),
			(folder) =>
				withInboxPage(folder, [], async ({ port, token }) => {
					await withPage(browser, { port, token }, "/config", async (page) => {
						await page.getByText("The files on disk are what").waitFor();
						await page.getByText("there is nothing to reload").waitFor();
						await page.getByText("without a router").waitFor();
						const reload = page.getByRole("button", { name: "Reload" });
						expect(await reload.count()).to.equal(0);
						expect(await findBarriers(page)).to.deep.equal([]);
						await page.getByRole("link", { name: "About" }).click();
						await page
							.getByRole("heading", { name: "About this inbox" })
							.waitFor();
					});
				}),
		));

	async function post(path: string): Promise<number> {
		const { status } = await ask(`${site.origin}${path}`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({
				...{ msisdn: "447700900123", to: "447700900001", type: "text" },
				...{ messageId: "0A0000000123ABCD1", text: "hi" },
				"message-timestamp": "2020-01-01 12:00:00",
			}),
		});
		return status;
	}
});
