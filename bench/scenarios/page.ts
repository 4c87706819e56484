import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../test/browser.ts";
import { probe } from "../probe.ts";
import { type Scenario, startRouter } from "../scenario.ts";
import { atMost, formatSpread, spreadOf, type Verdict } from "../table.ts";
import { adminOrigin, TOKEN, writeAdminConfig } from "./admin/config.ts";

/**
 * How long the page takes from its address to the first row of data, with 100,000 deliveries in an SQLite inbox. Each view is opened
 * in a browser window of its own, so that nothing is cached. The first round is not counted: the browser itself starts in it.
 */
export const PAGE: Scenario = {
	title: "The page opens over 100,000 deliveries",
	async run(bench) {
		if (bench.router === undefined) return [];
		const file = join(bench.folder, "page", "data", "inbox.db");
		const address = `sqlite:${file}`;
		const config = writeAdminConfig(join(bench.folder, "page"), address);
		await probe("desk", bench.router, address, `${DELIVERIES}`);
		const server = await startRouter(bench, "page", config);
		const origin = adminOrigin(join(bench.folder, "page.log"));
		const browser = await launchBrowser();
		bench.scope.defer(() => browser.close());
		const verdicts: Verdict[] = [];
		for (const [view, row] of Object.entries(VIEWS)) {
			const shares: number[] = [];
			for (let round = 0; round <= bench.rounds; round += 1) {
				const tookMs = await open(browser, `${origin}/${view}`, row);
				if (round > 0) shares.push(tookMs / LIMIT_MS);
			}
			const spread = spreadOf(shares);
			console.log(
				`  ${view.padEnd(12)} share of ${LIMIT_MS} ms: ${formatSpread(spread)}`,
			);
			verdicts.push(atMost(`page: ${view}, of ${LIMIT_MS} ms`, spread, 1));
		}
		await server.stop();
		return verdicts;
	},
};

// --- helpers ---

const DELIVERIES = 100_000;
const LIMIT_MS = 300;

/** The views, and what each shows when it has data. */
const VIEWS: Readonly<Record<string, string>> = {
	live: '[role="listitem"]',
	deliveries: '[role="listitem"]',
	routes: '[role="treeitem"]',
};

/** Returns the milliseconds from the navigation to the first row. */
async function open(
	browser: Browser,
	url: string,
	row: string,
): Promise<number> {
	const context = await browser.newContext({
		viewport: { width: 1360, height: 800 },
	});
	try {
		const page = await context.newPage();
		const began = performance.now();
		await page.goto(`${url}#token=${TOKEN}`, { waitUntil: "commit" });
		await page.locator(row).first().waitFor();
		return performance.now() - began;
	} finally {
		await context.close();
	}
}
