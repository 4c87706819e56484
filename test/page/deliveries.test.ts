import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { parse } from "yaml";
import type { DeliveryDetail } from "../../src/inbox/port/delivery.ts";
import type { NewDelivery } from "../../src/inbox/port/queue.ts";
import { useBrowser } from "../browser.ts";
import {
	type DeskPage,
	NUMBER,
	openDeskPage,
	putDead,
	sms,
} from "./desk-site.ts";
import { copiedBy, findBarriers, usePage, withPage } from "./page.ts";

describe("the view Deliveries", function () {
	this.timeout(120_000);
	const sharedBrowser = useBrowser();
	let browser: Browser;
	let site: DeskPage;
	before(async () => {
		usePage();
		browser = sharedBrowser();
		site = await openDeskPage();
	});
	after(() => site?.close());

	/** Opens an address with a clock that the test moves on. */
	const at = (path: string, use: (page: Page) => Promise<void>) =>
		withPage(browser, site, path, async (page) => {
			await page.getByRole("navigation", { name: "Views" }).waitFor();
			await page.clock.install();
			await use(page);
		});

	/** Puts a delivery, and opens it. */
	async function withOne(
		use: (page: Page, id: string) => Promise<void>,
		changed: Parameters<typeof sms>[1] = {
			state: "dead",
			reason: "HANDLER_FAILED: no",
		},
		query = "",
	): Promise<void> {
		const id = randomUUID();
		await site.store.put([sms({}, { id, ...changed })]);
		await at(`/deliveries/${id}${query}`, async (page) => {
			await page.getByRole("tab", { name: "Payload" }).waitFor();
			await use(page, id);
		});
	}

	const detailOf = async (id: string): Promise<DeliveryDetail> => {
		const detail = await site.store.get(id);
		if (detail === undefined) throw new Error(`${id} is gone`);
		return detail;
	};

	/** Resolves when the store holds what a test waits for. */
	async function until(check: () => Promise<boolean>): Promise<void> {
		const end = performance.now() + 20_000;
		while (!(await check())) {
			if (performance.now() > end) throw new Error("it never happened");
			await new Promise((go) => setTimeout(go, 10));
		}
	}

	const press = (page: Page, name: string): Promise<void> =>
		page
			.getByRole("group", { name: "Actions" })
			.getByRole("button", { name, exact: true })
			.click();

	describe("the actions on one delivery", () => {
		it("replay it after five seconds, and not before", () =>
			withOne(async (page, id) => {
				await press(page, "Replay");
				await page.getByRole("button", { name: "Undo" }).waitFor();
				await page.clock.fastForward(4000);
				expect((await detailOf(id)).state).to.equal("dead");
				await page.clock.fastForward(1500);
				await until(async () => (await detailOf(id)).state === "received");
				await page.getByText("1 delivery was replayed.").waitFor();
				await page
					.getByLabel("State", { exact: true })
					.getByText("received")
					.waitFor();
			}));

		it("do nothing if they are undone in time", () =>
			withOne(async (page, id) => {
				await press(page, "Replay");
				await page.clock.fastForward(4000);
				await page.getByRole("button", { name: "Undo" }).click();
				await page.clock.fastForward(60_000);
				expect((await detailOf(id)).state).to.equal("dead");
				expect(
					await page.getByRole("button", { name: "Undo" }).count(),
				).to.equal(0);
			}));

		it("are sent at once if the page is left", () =>
			withOne(async (page, id) => {
				await press(page, "Replay");
				await page.getByRole("button", { name: "Undo" }).waitFor();
				await page.goto("about:blank");
				await until(async () => (await detailOf(id)).state === "received");
			}));

		it("edit the payload, with findings at their lines, and keep what is masked", () =>
			withOne(async (page, id) => {
				await press(page, "Edit and replay…");
				const field = page.getByRole("textbox", { name: "Payload" });
				const text = await field.inputValue();
				expect(text).to.not.contain(NUMBER);
				await field.fill(
					text.replace('"messageId": "0A0000000123ABCD1"', '"messageId": ""'),
				);
				await page.clock.runFor(300);
				await page
					.getByRole("button", { name: /^line 4 \/messageId / })
					.waitFor();
				await field.fill(text.replace(/"text": .*$/m, '"text": "STOP it",'));
				await page.clock.runFor(300);
				await page.getByText("Valid. It goes to stop-words.").waitFor();
				expect(await findBarriers(page)).to.deep.equal([]);
				await page.getByLabel("Reason").fill("a test");
				await page
					.getByRole("button", { name: "Replay the edited payload" })
					.click();
				await page.clock.fastForward(5500);
				let made: DeliveryDetail | undefined;
				await until(async () => {
					const { rows } = await site.store.list(
						{ route: "stop-words" },
						{ max: 1 },
					);
					made = rows[0] && (await detailOf(rows[0].id));
					return made !== undefined;
				});
				const payload = JSON.parse(Buffer.from(made?.body ?? []).toString());
				expect(payload).to.include({ text: "STOP it", msisdn: NUMBER });
				expect(JSON.parse(made?.envelope ?? "").editedFrom).to.equal(id);
				expect((await detailOf(id)).actions?.[0]).to.include({
					action: "edited",
					reason: "a test",
				});
			}));

		it("send a copy to a URL, and change no state", async () => {
			const bodies: string[] = [];
			const service = createServer(async (request, response) => {
				let body = "";
				for await (const chunk of request) body += chunk;
				bodies.push(body);
				response.end();
			});
			await new Promise<void>((done) => service.listen(0, "127.0.0.1", done));
			const { port } = service.address() as AddressInfo;
			try {
				await withOne(async (page, id) => {
					await press(page, "To a URL…");
					const url = page.getByLabel("URL");
					await url.fill("ftp://x");
					await page.getByText("Expected http:// or https://.").waitFor();
					await url.fill(`http://127.0.0.1:${port}/copy`);
					await page
						.getByRole("button", { name: "Send copies of 1 delivery" })
						.click();
					await page.clock.fastForward(5500);
					await until(async () => bodies.length > 0);
					expect(JSON.parse(bodies[0] ?? "").msisdn).to.equal(NUMBER);
					await page.getByText("1 delivery was copied.").waitFor();
					const { state, actions } = await detailOf(id);
					expect(state).to.equal("dead");
					expect(actions?.[0]).to.include({ action: "copied" });
				});
			} finally {
				service.closeAllConnections();
				service.close();
			}
		});

		it("release what is quarantined", () =>
			withOne(
				async (page, id) => {
					await page
						.getByText("A release would hand it to partners.")
						.waitFor();
					await press(page, "Release");
					await page.clock.fastForward(5500);
					await until(async () => (await detailOf(id)).state === "received");
				},
				{
					route: "partners",
					path: "/partners",
					state: "quarantined",
					reason:
						"FIREWALL_DENIED: 198.51.100.7 is in none of the allowed networks: office",
				},
			));

		for (const verb of ["Drop", "Redact"] as const)
			it(`${verb.toLowerCase()} it with a reason, and not without`, () =>
				withOne(async (page, id) => {
					await press(page, `${verb}…`);
					const button = page.getByRole("button", {
						name: `${verb} 1 delivery`,
					});
					await page.getByText("will be").waitFor();
					expect(await button.isDisabled()).to.equal(true);
					await page.getByLabel("Reason (required)").fill("asked for");
					await button.click();
					await page.clock.fastForward(5500);
					if (verb === "Drop") {
						await until(async () => (await site.store.get(id)) === undefined);
						expect(await site.store.dropped(id)).to.include({
							reason: "asked for",
						});
						await page.getByRole("alert").getByText("asked for").waitFor();
					} else {
						await until(async () => (await detailOf(id)).body === undefined);
						expect((await detailOf(id)).actions?.[0]).to.include({
							action: "redacted",
							reason: "asked for",
						});
					}
				}));

		it("save it as a test with stand-ins", () =>
			withOne(async (page, id) => {
				await press(page, "Save as a test");
				const name = `support-line-${id.slice(0, 8)}.yaml`;
				const [download] = await Promise.all([
					page.waitForEvent("download"),
					page.getByRole("button", { name: `Save ${name}` }).click(),
				]);
				expect(download.suggestedFilename()).to.equal(name);
				const text = await readFile(await download.path(), "utf8");
				expect(text).to.not.contain(NUMBER);
				expect(parse(text).tests[0]).to.include({ send: "support-line" });
			}));

		it("copy it as a command of curl, with stand-ins unless it is revealed", () =>
			withOne(async (page) => {
				await page
					.context()
					.grantPermissions(["clipboard-read", "clipboard-write"]);
				const copied = async (): Promise<string> => {
					await press(page, "Copy as curl");
					await page.getByText("curl -g -X POST").waitFor();
					return copiedBy(page, () =>
						page.getByRole("button", { name: "Copy", exact: true }).click(),
					);
				};
				expect(await copied())
					.to.contain("'https://hooks.example/sms'")
					.and.not.contain(NUMBER);
				await press(page, "Reveal");
				await page.getByText(NUMBER).first().waitFor();
				expect(await copied()).to.contain(NUMBER);
			}));

		it("reveal one delivery, which is logged, and mask it again with the next", () =>
			withOne(async (page, id) => {
				expect(await page.content()).to.not.contain(NUMBER);
				const before = site.log.length;
				await press(page, "Reveal");
				await page.getByText(NUMBER).first().waitFor();
				expect(site.log.slice(before)).to.deep.include.members([
					site.log.find(({ revealed }) => revealed === `delivery ${id}`),
				]);
				await page.keyboard.press("Escape");
				await page.keyboard.press("Enter");
				await page.getByRole("button", { name: "Reveal" }).waitFor();
				expect(await page.content()).to.not.contain(NUMBER);
			}));
	});

	describe("the list", () => {
		const many = (
			count: number,
			kind: string,
			changed: Partial<NewDelivery> = {},
		) =>
			Array.from({ length: count }, () =>
				sms(
					{ messageId: randomUUID() },
					{ kind, state: "delivered", ...changed },
				),
			);
		const rows = (page: Page) =>
			page
				.getByRole("list", { name: "Deliveries, newest first" })
				.getByRole("listitem");

		it("has its filters in the address, and Back takes them away", async () => {
			await site.store.put(many(3, "sms.dlr", { route: "receipts" }));
			await at("/deliveries", async (page) => {
				await page
					.getByRole("button", { name: "delivered", exact: true })
					.click();
				await page.keyboard.press("f");
				const dialog = page.getByRole("dialog", { name: "Filter" });
				await dialog
					.getByRole("combobox", { name: "Route" })
					.selectOption("receipts");
				expect(await findBarriers(page)).to.deep.equal([]);
				await dialog.getByRole("button", { name: "Apply" }).click();
				await page.getByText("3 deliveries").waitFor();
				await dialog.waitFor({ state: "detached" });
				expect(new URL(page.url()).search).to.equal(
					"?state=delivered&route=receipts",
				);
				await page.keyboard.press("/");
				await page.locator("input[type=search]:focus").waitFor();
				await page.keyboard.type('messageId = "none"');
				await page.keyboard.press("Enter");
				await page.getByText("No delivery matches the filter").waitFor();
				expect(new URL(page.url()).searchParams.get("where")).to.equal(
					'messageId = "none"',
				);
				await page.goBack();
				await page.getByText("3 deliveries").waitFor();
				await page.reload();
				await page.getByText("3 deliveries").waitFor();
				await page
					.getByRole("button", { name: "Remove the filter Route receipts" })
					.click();
				await page
					.getByRole("button", { name: "Remove the filter Route receipts" })
					.waitFor({ state: "detached" });
				expect(new URL(page.url()).search).to.equal("?state=delivered");
			});
		});

		it("says what is wrong with an expression", () =>
			at("/deliveries?where=a%20%3D", async (page) => {
				await page.getByRole("alert").getByText('"where"').waitFor();
			}));

		it("draws the rows in view only, and loads the rest while it is scrolled", async () => {
			await site.store.put(many(1300, "verify.event"));
			await at("/deliveries?kind=verify.event", async (page) => {
				await rows(page).first().waitFor();
				const box = page.getByRole("list", {
					name: "Deliveries, newest first",
				});
				await until(async () => {
					await box
						.evaluate("(box) => box.scrollTo(0, box.scrollHeight)")
						.catch(() => {});
					await box.evaluate((element) => {
						element.scrollTop = element.scrollHeight;
					});
					return page.getByText("1,300 deliveries").isVisible();
				});
				await box.evaluate((element) => {
					element.scrollTop = element.scrollHeight;
				});
				await page.locator('[aria-posinset="1300"]').waitFor();
				expect(await rows(page).count()).to.be.below(80);
			});
		});

		it("works by the keyboard alone", async () => {
			await site.store.put(
				["k1", "k2", "k3", "k4"].map((id) =>
					sms(
						{},
						{
							id: `${id}-00000000`,
							kind: "keys",
							state: "dead",
							reason: "HANDLER_FAILED: no",
						},
					),
				),
			);
			await at("/deliveries?kind=keys", async (page) => {
				await rows(page).first().waitFor();
				await page.keyboard.press("j");
				await page.keyboard.press("Enter");
				await page.waitForURL("**/deliveries/k3-00000000?kind=keys");
				await page.keyboard.press("j");
				await page.waitForURL("**/deliveries/k2-00000000?kind=keys");
				await page.getByText("messageId", { exact: true }).waitFor();
				await page.keyboard.press("2");
				await page.getByRole("list", { name: "Why here" }).waitFor();
				await page.keyboard.press("Escape");
				await page.waitForURL("**/deliveries?kind=keys&tab=why");
				await page.keyboard.press("x");
				await page.keyboard.press("k");
				await page.keyboard.press("k");
				await page.keyboard.press("Shift+X");
				await page.getByText("3 deliveries selected").waitFor();
				await page.keyboard.press("r");
				await page
					.getByRole("dialog", { name: "Replay 3 deliveries" })
					.waitFor();
				expect(await findBarriers(page)).to.deep.equal([]);
				await page.keyboard.press("Enter");
				await page.keyboard.press("u");
				await page.clock.fastForward(6000);
				expect((await detailOf("k4-00000000")).state).to.equal("dead");
			});
		});

		it("keeps the active delivery while new ones come", async () => {
			const put = (id: string) =>
				site.store.put([sms({}, { id, kind: "coming", state: "delivered" })]);
			for (const id of ["one", "two", "three"]) await put(id);
			await at("/deliveries?kind=coming", async (page) => {
				await rows(page).first().waitFor();
				await page.keyboard.press("j");
				await put("four");
				site.feed.publish({
					...{
						type: "delivery",
						at: Date.now(),
						id: "four",
						route: "support-line",
					},
					...{ kind: "coming", outcome: "delivered", attempt: 1, ms: 1 },
					...{ retryInMs: undefined, reason: undefined },
				});
				await until(async () => {
					await page.clock.fastForward(500);
					return page.getByText("4 deliveries").isVisible();
				});
				await page.keyboard.press("Enter");
				await page.waitForURL("**/deliveries/two?kind=coming");
			});
		});

		it("keeps what it shows as active until the list of another filter is there", async () => {
			for (const id of ["first", "second"])
				await site.store.put([sms({}, { id, kind: "slow", state: "dead" })]);
			await at("/deliveries?kind=slow", async (page) => {
				await rows(page).first().waitFor();
				let answer = (): void => {};
				const held = new Promise<void>((done) => {
					answer = done;
				});
				await page.route(/deliveries\?.*state=dead/, async (route) => {
					await held;
					await route.continue();
				});
				const dead = { name: "dead", exact: true };
				await page.getByRole("button", dead).click();
				await page.getByRole("button", { ...dead, pressed: true }).waitFor();
				await page.locator('.rows[aria-busy="true"]').waitFor();
				// The newest is shown first, and is the active one.
				await page.keyboard.press("j");
				await page.keyboard.press("Enter");
				await page.waitForURL("**/deliveries/first?*");
				answer();
				await page.locator('.rows[aria-busy="false"]').waitFor();
				await page.locator(".active [aria-current=true]").waitFor();
			});
		});

		it("changes a selection with a reason and a pace, shows the progress, and stops", async () => {
			const all = many(40, "paced", {
				state: "dead",
				reason: "HANDLER_FAILED: no",
			});
			await site.store.put(all);
			await at("/deliveries?kind=paced", async (page) => {
				await page.getByLabel("Select the delivery").first().check();
				await page
					.getByRole("button", { name: "Select all that match" })
					.click();
				await page
					.getByRole("region", { name: "Selection" })
					.getByRole("button", { name: "Replay" })
					.click();
				const dialog = page.getByRole("dialog", {
					name: "Replay 40 deliveries",
				});
				await dialog
					.getByText("40 deliveries will be replayed:")
					.or(dialog.getByText("will be replayed:"))
					.waitFor();
				await dialog.getByLabel("Reason").fill("fixed");
				await dialog.getByLabel("Pace").selectOption("10/s");
				await dialog
					.getByRole("button", { name: "Replay 40 deliveries" })
					.click();
				await page.clock.fastForward(5500);
				await page.getByText(/Replaying [1-9]\d* of 40/).waitFor();
				await page.getByRole("button", { name: "Cancel" }).click();
				await page.getByText("then the job was cancelled").waitFor();
				const states = await Promise.all(all.map(({ id }) => detailOf(id)));
				const done = states.filter(({ state }) => state === "received");
				expect(done.length).to.be.within(1, 39);
				expect(done[0]?.actions?.[0]).to.include({ reason: "fixed" });
			});
		});

		/** Selects all rows one by one, and presses a button of the selection. */
		async function onSelection(page: Page, name: string): Promise<void> {
			for (const box of await page.getByLabel("Select the delivery").all())
				await box.check();
			await page
				.getByRole("region", { name: "Selection" })
				.getByRole("button", { name, exact: true })
				.click();
		}

		it("edits a selection, and says where each goes", async () => {
			const all = many(3, "edited", {
				state: "dead",
				reason: "HANDLER_FAILED: no",
			});
			await site.store.put(all);
			await at("/deliveries?kind=edited", async (page) => {
				await rows(page).first().waitFor();
				await onSelection(page, "Edit…");
				const field = page.getByRole("textbox", { name: "Fields to set" });
				await field.fill('{ "to": "447700900009", "text": ');
				await page
					.getByRole("button", { name: /^line 1 This is not JSON/ })
					.waitFor();
				await field.fill('{ "to": "447700900009", "text": "new" }');
				await page.clock.runFor(300);
				await page.getByText("Valid. It goes to inbound-sms.").waitFor();
				await page
					.getByRole("button", { name: "Replay the edited deliveries" })
					.click();
				await page.clock.fastForward(5500);
				await page
					.getByText("3 deliveries were sent again as new events.")
					.waitFor();
				const { rows: made } = await site.store.list(
					{ route: "inbound-sms" },
					{ max: 10 },
				);
				expect(made).to.have.length(3);
			});
		});

		it("saves a selection as tests of one file", async () => {
			await site.store.put(many(2, "saved"));
			await at("/deliveries?kind=saved", async (page) => {
				await rows(page).first().waitFor();
				await onSelection(page, "Save as tests");
				const [download] = await Promise.all([
					page.waitForEvent("download"),
					page.getByRole("button", { name: "Save tests.yaml" }).click(),
				]);
				const { tests } = parse(await readFile(await download.path(), "utf8"));
				expect(tests).to.have.length(2);
			});
		});

		it("drops everything that matches a state, and nothing without one", async () => {
			const old = many(3, "dropped", {
				state: "dead",
				reason: "HANDLER_FAILED: no",
			});
			await site.store.put(old);
			const all = async (page: Page): Promise<void> => {
				await page.getByLabel("Select the delivery").first().check();
				await page
					.getByRole("button", { name: "Select all that match" })
					.click();
				await page
					.getByRole("region", { name: "Selection" })
					.getByRole("button", { name: "Drop…" })
					.click();
			};
			await at("/deliveries?kind=dropped", async (page) => {
				await all(page);
				await page.getByText("The filter must name the `state`.").waitFor();
				await page.getByLabel("Reason (required)").fill("old");
				const button = page.getByRole("button", { name: /^Drop every/ });
				expect(await button.isDisabled()).to.equal(true);
			});
			await at("/deliveries?kind=dropped&state=dead", async (page) => {
				await all(page);
				await page.getByText("will be removed for good:").waitFor();
				await page.getByLabel("Reason (required)").fill("old");
				// What comes while a person decides is not touched.
				const late = sms(
					{},
					{ kind: "dropped", state: "dead", receivedAt: Date.now() + 60_000 },
				);
				await site.store.put([late]);
				await page.getByRole("button", { name: "Drop 3 deliveries" }).click();
				await page.clock.fastForward(5500);
				await page.getByText("3 deliveries were dropped.").waitFor();
				for (const { id } of old)
					expect(await site.store.get(id)).to.equal(undefined);
				expect((await detailOf(late.id)).state).to.equal("dead");
			});
		});

		it("keeps within a window at 200 %", () =>
			withPage(
				browser,
				site,
				"/deliveries",
				async (page) => {
					await rows(page).first().waitFor();
					await page.keyboard.press("Enter");
					await page.getByRole("tab", { name: "Payload" }).waitFor();
					expect(
						await page.evaluate("document.documentElement.scrollWidth"),
					).to.equal(680);
					await page.getByRole("tab", { name: "Raw" }).click();
					await page.getByText("Changed", { exact: true }).waitFor();
				},
				{ viewport: { width: 680, height: 400 }, deviceScaleFactor: 2 },
			));

		it("offers an empty inbox a way to fill it, and a short one none to scroll", () =>
			at("/deliveries?kind=nothing.has.it", async (page) => {
				await page.getByRole("button", { name: "Clear the filter" }).click();
				await rows(page).first().waitFor();
				expect(page.url()).to.match(/\/deliveries$/);
			}));
	});

	it("offers a token that only reads nothing that changes or reveals", async () => {
		await site.store.put([
			sms({}, { id: "reader-0", state: "dead", reason: "HANDLER_FAILED: no" }),
		]);
		const reader = { port: site.port, token: "reader-0123456789abcdef" };
		await withPage(browser, reader, "/deliveries/reader-0", async (page) => {
			await page.getByRole("tab", { name: "Payload" }).waitFor();
			for (const name of [
				"Replay",
				"Edit and replay…",
				"To a URL…",
				"Reveal",
				"Drop…",
				"Redact…",
			]) {
				const button = page.getByRole("button", { name, exact: true });
				expect(await button.isDisabled(), name).to.equal(true);
			}
			await page.keyboard.press("r");
			await page.getByText("Your token lacks the scope operate.").waitFor();
			expect((await detailOf("reader-0")).state).to.equal("dead");
		});
	});

	it("tells from a stack where a handler failed", async () => {
		await putDead(site.store, "dead0000-1");
		await at("/deliveries/dead0000-1?tab=attempts", async (page) => {
			const list = page.getByRole("list", { name: "Attempts and actions" });
			await list.getByText("plugins/crm.mjs:14:22").last().waitFor();
			expect(await list.getByText("HANDLER_FAILED").count()).to.equal(3);
		});
	});
});
