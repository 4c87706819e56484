import { expect } from "chai";
import { splitText } from "../../src/phone/messages/sms.ts";
import { play } from "./play.ts";

const ROUTES = `version: 1
signatures: { sms: { scheme: vonage-sig, secret: abcdefghijklmnop, method: sha256 } }
defaults: { firewall: any, signature: none }
routes:
  - { name: inbound, path: /sms, kind: sms.inbound, level: account, signature: sms, handler: { plugin: log } }
  - { name: receipts, path: /dlr, kind: sms.dlr, level: account, handler: { plugin: log } }
  - { name: chat, path: /messages, kind: messages.inbound, level: app, handler: { plugin: log } }
  - { name: statuses, path: /status, kind: messages.status, level: app, handler: { plugin: log } }
`;

describe("splitText", () => {
	const cases: readonly (readonly [string, string, readonly number[]])[] = [
		["a short text", "Hello", [5]],
		["a full SMS", "a".repeat(160), [160]],
		["a text of two parts", "a".repeat(161), [153, 8]],
		["an extended character that takes two places", "€".repeat(80), [80]],
		["one too many of them", "€".repeat(81), [76, 5]],
		["a text outside the alphabet", "ж".repeat(70), [70]],
		["a long one of them", "ж".repeat(71), [67, 4]],
		["a sign of two units that is never cut", "😀".repeat(36), [66, 6]],
	];
	for (const [name, text, lengths] of cases) {
		it(`splits ${name}`, () => {
			const parts = splitText(text);
			expect(parts.map(({ length }) => length)).to.deep.equal(lengths);
			expect(parts.join("")).to.equal(text);
		});
	}
});

describe("a message of the phone", () => {
	it("sends a long SMS in parts that arrive in any order, signed", async () => {
		const played = await play(
			ROUTES,
			`steps:
  - message: { text: "${"Lorem ipsum ".repeat(30).trim()}", order: scrambled }
  - webhook: { kind: sms.inbound, route: inbound, status: 200 }
`,
		);
		expect(played.said).to.deep.equal([]);
		const all = played.entries.flatMap((entry) =>
			entry.what === "webhook" ? [entry] : [],
		);
		expect(all.map(({ answer }) => answer?.outcome)).to.deep.equal([
			...["received", "received", "received"],
		]);
		const parts = all.map(({ payload = {} }) => payload);
		expect(parts.map((part) => part["concat-part"])).to.deep.equal([
			...["3", "1", "2"],
		]);
		expect(new Set(parts.map((part) => part["concat-ref"])).size).to.equal(1);
		expect(new Set(parts.map(({ messageId }) => messageId)).size).to.equal(3);
		const text = parts
			.toSorted((a, b) => Number(a["concat-part"]) - Number(b["concat-part"]))
			.map((part) => part.text)
			.join("");
		expect(text).to.match(/^Lorem ipsum .* ipsum$/);
	});

	it("sends STOP, and a receipt in every status", async () => {
		const statuses = ["accepted", "delivered", "expired", "rejected"];
		const played = await play(
			ROUTES,
			`steps:
  - message: stop it
${statuses.map((status) => `  - receipt: { status: ${status}, message: aabb }\n`).join("")}  - webhook: { kind: sms.dlr, route: receipts }
`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.payloads("text")[0]).to.include({ keyword: "STOP" });
		const codes = statuses.map(
			(status) => played.payloads(status)[0]?.["err-code"],
		);
		expect(codes).to.deep.equal(["0", "0", "2", "10"]);
		const [, message] = played.entries.filter(({ what }) => what === "message");
		expect(message).to.deep.include({ receipts: statuses, direction: "out" });
	});

	for (const channel of [
		...["sms", "mms", "whatsapp", "messenger", "viber_service", "rcs"],
	]) {
		it(`sends a text and its receipts on the channel ${channel}`, async () => {
			const played = await play(
				ROUTES,
				`steps:
  - message: { text: Hello, channel: ${channel}, api: messages }
  - receipt: { status: undeliverable, channel: ${channel}, api: messages }
  - webhook: { kind: messages.inbound, outcome: received }
  - webhook: { kind: messages.status, outcome: received }
`,
			);
			expect(played.said).to.deep.equal([]);
			expect(played.payloads("text")[0]).to.include({ channel, text: "Hello" });
			expect(played.payloads("undeliverable")[0])
				.to.have.nested.property("error.title")
				.that.equals("1180");
		});
	}

	it("refuses a status that does not exist", async () => {
		const played = await play(ROUTES, "steps: [{ receipt: eaten }]\n");
		expect(played.said.join()).to.match(/no status `eaten`/);
	});
});
