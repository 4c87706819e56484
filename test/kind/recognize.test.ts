import { expect } from "chai";
import type { Payload } from "../../src/event/webhook.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { loadKinds } from "../../src/kind/load.ts";
import { isUnmarked, kindOf, SCHEMAS } from "./folder.ts";

const CALL = "legacy.call.status";
const PROMPT = "legacy.tts-prompt";

describe("recognition on a shared path", () => {
	let asked: readonly Kind[];
	before(async () => {
		const { kinds } = await loadKinds([SCHEMAS]);
		asked = [...kinds.values()]
			.filter((kind) => kind.schema.webhook && !isUnmarked(kind))
			.sort((a, b) => b.precedence - a.precedence);
	});
	const name = (payload: Payload): string | undefined =>
		asked.find((kind) => kind.recognizes(payload))?.name;

	const leg = { uuid: "1", conversation_uuid: "CON-1", timestamp: "t" };
	const message = { message_uuid: "1", from: "1", to: "2", channel: "sms" };
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
		["a recording without an id", { recording_url: "u" }, "ncco.record"],
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
			"a transcription",
			{ status: "transcribed", transcription_url: "u", recording_uuid: "1" },
			"ncco.transcription",
		],
		[
			"a transcription by its status",
			{ status: "transcribed", recording_uuid: "1" },
			"ncco.transcription",
		],
		[
			"a transcription that failed, by the action that asked for it",
			{ status: "failed", type: "record", recording_uuid: "1" },
			"ncco.transcription",
		],
		["a payment", { ...leg, type: "payment", status: "success" }, "ncco.pay"],
		["a payment by its status", { ...leg, status: "failure" }, "ncco.pay"],
		["an NCCO error", { ...leg, reason: "r" }, "voice.error"],
		[
			"an event that has a reason",
			{ ...leg, reason: "r", status: "failed" },
			"voice.event",
		],
		["a notification", { ...leg, payload: {} }, "ncco.notify"],
		["a notification as text", { payload: "{}" }, "ncco.notify"],
		["a message of the Messages API", { ...message }, "messages.inbound"],
		["its status", { ...message, status: "read" }, "messages.status"],
		[
			"a message of version 0.1",
			{ ...message, to: { number: "1" }, message: {} },
			"messages-v0.inbound",
		],
		[
			"its status of version 0.1",
			{ ...message, to: { number: "1" }, status: "read" },
			"messages-v0.status",
		],
		[
			"no request to send a message",
			{ channel: "mms", to: "1", webhook_url: "u" },
			undefined,
		],
		[
			"a lookup",
			{ request_id: "1", status: 0, status_message: "Success" },
			"ni.advanced-async",
		],
		["part of a lookup", { request_id: "1", callback_part: "1" }, "ni.legacy"],
		[
			"a verification",
			{ request_id: "1", type: "event", status: "completed" },
			"verify2.callback",
		],
		[
			"a report",
			{ request_id: "1", request_status: "SUCCESS", status: "delivered" },
			"reports.callback",
		],
		["a call that ended", { "call-id": "1", status: "ok" }, CALL],
		["a call with underscores", { call_id: "1", status: "ok" }, CALL],
		["a prompt", { "call-id": "1", status: "ok", digits: "1" }, PROMPT],
		["a VoiceXML call", { "session.sessionid": "1" }, "legacy.call.answer"],
		["a conversation's event", { type: "member:joined" }, "rtc.event"],
		["an own event", { type: "custom:x", body: 1 }, "rtc.event"],
		["a session", { sessionId: "1", event: "new" }, "video.session"],
		["a SIP call", { sessionId: "1", event: "callUpdated" }, "video.sip"],
		["an archive", { event: "archive", sessionId: "1" }, "video.archive"],
		["a broadcast", { event: "broadcast", id: "1" }, "video.broadcast"],
		["captions", { captionsId: "1", status: "x" }, "video.captions"],
		[
			"a render",
			{ id: "1", sessionId: "1", streamId: "1", status: "x" },
			"video.render",
		],
		["a room", { event: "room:expired", room_id: "1" }, "meetings.callback"],
		["a VBC call", { event: { id: "1" } }, "vis.event"],
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
		const voice = names.filter((kind) => /^(voice|ncco)\./.test(kind));
		expect(voice).to.deep.equal([
			"voice.fallback-answer",
			"ncco.transcription",
			"ncco.pay",
			"voice.transfer",
			"ncco.record",
			"ncco.input",
			"ncco.notify",
			"voice.error",
			"voice.event",
			"ncco.connect",
			"ncco.conversation",
			"voice.answer",
			"ncco.connect.onAnswer",
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
