import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { buildPage } from "../../scripts/build-page.mjs";
import { once } from "../../src/memo.ts";
import { type AdminSite, openSite, type SiteOptions } from "../admin/site.ts";
import { useBrowser } from "../browser.ts";
import { useRouters } from "../serving/serve.ts";

/** Builds the page once a run, unless `npm test` did. Call it before a router is opened. */
export const usePage = once(() => {
	if (process.env.SWITCHHOOK_TEST_BUILD === undefined) buildPage();
});

/** A browser and a router, for the tests of a whole group. */
export interface PageGround {
	readonly browser: Browser;
	readonly site: AdminSite;
}

/** Opens a router before the tests of a group, and closes it after them. `take` gets them. */
export function usePageGround(
	take: (ground: PageGround) => void,
	options?: SiteOptions,
): void {
	const browser = useBrowser();
	const start = useRouters();
	let close = async (): Promise<void> => {};
	before("opens a router", async () => {
		usePage();
		const site = await openSite({ start, ...options });
		close = () => site.close();
		take({ browser: browser(), site });
	});
	after(() => close());
}

/** A page of the admin listener in a browser. */
export interface OpenedPage {
	readonly page: Page;
	/** Errors of scripts, of the policy and of requests to other origins, which no test expects. */
	readonly faults: readonly string[];
}

/** Opens an address of the page with the router's token, runs `use`, and expects that nothing went wrong in the browser. */
export async function withPage(
	browser: Browser,
	{ port, token }: { readonly port: number; readonly token: string },
	path: string,
	use: (page: Page) => Promise<void>,
	options: BrowserContextOptions = {},
): Promise<void> {
	const context = await browser.newContext(options);
	const page = await context.newPage();
	const faults: string[] = [];
	const origin = `http://127.0.0.1:${port}`;
	page.on("pageerror", (error) => faults.push(String(error.stack)));
	page.on("console", (message) => {
		// A refused request is a state that the page shows.
		const isAnswer = message.text().startsWith("Failed to load resource");
		if (message.type() === "error" && !isAnswer) faults.push(message.text());
	});
	page.on("request", (request) => {
		const url = request.url();
		if (!url.startsWith(origin) && !/^(?:data|blob):/.test(url))
			faults.push(`a request to ${url}`);
	});
	try {
		await page.goto(`${origin}${path}#token=${token}`);
		await use(page);
		if (faults.length > 0) throw new Error(faults.join("\n"));
	} catch (error) {
		if (error instanceof Error) error.message += await tellShown(page, faults);
		throw error;
	} finally {
		await context.close();
	}
}

/** Returns what an action copies. What the page says of an earlier one may still stand there. */
export async function copiedBy(
	page: Page,
	act: () => Promise<void>,
): Promise<string> {
	await page.evaluate('navigator.clipboard.writeText("")');
	await act();
	await page.getByText("Copied.").last().waitFor();
	let copied = "";
	while (copied === "")
		copied = await page.evaluate<string>("navigator.clipboard.readText()");
	return copied;
}

/** Returns what axe finds on the page as it is now: one line for each rule that is broken, with the elements. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
	await page.evaluate(AXE);
	const { violations } = await page.evaluate(() =>
		(
			globalThis as unknown as {
				readonly axe: { run(): Promise<AxeResults> };
			}
		).axe.run(),
	);
	return violations.map(
		({ id, help, nodes }) =>
			`${id}: ${help}: ${nodes.map(({ html }) => html).join(" | ")}`,
	);
}

/** What is half faded in has too little contrast. */
const STILL = { reducedMotion: "reduce" } as const;

/** The widths and colors in which every view is looked at, without motion. */
export const LOOKS = {
	light: {
		...STILL,
		colorScheme: "light",
		viewport: { width: 1360, height: 800 },
	},
	dark: {
		...STILL,
		colorScheme: "dark",
		viewport: { width: 1360, height: 800 },
	},
	phone: {
		...STILL,
		colorScheme: "light",
		viewport: { width: 390, height: 844 },
		deviceScaleFactor: 2,
		hasTouch: true,
		isMobile: true,
	},
} as const satisfies Readonly<Record<string, BrowserContextOptions>>;

/**
 * Takes a picture of the page for the docs if `SWITCHHOOK_SHOTS` names a folder: `<view>-<look>.png`. So the pictures come from
 * the same state that the tests check.
 */
export async function takePicture(
	page: Page,
	view: string,
	look: keyof typeof LOOKS,
): Promise<void> {
	const folder = process.env.SWITCHHOOK_SHOTS;
	if (folder === undefined) return;
	const path = join(folder, `${view}-${look}.png`);
	await mkdir(dirname(path), { recursive: true });
	await page.screenshot({ path });
}

/** The folder of the built page. */
export const PAGE_FOLDER = fileURLToPath(
	new URL("../../page/dist", import.meta.url),
);

// --- helpers ---

/** Returns what a page shows, for the message of a test that failed on it. */
async function tellShown(
	page: Page,
	faults: readonly string[],
): Promise<string> {
	try {
		const shown = await page.locator("body").ariaSnapshot({ timeout: 2000 });
		return `\n${faults.join("\n")}\nat ${page.url()}\n${shown.slice(0, 6000)}`;
	} catch {
		return `\n${faults.join("\n")}\nat ${page.url()}`;
	}
}

const AXE = readFileSync(
	createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
	"utf8",
);
