import { expect } from "chai";
import type { Browser } from "playwright-core";
import { useBrowser } from "../browser.ts";
import { type DeskPage, openDeskPage, putDead, sms } from "./desk-site.ts";
import { findBarriers, usePage, withPage } from "./page.ts";

/** Texts that run or deceive wherever a page takes them for more than text. */
const ATTACKS = {
	markup: `<img src=x onerror="globalThis.pwned=1"><svg onload="pwned=1">`,
	script: `</script><script>globalThis.pwned=1</script>`,
	url: `javascript:globalThis.pwned=1`,
	// biome-ignore lint/suspicious/noTemplateCurlyInString: it is an attack on templates
	template: "{{constructor.constructor('pwned=1')()}} ${pwned=1}",
	bidi: "invoice\u202egpj.exe\u2066\u200b",
	control: "\u001b[31mred\u0007\u0000\u009b",
} as const;
const ALL = Object.values(ATTACKS).join(" ");

/** Characters that deceive, which must not be on the page as they are. Line breaks and tabs are its own. */
const DECEIVING = /(?![\n\t])[\p{Cc}\p{Cf}]/u;

/** Reads in the browser what the page shows, and what could run. */
const LOOK = `({
	pwned: "pwned" in globalThis,
	text: document.body.innerText,
	attributes: [...document.querySelectorAll("*")].flatMap((element) =>
		[...element.attributes].map(({ value }) => value)).join("\\n"),
	foreign: document.querySelectorAll("img, main script, iframe, object, embed").length,
	links: [...new Set([...document.querySelectorAll("a")].map(({ protocol }) => protocol))],
})`;

interface Seen {
	readonly pwned: boolean;
	readonly text: string;
	readonly attributes: string;
	readonly foreign: number;
	readonly links: readonly string[];
}

/** The surroundings of the first character that deceives. Empty if there is none. */
function hiddenIn(text: string): string {
	const at = text.search(DECEIVING);
	return at === -1
		? ""
		: JSON.stringify(text.slice(Math.max(0, at - 60), at + 20));
}

