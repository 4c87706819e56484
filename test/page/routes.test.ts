import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { AdminSite } from "../admin/site.ts";
import { until } from "../crash/site.ts";
import {
	findBarriers,
	LOOKS,
	takePicture,
	usePageGround,
	withPage,
} from "./page.ts";

const SITE = `version: 1
server: { listen: 127.0.0.1:0, publicUrl: "https://hooks.example.com" }
networks: { office: [203.0.113.0/24] }
defaults: { firewall: [office], signature: none }
routes:
  - { name: support-line, path: /sms, kind: sms.inbound, level: number, match: { to: "447700900001" }, handler: { plugin: log } }
  - { name: inbound-sms, path: /sms, kind: sms.inbound, level: account, handler: { plugin: log } }
  - { name: answer, path: /voice, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: hello }] } }
  - { name: calls, path: /voice, kind: voice.event, level: app, methods: [POST], handler: { plugin: log } }
  - { name: menu, path: /menu, kind: ncco.input, level: ncco, handler: { ncco: [{ action: talk, text: hello }] } }
  - { name: crm, path: /receipts, kind: sms.dlr, retry: [1h], handler: { forward: "http://127.0.0.1:9/x" } }
  - { name: alarms, kind: router.dead, handler: { plugin: log } }
`;

