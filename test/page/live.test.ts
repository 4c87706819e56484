import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { createEventStream } from "../../src/admin/event-stream.ts";
import type { AdminRouter } from "../../src/admin/router.ts";
import { createFeed, type WebhookSeen } from "../../src/observe/feed.ts";
import { withListener } from "../admin/listener.ts";
import type { AdminSite } from "../admin/site.ts";
import { ask } from "../http/router.ts";
import {
	findBarriers,
	LOOKS,
	takePicture,
	usePageGround,
	withPage,
} from "./page.ts";

const SITE = `version: 1
server: { listen: 127.0.0.1:0 }
networks: { office: [203.0.113.0/24] }
defaults: { firewall: [office], signature: none }
routes:
  - { name: support-line, path: /sms, kind: sms.inbound, level: number, match: { to: "447700900001" }, handler: { plugin: log } }
  - { name: inbound-sms, path: /sms, kind: sms.inbound, level: account, handler: { plugin: log } }
  - { name: menu, path: /menu, kind: ncco.input, level: ncco, handler: { ncco: [{ action: talk, text: hello }] } }
  - { name: events, path: /events, kind: voice.event, level: app, handler: { plugin: log } }
  - { name: crm, path: /receipts, kind: sms.dlr, retry: [1h], handler: { forward: "http://127.0.0.1:9/x" } }
`;

