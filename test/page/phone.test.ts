import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { AdminSite } from "../admin/site.ts";
import { until } from "../crash/site.ts";
import {
	findBarriers,
	LOOKS,
	takePicture,
	usePageGround,
	withPage,
} from "./page.ts";

/** A menu with a busy agent, and the channels of messages. The URLs have the port that the router gets. */
const CONFIG = `version: 1
server: { listen: 127.0.0.1:0 }
signatures: { voice: { scheme: vonage-jwt, secret: "\${SECRET:-0123456789abcdef0123456789abcdef}" } }
networks: { office: [203.0.113.0/24] }
defaults: { firewall: [office], signature: voice, methods: [POST], fallback: { ncco: [{ action: talk, text: "Please call again." }] } }
routes:
  - { name: call-events, path: /voice/events, kind: voice.event, level: app, handler: { plugin: log } }
  - name: answer
    path: /voice/answer
    kind: voice.answer
    level: app
    handler:
      ncco:
        - { action: talk, text: "Welcome to the harbour office. For the tides press 1, for the harbour master press 2.", language: en-GB, bargeIn: true }
        - { action: input, type: [dtmf, speech], dtmf: { maxDigits: 1, timeOut: 10 }, eventUrl: ['{{ "menu" | url }}'] }
  - name: menu
    path: /voice/menu
    kind: ncco.input
    level: ncco
    handler:
      ncco:
        - { action: talk, text: "{{ payload.dtmf.digits }} is not in the menu. Press 1 or 2.", language: en-GB, bargeIn: true }
        - { action: input, type: [dtmf], dtmf: { maxDigits: 1, timeOut: 10 }, eventUrl: ['{{ "menu" | url }}'] }
  - name: master
    path: /voice/menu
    kind: ncco.input
    level: ncco
    match: { dtmf.digits: "2" }
    handler:
      ncco:
        - { action: talk, text: One moment. }
        - { action: connect, from: "{{ payload.to }}", endpoint: [{ type: phone, number: "447700900002" }] }
        - { action: talk, text: "Nobody is there. Please call later, when the office is open again." }
  - { name: standup, path: /voice/menu, kind: ncco.input, level: ncco, match: { dtmf.digits: "3" }, handler: { ncco: [{ action: conversation, name: standup }] } }
  - { name: by-voice, path: /voice/menu, kind: ncco.input, level: ncco, match: { speech.results.0.text: tides }, handler: { ncco: [{ action: talk, text: High water is at noon. }] } }
  - { name: hold, path: /audio/hold.wav, kind: ncco.stream, level: ncco, signature: none, methods: [GET], handler: { static: { file: audio/hold.wav } } }
  - { name: music, path: /voice/menu, kind: ncco.input, level: ncco, match: { dtmf.digits: "4" }, handler: { ncco: [{ action: stream, streamUrl: ['{{ "hold" | url }}'], loop: 0 }] } }
  - { name: elsewhere, path: /voice/menu, kind: ncco.input, level: ncco, match: { dtmf.digits: "5" }, handler: { ncco: [{ action: stream, streamUrl: ["https://cdn.example.com/hold.wav"], loop: 0 }] } }
  - { name: inbound, path: /sms, kind: sms.inbound, level: account, signature: none, handler: { plugin: log } }
  - { name: receipts, path: /dlr, kind: sms.dlr, level: account, signature: none, handler: { plugin: log } }
`;

/** A second of silence: 8,000 samples of 8 bits. Each byte is a character, because files of a site are text. */
function silence(): string {
	const head = Buffer.alloc(44);
	head.write("RIFF");
	head.writeUInt32LE(8036, 4);
	head.write("WAVEfmt ", 8);
	head.writeUInt32LE(16, 16);
	head.writeUInt16LE(1, 20);
	head.writeUInt16LE(1, 22);
	head.writeUInt32LE(8000, 24);
	head.writeUInt32LE(8000, 28);
	head.writeUInt16LE(1, 32);
	head.writeUInt16LE(8, 34);
	head.write("data", 36);
	head.writeUInt32LE(8000, 40);
	return head.toString("latin1") + "@".repeat(8000);
}