describe("the view Routes", function () {
	this.timeout(120_000);
	let browser: Browser;
	let site: AdminSite;
	usePageGround(
		(ground) => {
			({ browser, site } = ground);
		},
		{ config: SITE },
	);
	before(async () => {
		for (const to of ["447700900001", "447700900002", "447700900001"])
			await send({ kind: "sms.inbound", set: { to } });
		for (const to of ["answer", "menu", "crm"]) await send({ to });
	});

	const send = async (body: object): Promise<void> => {
		const { status, text } = await site.call("/api/v1/send", {
			method: "POST",
			body: JSON.stringify(body),
		});
		expect(status, text).to.equal(200);
	};
	const pauses = async () =>
		(await site.call("/api/v1/pauses")).json().pauses as readonly {
			readonly route: string;
			readonly why?: string;
			readonly until?: number;
		}[];
	const row = (page: Page, name: string) =>
		page.getByRole("treeitem").filter({ hasText: name });

	it("draws the tree in the order in which a webhook is resolved, with its numbers", async () => {
		await withPage(browser, site, "/routes", async (page) => {
			await page.getByRole("tree", { name: "Routes" }).waitFor();
			await row(page, "crm").filter({ hasText: "fails" }).waitFor();
			const texts = await page.getByRole("treeitem").allInnerTexts();
			const shown = texts.map((text) => text.replace(/\s+/g, " "));
			expect(shown[0]).to.match(/\/sms sms\.inbound office, unsigned/);
			expect(shown[1]).to.match(
				/number support-line to = 447700900001 → plugin log .*\/min webhooks/,
			);
			expect(shown[2]).to.match(/account inbound-sms → plugin log/);
			expect(await row(page, "crm").innerText()).to.match(
				/100 %[\s\S]*errors[\s\S]*1[\s\S]*waiting[\s\S]*fails/,
			);
			expect(shown.at(-1)).to.include("alarms");
			expect(await findBarriers(page)).to.deep.equal([]);
		});
	});

	it("says where the URL of a route is set at the platform", async () => {
		await withPage(browser, site, "/routes/answer", async (page) => {
			await page.getByRole("heading", { name: "answer" }).waitFor();
			const detail = page.getByRole("article");
			const text = await detail.innerText();
			expect(text).to.include("Set at: the application, Voice, answer URL");
			expect(text).to.include("https://hooks.example.com/voice");
			expect(text).to.include("PUT https://api.nexmo.com/v2/applications/{id}");
			expect(text).to.include("cannot be paused, because its callers wait");
			expect(await findBarriers(page)).to.deep.equal([]);
			for (const [name, href] of [
				["Deliveries", "/deliveries?route=answer"],
				["Live", "/live?route=answer"],
				["Charts", "/charts?route=answer"],
				["Send one", "/send?kind=voice.answer&to=answer"],
			] as const) {
				const link = detail.getByRole("link", { name, exact: true });
				expect(await link.getAttribute("href")).to.equal(href);
			}
		});
	});

	it("pauses a route with a time and a reason, and resumes it", async () => {
		await withPage(browser, site, "/routes", async (page) => {
			await row(page, "inbound-sms").click();
			await page.waitForURL(/\/routes\/inbound-sms$/);
			await page.getByRole("button", { name: "Pause…" }).click();
			const dialog = page.getByRole("dialog", { name: "Pause inbound-sms" });
			expect(await findBarriers(page)).to.deep.equal([]);
			await dialog.getByLabel("For").selectOption("1 hour");
			await dialog.getByLabel("Why").fill("<b>the CRM is down</b>");
			await dialog.getByRole("button", { name: "Pause inbound-sms" }).click();
			await row(page, "inbound-sms").filter({ hasText: "paused" }).waitFor();
			const [pause] = await pauses();
			expect(pause).to.include({
				route: "inbound-sms",
				why: "<b>the CRM is down</b>",
			});
			expect(pause?.until).to.be.above(Date.now());
			await page
				.getByRole("article")
				.getByText("<b>the CRM is down</b>")
				.waitFor();
			await page.getByRole("link", { name: "1 paused" }).waitFor();
			await send({ kind: "sms.inbound", set: { to: "447700900002" } });
			await row(page, "inbound-sms")
				.filter({ hasText: /1\s+waiting/ })
				.waitFor();
			await page
				.getByRole("article")
				.getByRole("button", { name: "Resume" })
				.click();
			await page.getByText("inbound-sms goes on.").waitFor();
			await until("the pause ends", async () => (await pauses()).length === 0);
			await row(page, "inbound-sms")
				.filter({ hasText: /0\s+waiting/ })
				.waitFor();
		});
	});

	it("undoes a pause from its message", async () => {
		await withPage(browser, site, "/routes/crm", async (page) => {
			await page.getByRole("button", { name: "Pause…" }).click();
			await page.getByRole("button", { name: "Pause crm" }).click();
			const message = page.locator(".notice");
			await message.getByText("crm is paused.").waitFor();
			await message.getByRole("button", { name: "Resume" }).click();
			await until("the pause ends", async () => (await pauses()).length === 0);
		});
	});

	it("works by the keyboard alone, as a tree", async () => {
		await withPage(browser, site, "/routes", async (page) => {
			await row(page, "crm").waitFor();
			const focused = (key: string) =>
				page.locator(`[data-key="${key}"]:focus`).waitFor();
			await row(page, "/sms").first().focus();
			await page.keyboard.press("ArrowDown");
			await focused("route support-line");
			await page.keyboard.press("ArrowLeft");
			await focused("path /sms");
			await page.keyboard.press("ArrowLeft");
			await row(page, "support-line").waitFor({ state: "detached" });
			await page.keyboard.press("ArrowRight");
			await row(page, "support-line").waitFor();
			await page.keyboard.press("End");
			await focused("route alarms");
			await page.keyboard.press("Home");
			await page.keyboard.press("j");
			await page.keyboard.press("Enter");
			await page.waitForURL(/\/routes\/support-line$/);
			await page.getByRole("heading", { name: "support-line" }).waitFor();
			await page.keyboard.press("p");
			await page.getByRole("dialog", { name: "Pause support-line" }).waitFor();
			await page.keyboard.press("Escape");
			await page.getByRole("dialog").waitFor({ state: "detached" });
			await focused("route support-line");
			await page.keyboard.press("Escape");
			await page.waitForURL(/\/routes$/);
		});
	});

	it("says why a pasted payload does not go to a route, and where it goes", async () => {
		await withPage(browser, site, "/routes/support-line", async (page) => {
			await row(page, "support-line").waitFor();
			await page.getByRole("button", { name: "Why not this one?" }).click();
			const dialog = page.getByRole("dialog", {
				name: "Why not support-line?",
			});
			const payload = {
				msisdn: "447700900123",
				to: "447700900002",
				messageId: "0A0000000123ABCD1",
				text: "<img src=x onerror=alert(1)>",
				type: "text",
				"message-timestamp": "2026-01-01 12:00:00",
			};
			await dialog.getByRole("textbox").fill(JSON.stringify(payload));
			await page.keyboard.press("Control+Enter");
			const answer = dialog.getByRole("status");
			await answer.getByText("support-line does not take it:").waitFor();
			expect(await answer.innerText()).to.match(/inbound-sms does\.$/);
			const steps = dialog.getByRole("list", { name: "Why here" });
			await steps.getByText("447700900001").first().waitFor();
			expect(await findBarriers(page)).to.deep.equal([]);
			await takePicture(page, "why-not", "light");
			const other = { ...payload, to: "447700900001" };
			await dialog.getByRole("textbox").fill(JSON.stringify(other));
			await dialog.getByRole("button", { name: "Explain" }).click();
			await answer.getByText("support-line takes it.").waitFor();
			await dialog.getByRole("textbox").fill("{ broken");
			await dialog.getByRole("button", { name: "Explain" }).click();
			await dialog.locator(".problem, .result").first().waitFor();
			await page.keyboard.press("Escape");
			await dialog.waitFor({ state: "detached" });
			const { deliveries } = (
				await site.call("/api/v1/deliveries?route=support-line")
			).json();
			expect(deliveries).to.have.length(2);
		});
	});

	it("finds routes by text and condition, which are in the address", async () => {
		await withPage(browser, site, "/routes", async (page) => {
			await row(page, "crm").waitFor();
			await page.keyboard.press("/");
			await page.keyboard.type("VOICE");
			await page.waitForURL(/q=VOICE$/);
			await row(page, "/sms").first().waitFor({ state: "detached" });
			await row(page, "calls").waitFor();
			await page.getByRole("searchbox").fill("");
			await page.getByRole("button", { name: "1 failing" }).click();
			await page.waitForURL(/\?show=failing$/);
			expect(await page.getByRole("treeitem").count()).to.equal(2);
			await page.goBack();
			await row(page, "calls").waitFor();
			await page.getByRole("searchbox").fill("nothing has this");
			await page.getByRole("button", { name: "Show all routes" }).click();
			await row(page, "crm").waitFor();
		});
	});

	it("is where the head line leads when a route fails", async () => {
		await withPage(browser, site, "/about", async (page) => {
			await page.getByRole("link", { name: /crm fails: 100 % since/ }).click();
			await page.waitForURL(/\/routes\/crm$/);
			await page.getByText("fails: 100 % of its work").waitFor();
		});
	});

	it("says so for a route that is not there", async () => {
		await withPage(browser, site, "/routes/gone", async (page) => {
			await page.getByText("There is no route gone").waitFor();
			await page.getByRole("link", { name: "All routes" }).click();
			await row(page, "crm").waitFor();
		});
	});

	for (const look of ["light", "dark", "phone"] as const) {
		it(`has no barrier in the look ${look}`, async () => {
			await withPage(
				browser,
				site,
				look === "phone" ? "/routes" : "/routes/crm",
				async (page) => {
					await row(page, "crm").waitFor();
					expect(await findBarriers(page)).to.deep.equal([]);
					await takePicture(page, "routes", look);
				},
				LOOKS[look],
			);
		});
	}

	it("fits a screen of half the width, as at a zoom of 200 %", async () => {
		for (const path of ["/routes", "/routes/crm"])
			await withPage(
				browser,
				site,
				path,
				async (page) => {
					await page.locator(".routes").waitFor();
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
