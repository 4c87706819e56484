import { join } from "node:path";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { openSqlite } from "../../src/inbox/sqlite/open.ts";
import { SLOTS } from "../../src/observe/history/slots.ts";
import { type AdminSite, SITE } from "../admin/site.ts";
import {
	findBarriers,
	LOOKS,
	takePicture,
	usePageGround,
	withPage,
} from "./page.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("the view Charts", function () {
	this.timeout(60_000);
	let browser: Browser;
	let site: AdminSite;
	usePageGround((ground) => {
		({ browser, site } = ground);
	});

	const open = (
		path: string,
		use: (page: Page) => Promise<void>,
		look: keyof typeof LOOKS = "light",
	) => withPage(browser, site, path, use, LOOKS[look]);
	const figure = (page: Page, title: string) =>
		page.getByRole("figure", { name: title });
	const rate = (page: Page) => figure(page, "Webhooks by outcome");
	const post = (path: string, body?: unknown) =>
		site.call(`/api/v1${path}`, {
			method: "POST",
			...(body !== undefined && { body: JSON.stringify(body) }),
		});

	it("says how a first webhook comes into an empty chart", async () => {
		await open("/charts?range=15m", async (page) => {
			await page.getByText("No webhook in the last 15 min").waitFor();
			await page.getByText("npx switchhook send sms.inbound").waitFor();
			expect(await findBarriers(page)).to.deep.equal([]);
		});
	});

	it("shows webhooks that were sent, by itself", async () => {
		await open("/charts?range=15m", async (page) => {
			await page.getByText("No webhook in the last 15 min").waitFor();
			for (let times = 0; times < 4; times++) {
				expect((await post("/send", { kind: "sms.inbound" })).status).to.equal(
					200,
				);
				await post("/send", { to: "failing" });
			}
			// The router writes every 10 seconds, and the page reads as often.
			await rate(page).getByText("received").waitFor({ timeout: 40_000 });
			await figure(page, "Failed runs of handlers").getByText("%").waitFor();
			await rate(page).getByText("Table").click();
			const table = rate(page).getByRole("table");
			await table.getByRole("columnheader", { name: "received" }).waitFor();
			const cells = await table.getByRole("cell").allInnerTexts();
			const sum = cells
				.filter((text) => text.endsWith("/s"))
				.reduce((total, text) => total + Number.parseFloat(text), 0);
			expect(sum * 10).to.be.closeTo(8, 0.5);
		});
	});

	it("marks a reload, a refused one, and a pause with its end", async () => {
		await site.configure(SITE.replace("text: hello", "text: hi"));
		await post("/reload");
		await site.configure("version: 2\n");
		await post("/reload");
		await site.configure(SITE);
		await post("/pauses", { routes: ["inbound"], why: "<CRM> is down" });
		await post("/pauses/resume", { routes: ["inbound"] });
		await open("/charts?range=15m", async (page) => {
			const list = page.getByRole("region", { name: "What happened" });
			await list.waitFor();
			const lines = (await list.getByRole("listitem").allInnerTexts()).map(
				(text) => text.replaceAll(/\s+/g, " ").slice(9),
			);
			expect(lines).to.deep.equal(
				[
					"▸ resume inbound ",
					"‖ pause inbound <CRM> is down",
					"✕ reload refused 1 error",
					"↻ reload routes: 1 changed",
					"▸ start version 0.1.0",
				].map((line) => line.trimEnd()),
			);
			await list.getByRole("link").first().click();
			await page
				.getByRole("button", { name: "Show the last 15 min" })
				.waitFor();
		});
	});

	it("has its range, route and zoom in the address, and Back undoes each", async () => {
		await open("/charts", async (page) => {
			const pressed = (name: string) =>
				page.getByRole("button", { name, pressed: true, exact: true });
			await pressed("1 h").waitFor();
			await page.getByRole("button", { name: "24 h" }).click();
			await pressed("24 h").waitFor();
			await page.getByLabel("Route", { exact: true }).selectOption("failing");
			await rate(page).waitFor();
			expect(new URL(page.url()).search).to.equal("?range=24h&route=failing");
			await page.getByLabel("Latency of").selectOption("answer");
			const canvas = rate(page).locator(".u-over");
			const box = await canvas.boundingBox();
			if (box === null) throw new Error("the chart is not drawn");
			await page.mouse.move(box.x + box.width / 2, box.y + 40);
			await page.mouse.down();
			await page.mouse.move(box.x + box.width * 0.75, box.y + 40, { steps: 4 });
			await page.mouse.up();
			await page.getByRole("button", { name: "Show the last 24 h" }).waitFor();
			const { searchParams } = new URL(page.url());
			const [from, to] = ["from", "to"].map((name) =>
				Number(searchParams.get(name)),
			) as [number, number];
			expect(to - from).to.be.closeTo(6 * HOUR, HOUR / 4);
			await page.reload();
			await page.getByRole("button", { name: "Show the last 24 h" }).waitFor();
			for (const search of [
				"?range=24h&route=failing&latency=answer",
				"?range=24h&route=failing",
				"?range=24h",
				"",
			]) {
				await page.goBack();
				await page.waitForURL((url) => url.search === search);
			}
			await pressed("1 h").waitFor();
		});
	});

	it("is used by keys alone", async () => {
		await open("/charts?range=15m", async (page) => {
			await rate(page).waitFor();
			const moment = page.locator(".chart-moment");
			await page.keyboard.press("ArrowLeft");
			await moment.waitFor();
			const last = await moment.innerText();
			await page.keyboard.press("ArrowLeft");
			await moment.filter({ hasNotText: last }).waitFor();
			expect((await moment.innerText()) < last).to.equal(true);
			await page.keyboard.press("+");
			await page
				.getByRole("button", { name: "Show the last 15 min" })
				.waitFor();
			await page.keyboard.press("0");
			await page
				.getByRole("button", { name: "15 min", pressed: true, exact: true })
				.waitFor();
			await page.keyboard.press("5");
			await page
				.getByRole("button", { name: "7 d", pressed: true, exact: true })
				.waitFor();
			await page.keyboard.press("?");
			await page.getByText("Zoom in on the point").waitFor();
		});
	});

	it("shows the values of one time in all charts", async () => {
		await open("/charts?range=15m", async (page) => {
			await rate(page).waitFor();
			const over = rate(page).locator(".u-over");
			await over.hover({ position: { x: 30, y: 30 } });
			const queue = figure(page, "Deliveries in the inbox");
			await queue.getByText("–").first().waitFor();
			expect(await page.locator(".chart-moment").innerText()).to.match(
				/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/,
			);
		});
	});

	for (const look of ["light", "dark", "phone"] as const) {
		it(`has no barrier in the look ${look}, over a day of events`, async () => {
			await seed(site.folder);
			await open(
				"/charts?range=6h",
				async (page) => {
					await rate(page).getByText("received").waitFor();
					await rate(page).getByText("Table").click();
					expect(await findBarriers(page)).to.deep.equal([]);
					await rate(page).getByText("Table").click();
					await takePicture(page, "charts", look);
				},
				look,
			);
		});
	}
});

