import { expect } from "chai";
import type { Page } from "playwright-core";
import type { AdminRouter, ReloadState } from "../../src/admin/router.ts";
import { NO_WORK, type RecentWork } from "../../src/observe/recent.ts";
import { withListener } from "../admin/listener.ts";
import { useBrowser } from "../browser.ts";
import { findBarriers, usePage, withPage } from "./page.ts";

describe("the line at the top of the page", function () {
	this.timeout(60_000);
	const browser = useBrowser();
	before(usePage);

	const look = (
		router: Partial<AdminRouter>,
		use: (page: Page) => Promise<void>,
	): Promise<void> =>
		withListener((listener) => withPage(browser(), listener, "/about", use), {
			router,
		});

	it("says that all is well, with the numbers of the inbox", async () => {
		await look({ counts: async () => COUNTED }, async (page) => {
			const line = page.locator(".head-line");
			await line.getByRole("status").getByText("well").waitFor();
			for (const [name, href] of [
				["0/s", "/live"],
				["✕ 4 dead", "/deliveries?state=dead"],
				["7 waiting", "/deliveries?state=received&state=waiting"],
				["⚠ 2 quarantined", "/deliveries?state=quarantined"],
			] as const) {
				const link = line.getByRole("link").filter({ hasText: name });
				expect(await link.getAttribute("href"), name).to.equal(href);
			}
			expect(await findBarriers(page)).to.deep.equal([]);
		});
	});

	it("names the routes that fail and the worst of them, and leads there", async () => {
		const tallies = new Map([
			["orders", failing({ succeeded: 1, failed: 3 })],
			["crm", failing({ succeeded: 0, failed: 9 })],
		]);
		const router = { tallies: async () => tallies, lastReload: () => REFUSED };
		await look(router, async (page) => {
			const link = page.getByRole("status").getByRole("link");
			await link
				.getByText(
					/^2 routes fail: crm 100 % since \d\d:\d\d and 1 more trouble$/,
				)
				.waitFor();
			expect(await link.getAttribute("title")).to.match(
				/orders fails: 75 %[\s\S]*was not loaded, because it has 0 errors/,
			);
			await link.click();
			await page.waitForURL(/\/routes\/crm$/);
		});
	});

	it("says that a reload was refused, or that the store is away", async () => {
		await look({ lastReload: () => REFUSED }, async (page) => {
			const link = page.getByRole("status").getByRole("link");
			await link
				.getByText("The configuration on disk was not loaded")
				.waitFor();
			expect(await link.getAttribute("href")).to.equal("/config");
		});
		const away = { name: "store", isOk: false, reason: "disk I/O error" };
		await look({ readiness: async () => [away] }, async (page) => {
			await page
				.getByText("The store takes no events: disk I/O error")
				.waitFor();
		});
	});

	it("says that the router does not answer, and that it does again", async () => {
		await look({}, async (page) => {
			const status = page.locator(".head-line").getByRole("status");
			await status.getByText("well").waitFor();
			await page.context().setOffline(true);
			await status.getByText("not connected, trying again").waitFor();
			await page.context().setOffline(false);
			await status.getByText("well").waitFor();
		});
	});
});

// --- helpers ---

const COUNTED = {
	isFailed: false,
	stats: {
		byState: {
			received: 4,
			waiting: 3,
			leased: 1,
			delivered: 50,
			dead: 4,
			quarantined: 2,
		},
		byRoute: [],
		oldestByRoute: [],
		oldestUnfinishedAt: Date.now(),
		sizeBytes: 0,
		quarantine: {
			door: { count: 0, bytes: 0 },
			admitted: { count: 0, bytes: 0 },
		},
	},
} as const;

const REFUSED: ReloadState = {
	outcome: "refused",
	at: Date.now(),
	ms: 1,
	routes: 1,
	added: [],
	changed: [],
	removed: [],
	restart: [],
	findings: [],
};

function failing(work: Partial<RecentWork>) {
	const at = Date.now();
	return {
		webhooks: {},
		attempts: {},
		lastMinute: 0,
		lastAt: undefined,
		recent: { ...NO_WORK, failingSince: at, failedAt: at, ...work },
		circuits: [],
	};
}
