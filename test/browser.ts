import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

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
