import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { useBrowser } from "../browser.ts";
import { type DeskPage, openDeskPage, putDead, sms } from "./desk-site.ts";
import { findBarriers, LOOKS, takePicture, usePage, withPage } from "./page.ts";

const DEAD_ID = "01a22797-7d1e-7a90-b1c4-000000000001";
const CALL_ID = "01a22798-1111-7a90-b1c4-000000000002";
const DOUBTED_ID = "01a22799-2222-7a90-b1c4-000000000003";

/** An inbox of a usual day. */
async function fill(store: InboxStore): Promise<void> {
	const minute = 60_000;
	const from = Date.now() - 60 * minute;
	await putDead(store, DEAD_ID);
	await store.put(
		Array.from({ length: 60 }, (_, at) =>
			sms(
				{},
				{
					receivedAt: from + at * minute,
					route: at % 5 === 0 ? "inbound-sms" : "support-line",
					orderKey: `["${447700123400 + at}","447700900001"]`,
					...(at % 7 === 3 && {
						state: "dead",
						reason: "UPSTREAM_FAILED: the service answered 502 Bad Gateway",
						route: "receipts",
						kind: "sms.dlr",
					}),
					...(at % 7 !== 3 && at < 56 && { state: "delivered" }),
				},
			),
		),
	);
	await store.put([
		sms(
			{},
			{
				id: CALL_ID,
				route: "welcome",
				kind: "voice.answer",
				state: "delivered",
				path: "/answer",
				body: Buffer.from(
					JSON.stringify({
						from: "447700123456",
						to: "447700900001",
						uuid: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
						conversation_uuid: "CON-aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
					}),
				),
				answer: JSON.stringify({
					status: 200,
					type: "application/json",
					fixed: true,
					body: JSON.stringify([
						{ action: "talk", text: "Welcome to Example Ltd.", bargeIn: true },
						{
							action: "input",
							type: ["dtmf"],
							dtmf: { maxDigits: 1, timeOut: 5 },
							eventUrl: ["https://hooks.example/menu"],
						},
						{
							action: "stream",
							streamUrl: ["https://hooks.example/audio/wait.mp3"],
						},
						{
							action: "connect",
							from: "447700900001",
							endpoint: [{ type: "phone", number: "447700900002" }],
						},
					]),
				}),
			},
		),
	]);
	await store.put([
		sms(
			{},
			{
				id: DOUBTED_ID,
				route: "partners",
				path: "/partners",
				client: "198.51.100.7",
				state: "quarantined",
				reason:
					"FIREWALL_DENIED: 198.51.100.7 is in none of the allowed networks: office",
			},
		),
	]);
}

describe("the look of the deliveries", function () {
	this.timeout(120_000);
	const sharedBrowser = useBrowser();
	let browser: Browser;
	let site: DeskPage;
	before(async () => {
		usePage();
		browser = sharedBrowser();
		site = await openDeskPage();
		await fill(site.store);
	});
	after(() => site?.close());

	const views: Readonly<
		Record<
			string,
			readonly [path: string, ready: (page: Page) => Promise<void>]
		>
	> = {
		deliveries: [
			"/deliveries",
			(page) =>
				page
					.getByText("UPSTREAM_FAILED")
					.first()
					.waitFor({ state: "attached" }),
		],
		"delivery-payload": [
			`/deliveries/${DEAD_ID}`,
			(page) => page.getByText("messageId").waitFor(),
		],
		"delivery-why": [
			`/deliveries/${DEAD_ID}?tab=why`,
			(page) => page.getByRole("list", { name: "Why here" }).waitFor(),
		],
		"delivery-attempts": [
			`/deliveries/${DEAD_ID}?tab=attempts`,
			(page) => page.getByText("plugins/crm.mjs:14:22").last().waitFor(),
		],
		"delivery-answer": [
			`/deliveries/${CALL_ID}?tab=answer`,
			(page) => page.getByText("Welcome to Example Ltd.").first().waitFor(),
		],
		"delivery-quarantined": [
			`/deliveries/${DOUBTED_ID}?tab=why`,
			(page) => page.getByRole("button", { name: "Release" }).waitFor(),
		],
	};
	for (const [view, [path, ready]] of Object.entries(views))
		for (const look of ["light", "dark", "phone"] as const)
			it(`has no barrier: ${view}, ${look}`, () =>
				withPage(
					browser,
					site,
					path,
					async (page) => {
						await ready(page);
						expect(await findBarriers(page)).to.deep.equal([]);
						await takePicture(page, view, look);
					},
					LOOKS[look],
				));
});
