import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { VIEW_NAMES } from "../../src/admin/pages/bundle.ts";
import { callAdmin } from "../admin/listener.ts";
import type { AdminSite } from "../admin/site.ts";
import {
	findBarriers,
	LOOKS,
	PAGE_FOLDER,
	takePicture,
	usePageGround,
	withPage,
} from "./page.ts";

const PACKED_BYTES_MAX = 120_000;

describe("the page", function () {
	this.timeout(120_000);
	let browser: Browser;
	let site: AdminSite;
	usePageGround((ground) => {
		({ browser, site } = ground);
	});

	it("says how many events wait in the spool", () =>
		withPage(browser, site, "/about", async (page) => {
			const spool = {
				...{ depth: 1234, usedBytes: 2_000_000, maxBytes: 9_000_000 },
				...{ shipped: 0, duplicates: 0, refused: 1, oldestAt: 1 },
			};
			await page.route("**/api/v1/router", async (route) => {
				const response = await route.fetch();
				await route.fulfill({ json: { ...(await response.json()), spool } });
			});
			await page.reload();
			await page.getByText("1,234 events, 2.0 MB, 1 refused").waitFor();
			expect(await findBarriers(page)).to.deep.equal([]);
		}));

	it("is at most 120 KB compressed", () => {
		const bytes = readdirSync(PAGE_FOLDER)
			.filter((name) => name.endsWith(".gz"))
			.map((name) => statSync(join(PAGE_FOLDER, name)).size)
			.reduce((sum, size) => sum + size, 0);
		expect(bytes).to.be.below(PACKED_BYTES_MAX);
	});

	it("is served with a strict policy, compressed, and its files for ever", async () => {
		const first = await callAdmin(site.port, "/", { token: null });
		expect(first.status).to.equal(200);
		expect(first.headers["content-security-policy"])
			.to.include("default-src 'none'")
			.and.not.include("unsafe");
		expect(first.text).to.not.match(
			/<style|style=|<script(?! type="module" src=)/,
		);
		const [, script = ""] = /src="([^"]+)"/.exec(first.text) ?? [];
		const file = await callAdmin(site.port, script, {
			token: null,
			headers: { "accept-encoding": "gzip" },
		});
		expect(file.headers).to.include({
			"content-encoding": "gzip",
			"cache-control": "public, max-age=31536000, immutable",
			"content-type": "text/javascript; charset=utf-8",
		});
		const unknown = await callAdmin(site.port, "/page/none.js", {
			token: null,
		});
		expect(unknown.status).to.equal(404);
	});

	it("has each of its views at the server's paths", async () => {
		await withPage(browser, site, "/", async (page) => {
			const links = page.getByRole("navigation", { name: "Views" });
			await links.waitFor();
			const paths = await links
				.getByRole("link")
				.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
			expect(paths).to.deep.equal(VIEW_NAMES.map((name) => `/${name}`));
		});
	});

	it("takes the token out of the address bar", async () => {
		await withPage(browser, site, "/about", async (page) => {
			await page.getByRole("heading", { name: "About this router" }).waitFor();
			expect(page.url()).to.equal(`http://127.0.0.1:${site.port}/about`);
			expect(await page.evaluate("document.cookie")).to.equal("");
			await page.reload();
			await page.getByRole("heading", { name: "About this router" }).waitFor();
		});
	});

	it("shows nothing for a wrong token, and takes the right one", async () => {
		const wrong = { port: site.port, token: "not-the-token-of-it" };
		await withPage(browser, wrong, "/about", async (page) => {
			await page.getByText("The token is unknown").waitFor();
			expect(await findBarriers(page)).to.deep.equal([]);
			await page.getByLabel("Token", { exact: true }).fill(site.token);
			await page.keyboard.press("Enter");
			await page.getByRole("heading", { name: "About this router" }).waitFor();
			await page.getByRole("button", { name: "Sign out" }).click();
			await page.getByLabel("Token", { exact: true }).waitFor();
		});
	});

	it("lists its keys, and finds a view by its name", async () => {
		await withPage(browser, site, "/", async (page) => {
			await page.getByRole("navigation", { name: "Views" }).waitFor();
			await page.keyboard.press("?");
			const keys = page.getByRole("dialog", { name: "Keys" });
			await keys.getByText("Find everything by its name").waitFor();
			await page.keyboard.press("Escape");
			await keys.waitFor({ state: "detached" });
			await page.keyboard.press("Control+k");
			const palette = page.getByRole("dialog", { name: "Find" });
			await palette.getByRole("combobox").fill("abou");
			expect(await findBarriers(page)).to.deep.equal([]);
			await page.keyboard.press("Enter");
			await page.getByRole("heading", { name: "About this router" }).waitFor();
			await page.keyboard.press("Control+k");
			await palette.getByRole("combobox").fill("support");
			await page.getByRole("option", { name: "support route" }).waitFor();
		});
	});

	for (const look of ["light", "dark", "phone"] as const) {
		it(`has no barrier in the look ${look}`, async () => {
			await withPage(
				browser,
				site,
				"/about",
				async (page) => {
					await page.getByText("Listens on").waitFor();
					expect(await findBarriers(page)).to.deep.equal([]);
					await takePicture(page, "about", look);
				},
				LOOKS[look],
			);
		});
	}
});
