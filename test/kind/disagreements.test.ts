import { expect } from "chai";
import type { Encoding, Payload } from "../../src/event/webhook.ts";
import { fromText, toQuery } from "../samples.ts";
import { ownKind } from "./folder.ts";

const ID = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab";
const CON = `CON-${ID}`;

const LEG = { uuid: ID, conversation_uuid: CON, timestamp: "2020-01-01" };
const SMS = {
	msisdn: "447700900001",
	to: "447700900000",
	messageId: "0A0000000123ABCD1",
	"message-timestamp": "2020-01-01 12:00:00",
	type: "text",
};
const RECEIPT = { messageId: "0A0000001234567B", status: "delivered" };
const RECORDING = { recording_uuid: ID, recording_url: "https://x/1" };
const TRANSCRIPTION = { recording_uuid: ID, transcription_url: "https://x/1" };
const CALL = { "call-id": "abc-1", status: "ok" };
const LOOKUP = { request_id: ID, status: 0, status_message: "Success" };
const VERIFY = {
	request_id: ID,
	type: "event",
	channel: "sms",
	status: "failed",
};
const MESSAGE = { message_uuid: ID, channel: "whatsapp", to: "1", from: "2" };
const OLD_MESSAGE = {
	message_uuid: ID,
	to: { type: "messenger", id: "1" },
	from: { type: "messenger", id: "2" },
};
const SESSION = { sessionId: "2_M", event: "connectionCreated" };