describe("the page with hostile deliveries", function () {
	this.timeout(20_000);
	const sharedBrowser = useBrowser();
	let browser: Browser;
	let site: DeskPage;
	before(async () => {
		usePage();
		browser = sharedBrowser();
		site = await openDeskPage();
		const { store } = site;
		const headers = { "x-von-note": ALL, [`x-von-<b>${ATTACKS.bidi}`]: ALL };
		const envelope = {
			method: "POST",
			path: `/sms/${ALL}`,
			query: ALL,
			client: ALL,
			headers: { "content-type": "application/json", ...headers },
			params: { [ALL]: ALL },
			claims: { [ALL]: ALL, iss: ALL },
		};
		await putDead(store, "hostile-dead", {
			reason: `HANDLER_FAILED: ${ALL}`,
			stack: `Error: ${ALL}\n    at ${ALL} (plugins/${ATTACKS.markup}.mjs:1:1)`,
			fields: {
				text: ALL,
				[ALL]: { [ATTACKS.markup]: [ALL, { [ATTACKS.script]: ALL }] },
				__proto__: undefined,
			},
		});
		await store.replay({ ids: ["hostile-dead"] }, { actor: ALL, reason: ALL });
		await store.put([
			sms(
				{},
				{
					id: "hostile-kept",
					state: "quarantined",
					envelope: JSON.stringify(envelope),
					orderKey: JSON.stringify([ALL]),
					dedupeKey: JSON.stringify([ALL]),
					reason: `SIGNATURE_INVALID: ${ALL}`,
					quarantine: {
						doubts: [{ code: "SIGNATURE_INVALID", detail: ALL }],
						client: undefined,
					},
				},
			),
			sms(
				{},
				{
					id: "hostile-answer",
					route: "welcome",
					kind: "voice.answer",
					path: "/answer",
					state: "delivered",
					answer: JSON.stringify({
						status: 200,
						type: ALL,
						body: JSON.stringify([
							{ action: "talk", text: ALL, language: ALL },
							{ action: "stream", streamUrl: [ATTACKS.url, ALL] },
							{ action: "input", eventUrl: [ATTACKS.url], type: [ALL] },
							{
								action: "connect",
								endpoint: [{ type: ALL, number: ALL, uri: ATTACKS.url }],
							},
							{ action: "record", eventUrl: [ATTACKS.url] },
							{
								action: "notify",
								payload: { [ALL]: ALL },
								eventUrl: [ATTACKS.url],
							},
							{ action: "conversation", name: ALL },
							{ action: ALL, [ALL]: ALL },
						]),
					}),
				},
			),
			sms(
				{},
				{
					id: "hostile-route",
					route: ALL,
					kind: ALL,
					state: "dead",
					reason: ALL,
				},
			),
			sms({}, { id: ALL, state: "dead", reason: ALL }),
		]);
	});
	after(() => site?.close());

	const ids = [
		"hostile-dead",
		"hostile-kept",
		"hostile-answer",
		"hostile-route",
	];
	const tabs = ["payload", "why", "attempts", "answer", "raw"];

	for (const id of ids)
		for (const isRevealed of [false, true])
			it(`shows text, and runs nothing: ${id.slice(0, 16)}${isRevealed ? ", revealed" : ""}`, () =>
				withPage(
					browser,
					site,
					`/deliveries/${encodeURIComponent(id)}`,
					async (page) => {
						await page.getByRole("tab", { name: "Payload" }).waitFor();
						if (isRevealed) {
							await page.getByRole("button", { name: "Reveal" }).click();
							await page.getByRole("button", { name: "Mask" }).waitFor();
						}
						for (const [at, tab] of tabs.entries()) {
							await page.keyboard.press(String(at + 1));
							await page
								.locator(`[role="tab"][aria-selected="true"][id$="-${tab}"]`)
								.waitFor();
							const seen: Seen = await page.evaluate(LOOK);
							expect(seen, tab).to.include({ pwned: false, foreign: 0 });
							expect(hiddenIn(seen.text), tab).to.equal("");
							expect(hiddenIn(seen.attributes), tab).to.equal("");
							expect(seen.links, tab).to.deep.equal(["http:"]);
						}
						expect(await findBarriers(page)).to.deep.equal([]);
					},
				));

	it("shows the words of an attack as text, with its hidden characters", () =>
		withPage(browser, site, "/deliveries/hostile-dead", async (page) => {
			await page.getByRole("button", { name: "Reveal" }).click();
			const shown = page.getByRole("article", { name: "Delivery" });
			await shown
				.getByText(
					`<img src=x onerror="globalThis.pwned=1"><svg onload="pwned=1"> </script>`,
				)
				.first()
				.waitFor();
			await shown
				.getByText("invoice\\u{202e}gpj.exe\\u{2066}\\u{200b}")
				.first()
				.waitFor();
		}));

	it("keeps hidden characters out of the dialogs, the filters and the list", () =>
		withPage(
			browser,
			site,
			`/deliveries?text=${encodeURIComponent(ATTACKS.bidi)}&route=${encodeURIComponent(ALL.replaceAll("\0", ""))}`,
			async (page) => {
				await page.getByText("No delivery matches the filter").waitFor();
				const read = (): Promise<string> =>
					page.evaluate("document.body.innerText");
				expect(hiddenIn(await read())).to.equal("");
				await page.getByRole("button", { name: "Clear the filter" }).click();
				await page.getByLabel("Select the delivery").first().check();
				await page
					.getByRole("button", { name: "Select all that match" })
					.click();
				await page.getByRole("button", { name: "Replay" }).first().click();
				const dialog = page.getByRole("dialog");
				await dialog.getByText("will be replayed:").waitFor();
				await dialog.getByText("Which").click();
				expect(hiddenIn(await read())).to.equal("");
				await page.keyboard.press("Escape");
				await page.getByRole("button", { name: "Clear", exact: true }).click();
				await page.getByLabel("Select the delivery hostile-").last().check();
				await page.getByRole("button", { name: "Copy as curl" }).click();
				await dialog.getByText("curl -g").waitFor();
				expect(hiddenIn(await read())).to.equal("");
				expect(await page.evaluate("'pwned' in globalThis")).to.equal(false);
			},
		));
});
