import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import type { AdminSite } from "../admin/site.ts";
import { usePageGround, withPage } from "./page.ts";

const CONFIG = `version: 1
server: { listen: 127.0.0.1:0 }
defaults: { firewall: [vonage], signature: none, retry: none }
routes:
  - { name: inbound, path: /sms, kind: sms.inbound, handler: { plugin: loyalty } }
  - { name: call-events, path: /voice/events, kind: voice.event, level: app, handler: { plugin: log } }
  - name: answer
    path: /voice/answer
    kind: voice.answer
    level: app
    handler:
      ncco:
        - { action: talk, text: "For opening hours press 1.", bargeIn: true }
        - { action: input, type: [dtmf], dtmf: { maxDigits: 1, timeOut: 10 }, eventUrl: ['{{ "menu" | url }}'] }
    fallback: { ncco: [{ action: talk, text: "Please call again." }] }
  - name: menu
    path: /voice/menu
    kind: ncco.input
    level: ncco
    handler:
      ncco:
        - { action: talk, text: "{{ payload.dtmf.digits }} is not in the menu. Press 1.", bargeIn: true }
        - { action: input, type: [dtmf], dtmf: { maxDigits: 1, timeOut: 10 }, eventUrl: ['{{ "menu" | url }}'] }
    fallback: { ncco: [{ action: talk, text: "Please call again." }] }
`;

/** A plugin that reads a field of a customer whom it may not know. */
const BROKEN = `const customers = new Map();
export default {
	name: "loyalty",
	on: { "sms.inbound": ({ payload }) => void customers.get(payload.msisdn).tier },
};
`;
const FIXED = BROKEN.replace(").tier", ")?.tier");

describe("somebody who has only the page", function () {
	this.timeout(120_000);
	let browser: Browser;
	let site: AdminSite;
	usePageGround(
		(ground) => {
			({ browser, site } = ground);
		},
		{
			config: CONFIG,
			files: { "plugins/loyalty.mjs": BROKEN },
		},
	);

	it("finds a dead letter, sees why, has the plugin fixed, replays it, and plays a call", async () => {
		await site.call("/api/v1/send", {
			method: "POST",
			body: JSON.stringify({ to: "inbound" }),
		});
		await withPage(browser, site, "/", async (page) => {
			// It is dead, and its error names the line of the plugin.
			await page
				.getByRole("navigation", { name: "Views" })
				.getByRole("link", { name: "Deliveries" })
				.click();
			await page.getByRole("button", { name: "dead", exact: true }).click();
			// The list before the filter has it too.
			await page
				.getByRole("button", { name: "dead", exact: true, pressed: true })
				.waitFor();
			const row = page
				.locator('.rows[aria-busy="false"]')
				.getByRole("listitem")
				.filter({ hasText: "dead" });
			await row.waitFor();
			await page.keyboard.press("j");
			await row.locator(".active").waitFor();
			await page.keyboard.press("Enter");
			await page.getByRole("tab", { name: /Attempts/ }).waitFor();
			await page
				.locator(".reason")
				.getByText(/Cannot read properties of undefined/)
				.first()
				.waitFor();
			await page.getByRole("tab", { name: /Attempts/ }).click();
			await page
				.locator(".timeline")
				.getByText(/plugins\/loyalty\.mjs:4:\d+/)
				.first()
				.waitFor();
			const delivery = page.url();

			// The plugin is fixed in an editor, and the page reloads the router.
			await writeFile(join(site.folder, "plugins/loyalty.mjs"), FIXED);
			await page
				.getByRole("navigation", { name: "Views" })
				.getByRole("link", { name: "Configuration" })
				.click();
			await page.getByRole("button", { name: "Reload" }).click();
			await page.getByText("Reloaded in").first().waitFor();

			// Replayed, it is delivered.
			await page.goto(delivery);
			await page
				.getByRole("button", { name: /^Replay/ })
				.first()
				.click();
			const { pathname } = new URL(delivery);
			const id = pathname.split("/").at(-1) ?? "";
			await expectDelivered(site, id);
			await page.getByText("delivered").first().waitFor();

			// A call through the menu, with a wrong key and a hang-up.
			await page
				.getByRole("navigation", { name: "Views" })
				.getByRole("link", { name: "Phone" })
				.click();
			await page.getByRole("button", { name: "Call", exact: true }).click();
			await page.getByText("For opening hours press 1.").first().waitFor();
			await page.getByRole("button", { name: "7", exact: true }).click();
			await page.getByText("7 is not in the menu").first().waitFor();
			await page.getByRole("button", { name: "Hang up" }).click();
			await page.getByText("The call is over.").waitFor();
		});
	});
});

// --- helpers ---

/** Waits until the inbox has the delivery as delivered: the page holds an action for five seconds. */
async function expectDelivered({ call }: AdminSite, id: string): Promise<void> {
	const end = performance.now() + 60_000;
	for (;;) {
		const { state } = (await call(`/api/v1/deliveries/${id}`)).json();
		if (state === "delivered") return;
		if (performance.now() > end) expect.fail(`the delivery is ${state}`);
		await new Promise((done) => setTimeout(done, 10));
	}
}