// --- helpers ---

/** Writes a day as routers would have written it, once: rates by daytime, and an hour in which a service was down. */
async function seed(folder: string): Promise<void> {
	if (seeded.has(folder)) return;
	seeded.add(folder);
	const now = Date.now();
	let clock = now - 24 * HOUR;
	const store = await openSqlite(join(folder, "data", "inbox.db"), {
		quarantine: { maxCount: 1, maxBytes: 1 },
		owner: false,
		clock: () => clock,
	});
	const { webhooks, attempts, handlers, answers, puts, depth } = SLOTS;
	let dead = 0;
	for (; clock < now; clock += MINUTE) {
		const ago = (now - clock) / HOUR;
		const wave = 1 + 0.6 * Math.sin(clock / (3 * HOUR)) + jitter(clock) * 0.3;
		const isDown = ago > 2 && ago < 2.7;
		const count = Math.round(300 * wave);
		const failed = isDown
			? Math.round(count * 0.5)
			: Math.round(jitter(clock) * 3);
		const unfinished = isDown
			? Math.round((2.7 - ago) * 3000)
			: Math.round(4 * wave);
		if (isDown) dead += 1;
		const slow = isDown ? 4 : 0;
		await store.addHistory({
			agoMs: 0,
			rows: [
				{
					route: "",
					cells: [
						...[SLOTS.batches, 6, SLOTS.samples, 1],
						...[webhooks.handled, Math.round(count / 3)],
						...[webhooks.received, count],
						...[webhooks.denied, Math.round(jitter(clock + 1) * 20)],
						...[webhooks.fallback, isDown ? 20 : 0],
						...[attempts.delivered, count - failed],
						...[attempts.waiting, failed],
						...[answers + 2, count, answers + 4, 30],
						...[handlers + 3 + slow, Math.round(count * 0.8)],
						...[handlers + 5 + slow, Math.round(count * 0.18)],
						...[handlers + 7 + slow, Math.round(count * 0.02 + 1)],
						...[puts + 2, count],
						...[SLOTS.unfinished, unfinished],
						...[depth.waiting, unfinished, depth.dead, dead],
						...[depth.quarantined, Math.round(ago < 4 ? 12 : 3)],
						...[SLOTS.oldestMs, isDown ? (2.7 - ago) * HOUR : 900],
					],
				},
			],
			marks: [],
		});
	}
	for (const [ago, kind, text] of [
		[5.2, "reload", "routes: 2 changed"],
		[2.72, "refused", "1 error"],
		[1.9, "reload", "routes: 1 changed"],
	] as const) {
		clock = now - ago * HOUR;
		await store.addHistory({
			...{ agoMs: 0, rows: [] },
			marks: [{ kind, text, router: "seed" }],
		});
	}
	await store.close();
}

const seeded = new Set<string>();

/** A number from 0 to 1 that is the same in each run. */
function jitter(seed: number): number {
	const wave = Math.sin(seed / 7919) * 10_000;
	return wave - Math.floor(wave);
}