/** Two published texts, or a text and what was captured, differ: both have to pass. */
const BOTH: Readonly<Record<string, readonly (Payload | string)[]>> = {
	"sms.inbound: whether an account's key, a keyword and a text are always there":
		[SMS, { ...SMS, "api-key": "abcd1234", keyword: "HELLO", text: "Hello" }],
	"sms.inbound: what a gateway leaves out or calls otherwise": [
		"to=2020&msisdn=447700900001&text=Join&messageId=external1",
		"text=Some&msisdn=123456789&to=123&messageId=1&type=text",
		"msisdn=1&to=2&messageId=3&text=Hi&message_timestamp=2016-11-30+19:27:46",
		{ msisdn: "1", to: "2", messageId: "3", type: "text" },
		{ msisdn: "1", to: "2", messageId: "3", text: "a", concat: "true" },
		{ msisdn: "1", to: "2", messageId: "3", text: "a", type: "binary" },
	],
	"sms.inbound: whether a keyword is in capitals": [
		{ ...SMS, keyword: "HELLO" },
		{ ...SMS, keyword: "Hello" },
	],
	"sms.inbound: how the platform's time is written": [
		{ ...SMS, "message-timestamp": "2020-01-01T12:00:00.000+00:00" },
		{ ...SMS, "message-timestamp": "2020-01-01 12:00:00 +0000" },
	],
	"sms.inbound: whether a binary message has a text": [
		{ ...SMS, type: "binary", data: "EA06" },
		{ ...SMS, type: "binary", data: "EA06", text: "x" },
	],
	"sms.inbound: how a part says so": [
		{
			...SMS,
			concat: true,
			"concat-ref": 0,
			"concat-total": 2,
			"concat-part": 1,
		},
		`${toQuery(SMS)}&concat=true&concat-ref=0&concat-total=2&concat-part=1`,
		{ ...SMS, concat: false },
	],
	"sms.inbound: the default method of an account": [SMS, toQuery(SMS)],
	"sms.dlr: which fields are always there": [
		RECEIPT,
		{ ...RECEIPT, scts: 2001011400, "network-code": "US-TOLL-FREE", price: 0 },
	],
	"sms.dlr: the letter case of a status, and which there are": [
		{ ...RECEIPT, status: "DELIVERED" },
		{ ...RECEIPT, status: "deleted" },
	],
	"voice.answer: which end is `to`, and which fields are always there": [
		{ to: "1", from: "2" },
		{ uuid: ID, conversation_uuid: CON },
	],
	"voice.event: which states there are": [
		{ ...LEG, status: "cancelled" },
		{ ...LEG, status: "unanswered" },
		{ ...LEG, status: "complete" },
	],
	"voice.event: whether `uuid` or `call_uuid` names the leg": [
		{ ...LEG, status: "human" },
		{ call_uuid: ID, status: "machine", sub_state: "beep_start" },
	],
	"voice.event: text and numbers": [
		{ ...LEG, status: "completed", duration: 2, price: 0.1, network: 12345 },
		{
			...LEG,
			status: "completed",
			duration: "2",
			price: "0.1",
			sip_code: "200",
		},
	],
	"voice.event: what the two references of an app's call are called": [
		{ ...LEG, status: "started", client_ref: ID },
		{ ...LEG, status: "answered", client_reference: ID },
	],
	"voice.transfer: whether a transfer names its type": [
		{ conversation_uuid_from: CON },
		{ uuid: ID, conversation_uuid_to: CON, type: "transfer" },
		{ conversation_uuid_from: CON, type: "transfer" },
	],
	"ncco.record: how times are written": [
		{ ...RECORDING, start_time: "2020-01-01T12:00:00Z" },
		{ ...RECORDING, start_time: "2020-01-01 12:00:00" },
	],
	"ncco.record: whether a recording has an id": [
		{ recording_url: "https://x/1", conversation_uuid: CON },
	],
	"ncco.conversation: whether states or only recordings are told": [
		{ ...LEG, status: "started" },
		RECORDING,
	],
	"ncco.transcription: whether its type is told": [
		TRANSCRIPTION,
		{ ...TRANSCRIPTION, type: "record", status: "transcribed" },
	],
	"ncco.input: keys as text or as an object": [
		{ ...LEG, dtmf: "42", timed_out: true },
		{ ...LEG, dtmf: { digits: "42", timed_out: true } },
		{ ...LEG, dtmf: { digits: null, timed_out: "true" } },
	],
	"ncco.input: whether a confidence is text": [
		{ ...LEG, speech: { results: [{ text: "yes", confidence: "0.9" }] } },
		{ ...LEG, speech: { results: [{ text: null, confidence: 0.9 }] } },
	],
	"ncco.notify: how the payload is wrapped": [
		{ payload: { a: 1 }, conversation_uuid: CON },
		"payload=%7B%22a%22%3A1%7D",
	],
	"ncco.pay: whether its type is told": [
		{ ...LEG, type: "payment", status: "success" },
		{ ...LEG, status: "failure" },
	],
	"ni.advanced-async: whether what is unknown is text, null or an object": [
		{ ...LOOKUP, roaming: "unknown", ported: "null" },
		{ ...LOOKUP, roaming: null, ported: null, error_text: null },
		{ ...LOOKUP, roaming: { status: "NOT_ROAMING" } },
	],
	"legacy.call.status: how times are written": [
		{ ...CALL, "call-request": "2012/12/12 12:12:12" },
		{ ...CALL, "call-request": "2012-12-12 12:12:12" },
	],
	"legacy.tts: dashes or underscores": [CALL, { call_id: "1", status: "ok" }],
	"verify2.callback: which fields and states there are": [
		{ ...VERIFY, status: "blocked" },
		{ ...VERIFY, type: "summary", channel_timeout: "300", workflow: [] },
	],
	"verify2.callback: whether a type or a channel is always there": [
		{ request_id: ID, status: "completed", finalized_at: "2024-01-01" },
		{ request_id: ID, status: "completed", submitted_at: "2024-01-01" },
	],
	"verify2.callback: whether an action is an object, a list or empty": [
		{ ...VERIFY, action: { type: "check", check_url: "https://x/" } },
		{ ...VERIFY, action: [{ type: "check", check_url: "https://x/" }] },
		{ ...VERIFY, action: {} },
	],
	"messages.inbound: how times are written": [
		{ ...MESSAGE, timestamp: "2020-01-01T12:00:00Z" },
		{ ...MESSAGE, timestamp: "2020-01-01 14:00:00 UTC" },
		{ ...MESSAGE, timestamp: {} },
	],
	"messages.inbound: whether an end is a number": [
		{ ...MESSAGE, to: "Vonage" },
		{ ...MESSAGE, from: "US.13491208655302741918" },
	],
	"messages.inbound: where the product of a question stands": [
		{ ...MESSAGE, context: { whatsapp_referred_product: {} } },
		{ ...MESSAGE, whatsapp: { whatsapp_referred_product: {} } },
	],
	"messages.status: which states a channel has": [
		{ ...MESSAGE, status: "read" },
		{ ...MESSAGE, channel: "sms", status: "REJECTED" },
	],
	"messages.status: what a workflow's fields are called": [
		{
			...MESSAGE,
			status: "read",
			workflow: { workflow_id: "1", items_number: "1" },
		},
		{ ...MESSAGE, status: "read", workflow: { id: "1", item_number: 1 } },
	],
	"messages.status: whether an error's title is text": [
		{ ...MESSAGE, status: "rejected", error: { title: 1000 } },
		{ ...MESSAGE, status: "rejected", error: { title: "1000" } },
	],
	"messages-v0.inbound: whether a button's payload is text": [
		{ ...OLD_MESSAGE, message: { content: { button: { payload: "a" } } } },
		{ ...OLD_MESSAGE, message: { content: { button: { payload: { a: 1 } } } } },
	],
	"video.session: whether a client's data is text": [
		{ ...SESSION, connection: { data: "a" } },
		{ ...SESSION, connection: { data: { a: 1 } } },
	],
	"video.render: whether a composer that failed has a stream": [
		{ id: ID, sessionId: "2_M", status: "failed", reason: "x" },
		{ id: ID, streamId: ID, status: "stopped" },
	],
	"video.sip: whether a call names its event": [
		{ sessionId: "2_M", call: { id: "1" }, state: "ACTIVE" },
		{ sessionId: "2_M", event: "muteForced" },
	],
	"video.captions: how captions are known": [
		{ captionId: ID, status: "started" },
		{ event: "captions", sessionId: "2_M", status: "paused" },
	],
	"meetings.callback: what events are called": [
		{ event: "recording:ready", recording_id: ID },
		{ event: "recording:uploaded", recording_id: ID },
		{ event: "participant:joined", participant_id: ID },
		{ event: "session:participant:joined", participant_id: ID },
	],
};

describe("what sources disagree about passes either way", () => {
	for (const [title, payloads] of Object.entries(BOTH)) {
		it(title, async () => {
			const kind = await ownKind(title.split(":", 1)[0] as string);
			for (const written of payloads) {
				const isQuery = typeof written === "string";
				const encoding: Encoding = isQuery ? "query" : "json";
				const payload = isQuery ? fromText(written) : written;
				const problems = kind.validate(kind.decode(payload, encoding));
				expect(problems, JSON.stringify(payload)).to.equal(undefined);
				expect(kind.recognizes(payload), JSON.stringify(payload)).to.equal(
					true,
				);
			}
		});
	}
});
