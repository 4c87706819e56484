import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { type AdminSite, SITE } from "../admin/site.ts";
import {
	copiedBy,
	findBarriers,
	LOOKS,
	takePicture,
	usePageGround,
	withPage,
} from "./page.ts";

const CONFIG = `${SITE}  - { name: keys, path: "/keys/:menu", kind: ncco.input, level: ncco, handler: { ncco: [{ action: talk, text: "{{ payload.dtmf.digits }} in {{ params.menu }}" }] } }
`;

describe("the view Send", function () {
	this.timeout(60_000);
	let browser: Browser;
	let site: AdminSite;
	usePageGround(
		(ground) => {
			({ browser, site } = ground);
		},
		{ config: CONFIG },
	);
	const open = (
		path: string,
		use: (page: Page) => Promise<void>,
		look?: keyof typeof LOOKS,
	) => withPage(browser, site, path, use, look && LOOKS[look]);

	it("sends what the form says through all gates, into the store", () =>
		open("/send?kind=sms.inbound", async (page) => {
			await page.getByLabel("text", { exact: true }).fill("from the page");
			await page.getByLabel("to *").fill("447700900001");
			await page.getByRole("button", { name: "Send sms.inbound" }).click();
			const answer = page.getByRole("region", { name: "Answer" });
			await answer.getByText("received").waitFor();
			await answer.getByText("support", { exact: true }).waitFor();
			const href = await answer
				.getByRole("link", { name: "See the delivery" })
				.getAttribute("href");
			const id = href?.split("/").at(-1);
			const { text } = await site.call(`/api/v1/deliveries/${id}?reveal=true`);
			expect(text).to.include("from the page").and.include("447700900001");
		}));

	it("shows what the gate says of a bad value, and the new answer after it was corrected", () =>
		open("/send?kind=sms.dlr", async (page) => {
			await page.getByRole("button", { name: "As JSON" }).click();
			const json = page.getByLabel("Payload as JSON");
			const good = await json.inputValue();
			await json.fill("{ nonsense");
			await page.getByText("This is not a JSON object yet").waitFor();
			await json.fill('{ "status": "delivered" }');
			await page.getByRole("button", { name: "Send sms.dlr" }).click();
			const answer = page.getByRole("region", { name: "Answer" });
			await answer.getByText("PAYLOAD_INVALID").waitFor();
			await answer
				.getByText(/messageId|msisdn/)
				.first()
				.waitFor();
			await json.fill(good);
			await page.getByRole("button", { name: "Send sms.dlr" }).click();
			await answer.getByText("received").waitFor();
			const before = page.getByRole("region", { name: "Sent before" });
			await before.getByRole("button", { name: /quarantined/ }).click();
			await answer.getByText("PAYLOAD_INVALID").waitFor();
		}));

	it("edits nested fields, numbers, booleans and known values, and fills the path", () =>
		open("/send?kind=ncco.input", async (page) => {
			await page.getByLabel(":menu").fill("main");
			const dtmf = page.getByRole("group", { name: "dtmf" });
			await dtmf.getByLabel("digits", { exact: true }).fill("42");
			await dtmf.getByLabel("timed_out", { exact: true }).selectOption("true");
			await page.getByRole("button", { name: "Send ncco.input" }).click();
			const answer = page.getByRole("region", { name: "Answer" });
			await answer.getByText("42 in main").waitFor();
			await answer.getByText("handled").waitFor();
			await dtmf.getByLabel("Leave out dtmf.timed_out").click();
			await dtmf
				.getByLabel("Add a field to dtmf")
				.selectOption({ label: "timed_out" });
			await dtmf.getByLabel("timed_out", { exact: true }).waitFor();
		}));

	it("keeps what is typed as soon as the form is there", () =>
		open("/send?kind=ncco.input", async (page) => {
			await page.getByRole("button", { name: "Send ncco.input" }).waitFor();
			await page.evaluate(TYPE_AT_ONCE);
			await page.getByLabel("Kind").selectOption("sms.inbound");
			await page.getByRole("button", { name: "Send sms.inbound" }).click();
			const answer = page.getByRole("region", { name: "Answer" });
			await answer.getByText("received").waitFor();
			const text = page.getByLabel("text", { exact: true });
			expect(await text.inputValue()).to.equal("typed at once");
		}));

	it("takes another sample with ids of its own", () =>
		open("/send?kind=sms.inbound", async (page) => {
			const id = page.getByLabel("messageId *");
			let first = "";
			// The form is there before its sample.
			while (first === "") first = await id.inputValue();
			await page.getByRole("button", { name: "Another sample" }).click();
			// Polled from here: a function in the page would need `eval`, which its policy refuses.
			let second = first;
			while (second === first || second === "") second = await id.inputValue();
			expect(second).to.not.equal(first);
		}));

	it("copies what it sends as curl and as a command", () =>
		open("/send?to=support&from=203.0.113.9", async (page) => {
			await page
				.context()
				.grantPermissions(["clipboard-read", "clipboard-write"]);
			await page.getByLabel("text", { exact: true }).fill("it's");
			await page.getByRole("button", { name: "Send sms.inbound" }).click();
			const answer = page.getByRole("region", { name: "Answer" });
			await answer.getByText("See the delivery").waitFor();
			const copied = async (name: string): Promise<string> => {
				return copiedBy(page, () =>
					answer.getByRole("button", { name }).click(),
				);
			};
			expect(await copied("Copy as switchhook send")).to.equal(
				"switchhook send sms.inbound --to support --from 203.0.113.9 --set 'text=it'\\''s'",
			);
			const curl = await copied("Copy as curl");
			expect(curl)
				.to.include('Bearer $SWITCHHOOK_ADMIN_TOKEN"')
				.and.include('"text":"it\'\\\'\'s"')
				.and.not.include(site.token);
		}));

	it("works by keyboard alone", () =>
		open("/about", async (page) => {
			await page.getByRole("heading", { name: "About this router" }).waitFor();
			await page.keyboard.press("g");
			await page.keyboard.press("s");
			await page.getByLabel("Kind").focus();
			await page.keyboard.type("voice.answer");
			await page.getByRole("button", { name: "Send voice.answer" }).waitFor();
			await page.keyboard.press("Control+Enter");
			const answer = page.getByRole("region", { name: "Answer" });
			await answer.getByText("handled").waitFor();
			await answer.getByText('"action": "talk"').waitFor();
			expect(new URL(page.url()).search).to.equal("?kind=voice.answer");
		}));

	it("shows attacks as text", () =>
		open("/send?kind=sms.inbound", async (page) => {
			await page
				.getByLabel("text", { exact: true })
				.fill("<img src=x onerror=alert(1)>\u202e");
			await page.getByRole("button", { name: "Send sms.inbound" }).click();
			const answer = page.getByRole("region", { name: "Answer" });
			await answer.getByText("received").waitFor();
			expect(await page.locator("img").count()).to.equal(0);
		}));

	for (const look of ["light", "dark", "phone"] as const) {
		it(`has no barrier in the look ${look}`, () =>
			open(
				"/send?kind=ncco.input",
				async (page) => {
					const button = page.getByRole("button", { name: "Send ncco.input" });
					await button.click();
					const answer = page.getByRole("region", { name: "Answer" });
					await answer.getByText("handled").waitFor();
					expect(await findBarriers(page)).to.deep.equal([]);
					await takePicture(page, "send", look);
				},
				look,
			));
	}
});

// --- helpers ---

/** Types into the form in the turn of the event loop in which it appears. */
const TYPE_AT_ONCE = `new MutationObserver((_, observer) => {
	const label = [...document.querySelectorAll("label")].find(
		({ textContent }) => textContent === "text",
	);
	if (label === undefined) return;
	observer.disconnect();
	const field = document.getElementById(label.htmlFor);
	field.value = "typed at once";
	field.dispatchEvent(new Event("input", { bubbles: true }));
}).observe(document, { childList: true, subtree: true })`;