describe("the phone of the page", function () {
	this.timeout(120_000);
	let browser: Browser;
	let site: AdminSite;
	usePageGround(
		(ground) => {
			({ browser, site } = ground);
		},
		{ config: CONFIG, files: { "audio/hold.wav": silence() } },
	);

	const dial = async (page: Page): Promise<void> => {
		await page.getByRole("button", { name: "Call", exact: true }).click();
		await page.getByText("Welcome to the harbour office").first().waitFor();
	};
	const rung = (page: Page, label: string, route: string) =>
		page
			.getByRole("log")
			.locator("summary")
			.filter({ hasText: label })
			.filter({ hasText: route });

	for (const look of ["light", "dark", "phone"] as const) {
		it(`plays a menu with a wrong key, a busy line and a hang-up in the look ${look}`, async () => {
			await withPage(
				browser,
				site,
				"/phone",
				async (page) => {
					await page.getByText("Nobody has called yet").waitFor();
					expect(await findBarriers(page)).to.deep.equal([]);
					await dial(page);
					await page.getByRole("button", { name: "7", exact: true }).click();
					await page.getByText("7 is not in the menu").first().waitFor();
					await rung(page, "input", "menu").waitFor();
					// The keyboard is the keypad.
					await page.getByRole("heading", { name: "caller" }).click();
					await page.keyboard.press("2");
					await page.getByText("One moment.").first().waitFor();
					await page.keyboard.press("s");
					await page.getByRole("region", { name: "callee" }).waitFor();
					await rung(page, "ringing", "call-events").nth(1).waitFor();
					await page
						.getByRole("heading", { name: "callee" })
						.scrollIntoViewIfNeeded();
					expect(await findBarriers(page)).to.deep.equal([]);
					await takePicture(page, "phone", look);
					await page.getByRole("button", { name: "Busy" }).click();
					await rung(page, "busy", "call-events").waitFor();
					await page.getByText("Nobody is there.").first().waitFor();
					await page.getByRole("button", { name: "Hang up" }).click();
					await page.getByText("The call is over.").waitFor();
					await rung(page, "completed", "call-events").waitFor();
					const details = rung(page, "completed", "call-events");
					await details.click();
					await page.getByText('"disconnected_by": "user"').waitFor();
				},
				LOOKS[look],
			);
		});
	}

	it("keeps what it did in the inbox, and the session in the address", async () => {
		await withPage(browser, site, "/phone", async (page) => {
			await dial(page);
			expect(new URL(page.url()).pathname).to.match(/^\/phone\/[\da-f]{12}$/);
			await page.reload();
			await page.getByText("Welcome to the harbour office").first().waitFor();
			await page.getByRole("button", { name: "Hang up" }).click();
			await rung(page, "completed", "call-events").waitFor();
		});
		const listed = await site.call("/api/v1/deliveries?route=call-events");
		const statuses = JSON.stringify(listed.json());
		expect(statuses).to.include("call-events");
	});

	it("plays audio of this router until it is cut, and only shows that of elsewhere", async () => {
		await withPage(browser, site, "/phone", async (page) => {
			await dial(page);
			const asked = page.waitForRequest(/\/api\/v1\/phone\/audio\?url=/);
			await page.getByRole("button", { name: "4", exact: true }).click();
			await asked;
			const audio = page.locator("audio");
			await audio.waitFor();
			await until("it plays", () =>
				page.evaluate("document.querySelector('audio').currentTime > 0"),
			);
			expect(
				await page.evaluate(
					"(({ duration, loop, paused }) => [duration, loop, paused])(document.querySelector('audio'))",
				),
			).to.deep.equal([1, true, false]);
			await rung(page, "stream", "hold").waitFor();
			expect(await findBarriers(page)).to.deep.equal([]);
			await takePicture(page, "phone-audio", "light");
			await page.getByRole("button", { name: "Skip" }).click();
			await audio.waitFor({ state: "detached" });
			await page.getByRole("link", { name: "Start over" }).click();
			await dial(page);
			await page.getByRole("button", { name: "5", exact: true }).click();
			await page
				.getByRole("region", { name: "caller" })
				.getByText("♪ https://cdn.example.com/hold.wav")
				.waitFor();
			expect(await audio.count()).to.equal(0);
			await page.getByRole("button", { name: "Hang up" }).click();
		});
	});

	it("arms a fault, and the webhook is drawn with it", async () => {
		await withPage(browser, site, "/phone", async (page) => {
			await page
				.getByRole("combobox", { name: "The next webhook" })
				.selectOption({ label: "is lost on the way" });
			await page.getByRole("button", { name: "Arm" }).click();
			await page.getByText("one fault waits").waitFor();
			await dial(page);
			await page.getByText("⚡ is lost on the way").waitFor();
			await page.getByRole("button", { name: "Hang up" }).click();
		});
	});

	it("joins two callers, mutes one, and takes speech", async () => {
		await withPage(browser, site, "/phone", async (page) => {
			await dial(page);
			const first = page.getByRole("region", { name: "caller", exact: true });
			await first.getByRole("button", { name: "3", exact: true }).click();
			await page.getByText("◎ standup: caller", { exact: true }).waitFor();
			await page.getByRole("button", { name: "Another caller" }).click();
			const second = page.getByRole("region", { name: "caller-2" });
			await second.getByText("Welcome to the harbour office").waitFor();
			await second.getByRole("button", { name: "3", exact: true }).click();
			await page.getByText("◎ standup: caller, caller-2").waitFor();
			await second.getByRole("button", { name: "Mute" }).click();
			await second.getByText("muted").waitFor();
			for (const region of [second, first])
				await region.getByRole("button", { name: "Hang up" }).click();
			await page.getByText("The call is over.").waitFor();
			await page.getByRole("link", { name: "Start over" }).click();
			await page
				.getByRole("list", { name: "Earlier sessions" })
				.getByRole("link")
				.first()
				.waitFor();
			await dial(page);
			await page.getByLabel("Say as the caller").fill("tides");
			await page.keyboard.press("Enter");
			await page.getByText("High water is at noon.").first().waitFor();
			await rung(page, "input", "by-voice").waitFor();
		});
	});

	it("writes a long text in scrambled parts, STOP, and a receipt", async () => {
		await withPage(browser, site, "/phone?with=messages", async (page) => {
			await page.getByText("Nobody has written yet").waitFor();
			expect(await findBarriers(page)).to.deep.equal([]);
			await page.getByLabel("Parts arrive").selectOption("scrambled");
			await page.getByRole("button", { name: "Send a long text" }).click();
			const chat = page.getByRole("list", { name: "Messages" });
			await chat.getByText("4 parts").waitFor();
			await rung(page, "part 4 of 4", "inbound").waitFor();
			await rung(page, "part 2 of 4", "inbound").waitFor();
			const labels = await page
				.getByRole("log")
				.locator("summary strong")
				.allTextContents();
			expect(labels.filter((label) => label.startsWith("part"))).to.deep.equal([
				...["part 4 of 4", "part 1 of 4", "part 3 of 4", "part 2 of 4"],
			]);
			await page.getByRole("button", { name: "Send STOP" }).click();
			await chat.getByText("STOP", { exact: true }).waitFor();
			for (const status of ["accepted", "delivered"]) {
				await page.getByRole("button", { name: status, exact: true }).click();
				await rung(page, status, "receipts").waitFor();
			}
			await chat.getByText("accepted, delivered").waitFor();
			await page.getByLabel("Message", { exact: true }).fill("<img src=x>");
			await page.getByRole("button", { name: "Send", exact: true }).click();
			await chat.getByText("<img src=x>").waitFor();
			expect(await page.locator("img").count()).to.equal(0);
			expect(await findBarriers(page)).to.deep.equal([]);
			await takePicture(page, "phone-messages", "light");
		});
	});
});
