import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";
import { share } from "./share.ts";

/** Starts the Chromium that comes as a package, with further arguments. The caller MUST close it. */
export async function launchBrowser(
	...args: readonly string[]
): Promise<Browser> {
	return playwright.launch({
		executablePath: await chromium.executablePath(),
		// The sandbox needs rights that root in a container lacks; only our own pages are opened.
		args: ["--no-sandbox", "--disable-gpu", ...args],
		headless: true,
	});
}

/**
 * The Chromium that all test files share. Each test opens a context of its own, which shares nothing with another. Call it where the
 * tests are described, and the function it returns from a hook or a test.
 */
export const useBrowser = share({
	name: "Chromium",
	start: () => launchBrowser(),
	stop: (browser) => browser.close(),
});
