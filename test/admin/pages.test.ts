import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { OPERATIONS } from "../../src/admin/api/index.ts";
import { createOpenApi } from "../../src/admin/openapi.ts";
import { renderDocs } from "../../src/admin/pages/docs.ts";
import { html } from "../../src/admin/pages/html.ts";
import { useBrowser } from "../browser.ts";
import { type Listener, withListener } from "./listener.ts";

describe("the page of the admin API", () => {
	const page = renderDocs(createOpenApi(OPERATIONS));

	it("has every operation with its path, and a link to it", () => {
		for (const { id, path, summary } of OPERATIONS) {
			expect(page).to.include(`<article id="${id}">`);
			expect(page).to.include(`<a href="#${id}" title=`);
			expect(page).to.include(`/api/v1${path.replace(/:(\w+)/g, "{$1}")}`);
			expect(page).to.include(summary);
		}
	});

	it("loads nothing from elsewhere, and has no script or style of its own", () => {
		const references = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(
			([, target = ""]) => target,
		);
		for (const target of references)
			expect(target).to.match(/^(?:#|\/api\/v1\/)/);
		expect(page).to.not.match(/<script(?! src=)|<style|style=| on\w+=/);
		expect(page).to.not.include("undefined");
		expect(page).to.not.include("[object");
	});

	it("escapes whatever it is made of", () => {
		const evil = `<img src=x onerror="alert('1')">&`;
		expect(html`<p title="${evil}">${evil}</p>`.text).to.equal(
			`<p title="&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;&#38;">&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;&#38;</p>`,
		);
	});

	it("is served with a policy that allows only its own files", async () => {
		await withListener(async ({ call }) => {
			const docs = await call("/api/v1/docs", { token: null });
			expect(docs.status).to.equal(200);
			expect(docs.headers["content-type"]).to.equal("text/html; charset=utf-8");
			const policy = String(docs.headers["content-security-policy"]);
			expect(policy).to.include("default-src 'none'");
			expect(policy).to.include("frame-ancestors 'none'");
			expect(policy).to.not.include("unsafe");
			for (const [file, type] of [
				["docs.css", "text/css"],
				["docs.js", "text/javascript"],
			]) {
				const { headers } = await call(`/api/v1/${file}`, { token: null });
				expect(headers["content-type"]).to.equal(`${type}; charset=utf-8`);
			}
		});
	});
});

describe("the page of the admin API in a browser", function () {
	this.timeout(120_000);
	const browser = useBrowser();

	const open = async (
		{ port }: Listener,
		hash: string,
		use: (page: Page, problems: readonly string[]) => Promise<void>,
		options: Parameters<Browser["newPage"]>[0] = {},
	): Promise<void> => {
		const page = await browser().newPage(options);
		const problems: string[] = [];
		page.on("console", (message) => {
			if (message.type() === "error") problems.push(message.text());
		});
		page.on("pageerror", (error) => problems.push(String(error)));
		try {
			await page.goto(`http://127.0.0.1:${port}/api/v1/docs${hash}`);
			await use(page, problems);
		} finally {
			await page.close();
		}
	};

	it("exchanges the token of the URL for a session, and takes it out of the address", async () => {
		await withListener(async (listener) => {
			await open(
				listener,
				`#token=${listener.token}`,
				async (page, problems) => {
					const session = page.locator("#session");
					await session.getByText("Signed in as local").waitFor();
					expect(page.url()).to.not.include(listener.token);
					expect(await page.evaluate("document.cookie")).to.equal("");
					// The session reads, and changes something with the browser's own Origin header.
					const status = (path: string, method: string) =>
						page.evaluate(
							`fetch("${path}", { method: "${method}" }).then(({ status }) => status)`,
						);
					expect(await status("/api/v1/router", "GET")).to.equal(200);
					expect(await status("/api/v1/reload", "POST")).to.equal(200);
					expect(await status("/session", "DELETE")).to.equal(204);
					expect(problems).to.deep.equal([]);
					expect(await status("/api/v1/router", "GET")).to.equal(401);
				},
			);
		});
	});

	it("says what is wrong with a token", async () => {
		await withListener(async (listener) => {
			await open(listener, "#token=nonsense", async (page) => {
				await page.getByText("The token is unknown.").waitFor();
				expect(page.url()).to.not.include("nonsense");
			});
		});
	});

	for (const [name, width] of [
		["a phone", 360],
		["a laptop", 1280],
	] as const) {
		it(`fits ${name}, light and dark`, async () => {
			await withListener(async (listener) => {
				for (const colorScheme of ["light", "dark"] as const) {
					await open(
						listener,
						"",
						async (page) => {
							for (const one of await page.locator("summary").all())
								await one.click();
							const wide = await page.evaluate(
								"document.documentElement.scrollWidth",
							);
							expect(wide).to.be.at.most(width);
							await page.evaluate("scrollTo(0, 0)");
							const shot = process.env.SWITCHHOOK_SHOTS;
							if (shot !== undefined) {
								await page.screenshot({
									path: `${shot}/docs-${width}-${colorScheme}.png`,
								});
							}
						},
						{ viewport: { width, height: 900 }, colorScheme },
					);
				}
			});
		});
	}

	it("cannot be called by a page of another origin", async () => {
		await withListener(async (attacked) => {
			await withListener(async (other) => {
				const { call } = attacked;
				const session = await call("/session", {
					method: "POST",
					token: null,
					body: JSON.stringify({ token: attacked.token }),
				});
				const [pair = ""] = String(session.headers["set-cookie"]).split(";");
				const [name = "", value = ""] = pair.split("=");
				const context = await browser().newContext();
				try {
					await context.addCookies([
						{
							name,
							value,
							domain: "127.0.0.1",
							path: "/",
							httpOnly: true,
							sameSite: "Strict",
						},
					]);
					const page = await context.newPage();
					// Another port of the same host is the same site, so SameSite alone would not protect.
					await page.goto(`http://127.0.0.1:${other.port}/healthz`);
					const refused = await page.evaluate(
						`fetch("http://127.0.0.1:${attacked.port}/api/v1/reload", { method: "POST", mode: "no-cors", credentials: "include" }).then(() => "sent", () => "failed")`,
					);
					expect(refused).to.be.oneOf(["sent", "failed"]);
					const asked = attacked.log.filter(({ msg }) =>
						String(msg).includes("reload was requested"),
					);
					expect(asked).to.deep.equal([]);
				} finally {
					await context.close();
				}
			});
		});
	});
});
