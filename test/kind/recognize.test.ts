import { expect } from "chai";
import type { Payload } from "../../src/event/webhook.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { loadKinds } from "../../src/kind/load.ts";
import { kindOf, SCHEMAS } from "./folder.ts";

describe("recognition on a shared path", () => {
	let asked: readonly Kind[];
	before(async () => {
		const { kinds } = await loadKinds([SCHEMAS]);
		asked = [...kinds.values()]
			// Audio is fetched without a payload, so every payload fits it.
			.filter(({ name, schema }) => schema.webhook && name !== "ncco.stream")
			.sort((a, b) => b.precedence - a.precedence);
	});
	const name = (payload: Payload): string | undefined =>
		asked.find((kind) => kind.recognizes(payload))?.name;

	const leg = { uuid: "1", conversation_uuid: "CON-1", timestamp: "t" };
	const rows: readonly [string, Payload, string | undefined][] = [
		["a receipt by its status", { messageId: "1", status: "x" }, "sms.dlr"],
		["a message", { messageId: "1", msisdn: "2" }, "sms.inbound"],
		[
			"a message that has a status and a text",
			{ messageId: "1", msisdn: "2", status: "x", text: "y" },
			"sms.inbound",
		],
		[
			"a message without a status, told as the text null",
			{ messageId: "1", msisdn: "2", status: "null" },
			"sms.inbound",
		],
		[
			"a message without a status, told as null",
			{ messageId: "1", msisdn: "2", status: null },
			"sms.inbound",
		],
		["an answer", { ...leg, to: "1", from: "2" }, "voice.answer"],
		["an answer by numbers only", { to: "1", from: "2" }, "voice.answer"],
		["an event", { ...leg, status: "ringing" }, "voice.event"],
		["an event of a new status", { ...leg, status: "new" }, "voice.event"],
		["a detection", { call_uuid: "1", status: "human" }, "voice.event"],
		["keys as text", { ...leg, dtmf: "1234" }, "ncco.input"],
		["keys as JSON text", { ...leg, dtmf: '{"digits":"1"}' }, "ncco.input"],
		["keys that never came", { ...leg, timed_out: true }, "ncco.input"],
		["speech", { ...leg, speech: { error: "x" } }, "ncco.input"],
		[
			"a recording",
			{ recording_url: "u", recording_uuid: "1", conversation_uuid: "2" },
			"ncco.record",
		],
		["a transfer", { ...leg, conversation_uuid_from: "2" }, "voice.transfer"],
		["a transfer by its type", { ...leg, type: "transfer" }, "voice.transfer"],
		[
			"a fallback for an input",
			{ ...leg, dtmf: "1", reason: "r", original_request: {} },
			"voice.fallback-answer",
		],
		[
			"a fallback for an event",
			{ ...leg, status: "failed", original_request: '{"type":"event"}' },
			"voice.fallback-answer",
		],
		[
			"no transcription as an event",
			{ status: "transcribed", transcription_url: "u", recording_uuid: "1" },
			undefined,
		],
		[
			"no payment as an event",
			{ ...leg, type: "payment", status: "x" },
			undefined,
		],
		["no NCCO error as an answer", { ...leg, reason: "r" }, undefined],
		["no notification as an answer", { ...leg, payload: {} }, undefined],
		[
			"no Messages API webhook as anything",
			{ message_uuid: "1", status: "x", from: "1", to: "2" },
			undefined,
		],
		["nothing in an empty payload", {}, undefined],
		["nothing in foreign fields", { foo: "bar" }, undefined],
		["nothing in a list", ["status"] as unknown as Payload, undefined],
		["nothing in null", null as unknown as Payload, undefined],
	];
	for (const [what, payload, expected] of rows) {
		it(`knows ${what}`, () => {
			expect(name(payload)).to.equal(expected);
		});
	}

	it("asks the kinds with the clearer marks first", () => {
		const names = asked.map((kind) => kind.name);
		const voice = names.filter((kind) => !kind.startsWith("sms."));
		expect(voice).to.deep.equal([
			"voice.fallback-answer",
			"voice.transfer",
			"ncco.record",
			"ncco.input",
			"voice.event",
			"voice.answer",
		]);
		expect(names.indexOf("sms.dlr")).to.be.below(names.indexOf("sms.inbound"));
	});

	it("asks the whole schema of a kind without marks, decoded", async () => {
		const kind = await kindOf({
			required: ["n"],
			properties: { n: { type: "integer" } },
		});
		expect(kind.recognizes({ n: "5" })).to.equal(true);
		expect(kind.recognizes({ n: "five" })).to.equal(false);
		expect(kind.recognizes({ n: "null" })).to.equal(false);
	});
});