describe("the view Live", function () {
	this.timeout(120_000);
	let browser: Browser;
	let site: AdminSite;
	usePageGround(
		(ground) => {
			({ browser, site } = ground);
		},
		{ config: SITE },
	);

	const send = async (body: object): Promise<string> => {
		const { status, text, json } = await site.call("/api/v1/send", {
			method: "POST",
			body: JSON.stringify(body),
		});
		expect(status, text).to.equal(200);
		return (json().outcome as { readonly event: string }).event;
	};
	const inbound = (to: string, from = "447700900123") =>
		send({ kind: "sms.inbound", set: { to, msisdn: from } });
	const rows = (page: Page) =>
		page
			.getByRole("list", { name: "Webhooks, the newest first" })
			.getByRole("listitem");

	it("teaches while nothing has come, and sends one by a click", async () => {
		await withPage(browser, site, "/live", async (page) => {
			await page.getByText("Nothing has come yet").waitFor();
			await page.getByText("switchhook send --to inbound-sms").waitFor();
			expect(await findBarriers(page)).to.deep.equal([]);
			await page.getByRole("button", { name: "Send one" }).click();
			const [row] = [rows(page).filter({ hasText: "delivered" })];
			await row.waitFor();
			expect(await row.innerText()).to.match(
				/delivered[\s\S]*inbound-sms[\s\S]*sms\.inbound[\s\S]*account[\s\S]*44•+/,
			);
			const { deliveries } = (await site.call("/api/v1/deliveries")).json();
			expect(deliveries).to.have.length(1);
		});
	});

	it("shows webhooks, refusals and attempts as they come, with masked numbers", async () => {
		await withPage(browser, site, "/live", async (page) => {
			await rows(page).first().waitFor();
			const id = await inbound("447700900009", "447700900456");
			const row = page.locator(`a[href="/deliveries/${id}"]`);
			await row.waitFor();
			await row.getByText("delivered").waitFor();
			expect(await row.innerText()).to.include("44••••••••56");
			expect(await page.content()).to.not.include("447700900456");
			await send({ to: "crm" });
			await rows(page)
				.filter({ hasText: "waiting" })
				.filter({ hasText: "crm" })
				.first()
				.waitFor();
			await ask(`${site.origin}/sms?a=b`);
			const refused = rows(page).filter({ hasText: "FIREWALL_DENIED" });
			await refused.getByRole("button").click();
			const strip = page.getByRole("complementary");
			await strip.getByText("from 127.0.0.1, answered 403").waitFor();
			expect(await findBarriers(page)).to.deep.equal([]);
		});
	});

	it("filters by what is in the address, and Back undoes it", async () => {
		await withPage(browser, site, "/live", async (page) => {
			await rows(page).nth(1).waitFor();
			const search = page.getByRole("search");
			await search.getByLabel("route").selectOption("crm");
			await page.waitForURL(/\?route=crm$/);
			await search.getByLabel("outcome").selectOption("waiting");
			await page.waitForURL(/\?route=crm&outcome=waiting$/);
			await rows(page).filter({ hasNotText: "crm" }).first().waitFor({
				state: "detached",
			});
			await inbound("447700900009");
			await send({ to: "crm" });
			await rows(page).filter({ hasText: "crm" }).nth(1).waitFor();
			expect(await rows(page).filter({ hasNotText: "crm" }).count()).to.equal(
				0,
			);
			await page.goBack();
			await page.waitForURL(/\?route=crm$/);
			expect(await search.getByLabel("outcome").inputValue()).to.equal("");
			await page.goBack();
			await page.waitForURL(/\/live$/);
			await rows(page).filter({ hasText: "inbound-sms" }).first().waitFor();
			await search.getByLabel("number").fill("+44 7700 900777");
			await page.keyboard.press("Enter");
			await page.waitForURL(/number=/);
			await search.getByLabel("milliseconds").selectOption("10 ms or more");
			await page.waitForURL(/minMs=10$/);
			await page.goBack();
			await inbound("447700900009", "447700900778");
			await inbound("447700900009", "447700900777");
			await rows(page).filter({ hasText: "44••••••••77" }).waitFor();
			expect(await rows(page).count()).to.equal(1);
			await search.getByRole("button", { name: "Clear" }).click();
			await page.waitForURL(/\/live$/);
			await rows(page).filter({ hasText: "crm" }).first().waitFor();
		});
	});

	it("opens at a link with filters as it was sent", async () => {
		await withPage(
			browser,
			site,
			"/live?level=account&kind=sms.inbound",
			async (page) => {
				await rows(page).first().waitFor();
				expect(
					await rows(page).filter({ hasNotText: "inbound-sms" }).count(),
				).to.equal(0);
				await page.getByLabel("level").selectOption("ncco");
				await page.getByText("Nothing fits these filters yet").waitFor();
				await page.getByRole("button", { name: "Clear the filters" }).click();
				await rows(page).filter({ hasText: "crm" }).first().waitFor();
			},
		);
	});

	it("pauses by Space, says what came meanwhile, and goes on", async () => {
		await withPage(browser, site, "/live", async (page) => {
			await rows(page).first().waitFor();
			const before = await rows(page).first().innerText();
			await page.locator("main").focus();
			await page.keyboard.press("Space");
			await page.getByRole("button", { name: "Go on" }).waitFor();
			const first = await inbound("447700900009");
			await inbound("447700900009");
			await page.getByRole("button", { name: "2 new webhooks" }).waitFor();
			expect(await rows(page).first().innerText()).to.equal(before);
			await page.keyboard.press("Space");
			await page.locator(`a[href="/deliveries/${first}"]`).waitFor();
			await page.getByRole("button", { name: "Pause" }).waitFor();
		});
	});

	it("is held while somebody has scrolled away from the newest", async () => {
		await withPage(
			browser,
			site,
			"/live",
			async (page) => {
				await rows(page).nth(5).waitFor();
				await page.locator(".windowed").evaluate((box) => {
					box.scrollTop = 60;
				});
				await page.getByRole("button", { name: "Go on" }).waitFor();
				await inbound("447700900009");
				await page.getByRole("button", { name: "1 new webhook" }).click();
				await page.getByRole("button", { name: "Pause" }).waitFor();
				expect(
					await page.locator(".windowed").evaluate((box) => box.scrollTop),
				).to.equal(0);
			},
			{ viewport: { width: 1000, height: 260 } },
		);
	});

	it("works by the keyboard alone: choose, filter by a row, open, come back", async () => {
		await withPage(browser, site, "/live", async (page) => {
			const id = await inbound("447700900001");
			await page.locator(`a[href="/deliveries/${id}"]`).waitFor();
			await page.keyboard.press("j");
			const chosen = page.locator('[aria-current="true"].live-row');
			await chosen.waitFor();
			const strip = page.getByRole("complementary");
			await strip.getByText("Open the delivery").waitFor();
			await page.keyboard.press("j");
			await page.keyboard.press("k");
			expect(await chosen.getAttribute("href")).to.equal(`/deliveries/${id}`);
			await page.keyboard.press("Enter");
			await page.waitForURL(new RegExp(`/deliveries/${id}$`));
			await page.goBack();
			await page.locator(`a[href="/deliveries/${id}"]`).waitFor();
			await page.keyboard.press("f");
			expect(await page.evaluate("document.activeElement.ariaLabel")).to.equal(
				"route",
			);
		});
	});

	it("says what it missed while it was away", async () => {
		const feed = createFeed();
		const { stream } = createEventStream(feed);
		const cut = new AbortController();
		const router: Partial<AdminRouter> = {
			stream: (options) =>
				stream({
					...options,
					signal: cut.signal.aborted
						? options.signal
						: AbortSignal.any([options.signal, cut.signal]),
				}),
		};
		await withListener(
			async (listener) => {
				await withPage(browser, listener, "/live", async (page) => {
					await page.getByText("Nothing has come yet").waitFor();
					feed.publish(seen(0));
					await rows(page).first().waitFor();
					cut.abort();
					await page.getByText("not connected").waitFor();
					for (let at = 1; at <= 20_000; at++) feed.publish(seen(at));
					await page.getByText(/^.*19,\d{3} missed$/).waitFor();
					await page.locator(".windowed").evaluate((box) => {
						box.scrollTop = box.scrollHeight;
					});
					await rows(page)
						.filter({ hasText: /19,\d{3} events were missed/ })
						.waitFor();
				});
			},
			{ router },
		);
	});

	it("shows an attack as text", async () => {
		await withListener(async (listener) => {
			await withPage(browser, listener, "/live", async (page) => {
				await page.getByText("Nothing has come yet").waitFor();
				listener.feed.publish({
					...seen(1),
					...{ type: "refusal", id: undefined, route: undefined },
					path: "/<img src=x onerror=alert(1)>",
					reason: "</p><script>alert(1)</script> \u202e\u0007",
				});
				await rows(page).first().getByRole("button").click();
				await page.getByText("POST /<img src=x onerror=alert(1)>").waitFor();
				await page
					.getByText("</p><script>alert(1)</script> \\u{202e}\\x07")
					.waitFor();
				expect(await page.locator("main img, main script").count()).to.equal(0);
			});
		});
	});

	it("stays quick with 1,000 webhooks a second, and says how many it does not draw", async () => {
		await withListener(async (listener) => {
			await withPage(browser, listener, "/live", async (page) => {
				await page.getByText("Nothing has come yet").waitFor();
				const idle = await countFrames(page);
				let at = 0;
				const flood = setInterval(() => {
					for (let one = 0; one < 20; one++) listener.feed.publish(seen(at++));
				}, 20);
				try {
					await page.getByText(/[\d,]+ not drawn/).waitFor();
					const busy = await countFrames(page);
					expect(busy).to.be.above(idle / 3);
					// A key acts while they come.
					await page.keyboard.press("Space");
					await page.getByRole("button", { name: "Go on" }).waitFor();
					await page.getByText(/[\d,]+ new webhooks/).waitFor();
				} finally {
					clearInterval(flood);
				}
			});
		});
	});

	for (const look of ["light", "dark", "phone"] as const) {
		it(`has no barrier in the look ${look}`, async () => {
			await withPage(
				browser,
				site,
				"/live",
				async (page) => {
					await rows(page).first().waitFor();
					for (const body of CROWD) await send(body);
					await ask(`${site.origin}/sms?a=b`);
					await rows(page).filter({ hasText: "denied" }).first().waitFor();
					await page.getByText("crm fails").waitFor();
					expect(await findBarriers(page)).to.deep.equal([]);
					await takePicture(page, "live", look);
				},
				LOOKS[look],
			);
		});
	}

	it("slides a new row in, unless somebody wants no motion", async () => {
		for (const [reducedMotion, duration] of [
			["no-preference", "0.12s"],
			["reduce", "0s"],
		] as const) {
			await withPage(
				browser,
				site,
				"/live",
				async (page) => {
					await rows(page).first().waitFor();
					// The policy of the page forbids to wait for a function that is a text.
					const slid = page.evaluate<string>(`new Promise((resolve) =>
						document.addEventListener("animationstart", ({ animationName, target }) => {
							if (animationName === "live-in")
								resolve(getComputedStyle(target).animationDuration);
						}))`);
					await inbound("447700900009");
					expect(await slid).to.equal(duration);
				},
				{ reducedMotion },
			);
		}
	});

	it("fits a screen of half the width, as at a zoom of 200 %", async () => {
		await withPage(
			browser,
			site,
			"/live",
			async (page) => {
				await rows(page).first().waitFor();
				expect(
					await page.evaluate(
						"document.documentElement.scrollWidth <= innerWidth",
					),
				).to.equal(true);
			},
			{ viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
		);
	});
});

// --- helpers ---

/** Webhooks of several kinds, for the pictures. */
const CROWD: readonly object[] = [
	{ kind: "sms.inbound", set: { to: "447700900001", msisdn: "447700900141" } },
	{ to: "events" },
	{ to: "menu" },
	{ kind: "sms.inbound", set: { to: "447700900009", msisdn: "33612345678" } },
	{ to: "crm", set: { msisdn: "447700900178" } },
	{ to: "events", set: { from: "447700900163", status: "answered" } },
	{ to: "menu" },
	{ kind: "sms.inbound", set: { to: "447700900001", msisdn: "4915112345627" } },
];

/** Counts the frames of a second and a half. */
function countFrames(page: Page): Promise<number> {
	return page.evaluate<number>(`new Promise((resolve) => {
		let frames = 0;
		const end = performance.now() + 1500;
		const next = () => {
			frames += 1;
			if (performance.now() < end) requestAnimationFrame(next);
			else resolve(frames);
		};
		requestAnimationFrame(next);
	})`);
}

function seen(at: number): WebhookSeen {
	return {
		type: "webhook",
		at: Date.now(),
		id: `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`,
		outcome: "received",
		method: "POST",
		path: "/a",
		client: "192.0.2.1",
		status: 200,
		ms: 1,
		route: "a",
		kind: "sms.inbound",
		level: "account",
		number: "44********01",
	};
}
