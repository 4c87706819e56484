import { readdir, readFile } from "node:fs/promises";
import type { Server } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { SIDEBAR } from "../../docs/.vitepress/sidebar.ts";
import { useBrowser } from "../browser.ts";
import { buildSite, serveSite, urlOf } from "./site.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

describe("the documentation site", () => {
	it("has every page in its sidebar once", async () => {
		const links = SIDEBAR.flatMap(({ items = [] }) =>
			items.map(({ link = "" }) => link),
		).filter((link) => link.startsWith("/docs/"));
		const pages = (await readdir(join(ROOT, "docs")))
			.filter((name) => name.endsWith(".md") && name !== "index.md")
			.map((name) => `/docs/${name.replace(/\.md$/, "")}`);
		expect(links.toSorted()).to.deep.equal(pages.toSorted());
	});

	describe("in a browser", () => {
		const browser = useBrowser();
		let server: Server;
		let page: Page;
		const strangers: string[] = [];
		const failures: string[] = [];

		before(async function () {
			this.timeout(120_000);
			server = await serveSite(await buildSite());
			page = await browser().newPage();
			page.on("request", (request) => {
				if (!request.url().startsWith(urlOf(server)))
					strangers.push(request.url());
			});
			page.on("response", (response) => {
				if (response.status() >= 400) failures.push(response.url());
			});
			page.on("pageerror", (error) => failures.push(error.message));
		});
		after(async () => {
			await page?.close();
			server?.close();
		});

		it("opens on a page that leads to the first steps", async () => {
			await page.goto(urlOf(server));
			await page.getByRole("link", { name: "Get started" }).click();
			await page.waitForURL("**/docs/getting-started");
			await page.locator("h1", { hasText: "Getting started" }).waitFor();
		});

		it("shows a template as it is written", async () => {
			await page.goto(`${urlOf(server)}docs/templates`);
			expect(await page.locator("main").innerText()).to.contain("{{ payload.");
		});

		it("shows the files of a recipe below its README", async () => {
			await page.goto(`${urlOf(server)}docs/recipes`);
			await page.getByRole("link", { name: "A telephone menu" }).last().click();
			await page.locator("h1", { hasText: "A telephone menu" }).waitFor();
			const text = await page.locator("main").innerText();
			for (const part of [
				"nccos/again.yaml",
				"payload.dtmf.digits != blank",
				"tests/menu.yaml",
			])
				expect(text).to.contain(part);
		});

		it("finds a key of routes.yaml by its search", async () => {
			await page.goto(`${urlOf(server)}docs/concepts`);
			await page.locator("#local-search button").click();
			await page.locator(".VPLocalSearchBox input").fill("drainTimeout");
			await page.locator(".VPLocalSearchBox .result").first().waitFor();
			const hrefs = await page
				.locator(".VPLocalSearchBox .result")
				.evaluateAll((all) => all.map((one) => one.getAttribute("href")));
			expect(hrefs.join()).to.contain("/docs/routes-yaml");
		});

		it("links only to pages and headings that are there", async () => {
			const pages = await readSite(await buildSite());
			const missing: string[] = [];
			for (const [page, html] of pages) {
				for (const [, href = ""] of html.matchAll(
					/<a [^>]*href="(\/[^"]*)"/g,
				)) {
					const [path = "", anchor = ""] = href.split("#");
					const target = pages.get(path === "/" ? "/index" : path);
					const isThere =
						target !== undefined &&
						(anchor === "" || target.includes(`id="${decodeURI(anchor)}"`));
					if (!isThere && extname(path) === "")
						missing.push(`${page} → ${href}`);
				}
			}
			expect(missing).to.deep.equal([]);
		});

		it("asks no other origin for anything, and misses nothing", () => {
			expect(strangers.filter((url) => !url.startsWith("data:"))).to.deep.equal(
				[],
			);
			expect(failures).to.deep.equal([]);
		});
	});
});

// --- helpers ---

/** The pages of a built site: path without its ending, and HTML. */
async function readSite(folder: string): Promise<ReadonlyMap<string, string>> {
	const names = await readdir(folder, { recursive: true });
	const pages = names.filter((name) => name.endsWith(".html"));
	return new Map(
		await Promise.all(
			pages.map(
				async (name) =>
					[
						`/${name.replace(/\.html$/, "")}`,
						await readFile(join(folder, name), "utf8"),
					] as const,
			),
		),
	);
}
