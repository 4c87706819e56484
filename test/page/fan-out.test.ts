import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { AdminSite } from "../admin/site.ts";
import { until } from "../crash/site.ts";
import { parseScrape } from "../observe/metrics/scrape.ts";
import { findBarriers, takePicture, usePageGround, withPage } from "./page.ts";

/** A route with a shared target, one that is paused, and one whose service is down. */
const CONFIG = `version: 1
server: { listen: 127.0.0.1:0 }
networks: { office: [203.0.113.0/24] }
defaults: { firewall: [office], signature: none }
routes:
  - { name: audit, kind: sms.inbound, handler: { plugin: log } }
  - { name: other, path: /other, kind: sms.inbound, level: account, handler: { plugin: log } }
  - name: sms
    path: /sms
    kind: sms.inbound
    level: account
    retry: none
    handler:
      all:
        - audit
        - { name: crm, forward: "http://127.0.0.1:9/sms" }
        - { name: search, plugin: log }
`;

describe("fan-outs on the page", function () {
	this.timeout(120_000);
	let browser: Browser;
	let site: AdminSite;
	let parent = "";
	usePageGround(
		(ground) => {
			({ browser, site } = ground);
		},
		{ config: CONFIG },
	);
	before(
		"makes an event with a dead, a held and a delivered child",
		async () => {
			await post("/pauses", {
				routes: ["sms/search"],
				why: "the index is rebuilt",
			});
			await post("/send", { to: "sms" });
			await until("one child is dead", async () =>
				(await children()).includes("sms/crm dead"),
			);
			await until("one child is delivered", async () =>
				(await children()).includes("audit delivered"),
			);
		},
	);

	const post = async (path: string, body: object): Promise<void> => {
		const { status, text } = await site.call(`/api/v1${path}`, {
			method: "POST",
			body: JSON.stringify(body),
		});
		expect(status, text).to.be.below(300);
	};
	const children = async (): Promise<readonly string[]> => {
		const listed = await site.call("/api/v1/deliveries?route=sms");
		const [row] = listed.json().deliveries as readonly { id: string }[];
		parent = row?.id ?? "";
		const { children: found } = (
			await site.call(`/api/v1/deliveries/${parent}`)
		).json() as { children: readonly { route: string; state: string }[] };
		return found.map(({ route, state }) => `${route} ${state}`);
	};
	const row = (page: Page, key: string) => page.locator(`[data-key="${key}"]`);

	it("lists the children of a parent, and leads to a child and back", async () => {
		await withPage(browser, site, `/deliveries/${parent}`, async (page) => {
			const list = page.getByRole("list", { name: /^Children/ });
			await list.getByText("dead").waitFor();
			const texts = await list.getByRole("listitem").allInnerTexts();
			expect(texts.map((text) => text.replace(/\s+/g, " "))).to.deep.equal([
				"audit ✓ delivered 1 attempt",
				"sms/crm ✕ dead 1 attempt",
				"sms/search ✓ received no attempt yet",
			]);
			await page.getByText("to 3 targets").waitFor();
			expect(await findBarriers(page)).to.deep.equal([]);
			await takePicture(page, "fan-out", "light");
			await list.getByRole("link", { name: "sms/crm" }).click();
			await page.waitForURL(`**/deliveries/${parent}~crm`);
			const title = `${parent.slice(0, 8)}~crm`;
			await page.getByRole("heading", { name: title }).waitFor();
			expect(await findBarriers(page)).to.deep.equal([]);
			await page
				.getByRole("link", { name: parent.slice(0, 8) })
				.last()
				.click();
			await page.waitForURL(`**/deliveries/${parent}`);
			await list.waitFor();
			await page.keyboard.press("Escape");
			await page.getByRole("searchbox").fill(`${parent}~audit`);
			await page.keyboard.press("Enter");
			await page.waitForURL(`**/deliveries/${parent}~audit`);
		});
	});

	it("lists the targets in why a parent is here, with the pause of one", async () => {
		const path = `/deliveries/${parent}?tab=why`;
		await withPage(browser, site, path, async (page) => {
			const targets = page.getByRole("list", { name: "Targets" });
			await targets.getByText("the index is rebuilt").waitFor();
			const texts = await targets.getByRole("listitem").allInnerTexts();
			expect(texts.map((text) => text.replace(/\s+/g, " "))).to.deep.equal([
				"audit → plugin log",
				"sms/crm → forward http://127.0.0.1:9/sms",
				"sms/search → plugin log ‖ paused the index is rebuilt",
			]);
			expect(await findBarriers(page)).to.deep.equal([]);
			await takePicture(page, "fan-out-why", "light");
			await targets.getByRole("link", { name: "sms/crm" }).click();
			await page.waitForURL("**/routes/sms%2Fcrm");
		});
	});

	it("draws targets below their route, with numbers of their own", async () => {
		await withPage(browser, site, "/routes", async (page) => {
			const crm = row(page, "route sms/crm");
			await crm.filter({ hasText: /1\s*dead/ }).waitFor();
			const keys = await page
				.getByRole("treeitem")
				.evaluateAll((rows) => rows.map((one) => one.dataset.key));
			expect(keys).to.deep.equal([
				...["path /other", "route other", "path /sms", "route sms"],
				...["route sms audit", "route sms/crm", "route sms/search"],
				...["internal", "route audit"],
			]);
			expect(await crm.getAttribute("aria-level")).to.equal("3");
			const search = row(page, "route sms/search");
			expect(await search.innerText()).to.match(/1\s*waiting[\s\S]*paused/);
			// The path adds up its targets, but not those that have a place of their own.
			expect(await row(page, "path /sms").innerText()).to.match(
				/1\s*waiting[\s\S]*1\s*dead/,
			);
			expect(await findBarriers(page)).to.deep.equal([]);
			await takePicture(page, "fan-out-routes", "light");
			await row(page, "route sms").focus();
			await page.keyboard.press("ArrowLeft");
			await crm.waitFor({ state: "detached" });
			await row(page, "route sms").locator(".twist").click();
			await crm.waitFor();
			expect(new URL(page.url()).pathname).to.equal("/routes");
			await row(page, "route sms audit").click();
			await page.getByText(/^A target of/).waitFor();
			await page
				.getByRole("article")
				.getByRole("link", { name: "sms" })
				.click();
			await page.waitForURL("**/routes/sms");
			await page.getByRole("heading", { name: "Targets" }).waitFor();
			expect(await findBarriers(page)).to.deep.equal([]);
		});
	});

	it("finds a target by its condition, below its route", async () => {
		await withPage(browser, site, "/routes?show=dead", async (page) => {
			await row(page, "route sms/crm").waitFor();
			const rows = page.getByRole("treeitem");
			expect(await rows.count()).to.equal(3);
		});
	});

	it("resumes a target alone, and pauses it again", async () => {
		await withPage(browser, site, "/routes", async (page) => {
			const search = row(page, "route sms/search");
			await search.click();
			await page.getByRole("button", { name: "Resume" }).click();
			await until("its child is delivered", async () =>
				(await children()).includes("sms/search delivered"),
			);
			await search.filter({ hasText: /0\s*waiting/ }).waitFor();
			await page.keyboard.press("p");
			await page.getByRole("button", { name: "Pause sms/search" }).click();
			await search.filter({ hasText: "paused" }).waitFor();
			const { pauses } = (await site.call("/api/v1/pauses")).json();
			expect(pauses).to.have.nested.property("[0].route", "sms/search");
		});
	});

	it("are counted in the metrics by the names of their targets", async () => {
		const { text } = await site.call("/metrics");
		const { value } = parseScrape(text);
		const attempts = (route: string, outcome: string) =>
			value("switchhook_attempts_total", { route, outcome });
		expect(attempts("audit", "delivered")).to.equal(1);
		expect(attempts("sms/crm", "dead")).to.equal(1);
		expect(attempts("sms", "delivered") ?? 0).to.equal(0);
		const held = { route: "sms/crm", state: "dead" };
		expect(value("switchhook_inbox_deliveries", held)).to.equal(1);
		const came = { route: "sms", outcome: "received" };
		expect(value("switchhook_webhooks_total", came)).to.equal(1);
	});
});
