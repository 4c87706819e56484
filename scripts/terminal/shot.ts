/**
 * Draws the pictures of the terminal in the docs: plays a scene at a pseudo-terminal, and has Chromium render what it was sent.
 *
 * @example
 * node scripts/build.mjs && npx tsx scripts/terminal/shot.ts
 */
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "../../test/browser.ts";
import { toHtml } from "./html.ts";
import { toPalette } from "./palette.ts";
import { playScene } from "./scene.ts";
import { THEMES } from "./themes.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const [columns = "132", out = `${ROOT}docs/images`] = process.argv.slice(2);

const sent = await playScene({
	program: [process.execPath, `${ROOT}dist/cli/main.js`],
	columns: Number(columns),
	env: { FORCE_COLOR: "1", NO_COLOR: undefined, NODE_OPTIONS: undefined },
});
await mkdir(out, { recursive: true });
const browser = await launchBrowser("--disable-lcd-text");
try {
	for (const [name, theme] of Object.entries(THEMES)) {
		const page = await browser.newPage({ deviceScaleFactor: 1.5 });
		await page.setContent(toHtml(sent, theme, Number(columns)));
		const file = `${out}/terminal-${name}.png`;
		const png = await page.locator("main").screenshot({ omitBackground: true });
		await writeFile(file, toPalette(png));
		console.log(file);
		await page.close();
	}
} finally {
	await browser.close();
}
