import { expect } from "chai";
import { formatNccoProblem } from "../../src/handler/ncco-words.ts";
import {
	connect,
	input,
	phone,
	record,
	sharedChecker,
	talk,
	URLS,
} from "./ncco-samples.ts";

const checker = sharedChecker();

describe("an NCCO that is refused", () => {
	const bad: [string, unknown, string][] = [
		[
			"no list",
			{},
			"the NCCO is a mapping, expected a list of at least one action",
		],
		[
			"no action",
			[],
			"the NCCO has no action, which ends the call at once, expected a list of at least one action",
		],
		[
			"text for an action",
			["talk"],
			"[0] the action is `talk`, expected a mapping with `action`",
		],
		["a nameless action", [{ text: "x" }], "[0] `action` has no `action`"],
		[
			"an unknown action",
			[{ action: "tallk" }],
			"[0] `action` is `tallk`, expected `talk`, `stream`, `input`, `connect`, `conversation`, `record`, `notify`, `wait`, `transfer` or `pay`, did you mean `talk`?",
		],
		[
			"no text",
			[{ action: "talk" }],
			"[0] `talk` has no `text`, expected text of 1 to 1500 characters (SSML tags not counted)",
		],
		[
			"silence",
			[{ action: "talk", text: "" }],
			"[0] `talk.text` is empty text, expected text of 1 to 1500 characters (SSML tags not counted)",
		],
		[
			"too much text",
			[{ action: "talk", text: "x".repeat(1501) }],
			"[0] `talk.text` is text of 1501 characters, expected text of 1 to 1500 characters (SSML tags not counted)",
		],
		[
			"too much SSML",
			[{ action: "talk", text: `<speak>${"x".repeat(1501)}</speak>` }],
			"[0] `talk.text` is text of 1516 characters, expected text of 1 to 1500 characters (SSML tags not counted)",
		],
		[
			"numeric text out of range",
			record({ timeOut: "2" }),
			"[0] `record.timeOut` is 2, expected a number from 3 to 7200 seconds",
		],
		[
			"a number out of range",
			record({ endOnSilence: 11 }),
			"[0] `record.endOnSilence` is 11, expected a number from 3 to 10 seconds",
		],
		[
			"half a digit",
			input({ dtmf: { maxDigits: 1.5 } }),
			"[0] `input.dtmf.maxDigits` is 1.5, expected a whole number from 1 to 20",
		],
		[
			"a negative loop",
			talk({ loop: -1 }),
			"[0] `talk.loop` is -1, expected a whole number, 0 or more",
		],
		[
			"yes for true",
			talk({ bargeIn: "yes" }),
			"[0] `talk.bargeIn` is `yes`, expected true or false",
		],
		[
			"an unknown format",
			record({ format: "mp4" }),
			"[0] `record.format` is `mp4`, expected `mp3`, `wav` or `ogg`, did you mean `mp3`?",
		],
		[
			"a key without quotes",
			record({ endOnKey: 5 }),
			"[0] `record.endOnKey` is 5, expected one of the keys 0 to 9, * and #, as text, write it in quotes",
		],
		[
			"a lone URL",
			record({ eventUrl: URLS[0] }),
			"[0] `record.eventUrl` is text, expected a list of one http or https URL, write it as a list, in brackets",
		],
		[
			"no URL",
			record({ eventUrl: [] }),
			"[0] `record.eventUrl` is a list of 0, expected a list of one http or https URL",
		],
		[
			"a number for a URL",
			record({ eventUrl: [5] }),
			"[0] `record.eventUrl[0]` is 5, expected an http or https URL",
		],
		[
			"a path for a URL",
			[{ action: "stream", streamUrl: ["/a.mp3"] }],
			"[0] `stream.streamUrl[0]` is text, expected an http or https URL",
		],
		[
			"a lone stream URL",
			[{ action: "stream", streamUrl: URLS[0] }],
			"[0] `stream.streamUrl` is text, expected a list of one http or https URL, write it as a list, in brackets",
		],
		[
			"an unknown method",
			record({ eventMethod: "PUT" }),
			"[0] `record.eventMethod` is `PUT`, expected `GET` or `POST`",
		],
		[
			"a nameless room",
			[{ action: "conversation" }],
			"[0] `conversation` has no `name`, expected text that is not empty",
		],
		[
			"a number of two kinds",
			connect({ type: "phone", number: "+447700900001" }),
			"[0] `connect.endpoint[0].number` is text, expected 7 to 15 digits without +, as text",
		],
		[
			"a number that is one",
			connect({ type: "phone", number: 447700900001 }),
			"[0] `connect.endpoint[0].number` is a number, expected 7 to 15 digits without +, as text, write it in quotes",
		],
		[
			"an unknown endpoint",
			connect({ type: "phon", number: "1" }),
			"[0] `connect.endpoint[0].type` is `phon`, expected `phone`, `app`, `websocket`, `sip` or `vbc`, did you mean `phone`?",
		],
		[
			"two endpoints",
			[{ action: "connect", endpoint: [phone, phone] }],
			"[0] `connect.endpoint` is a list of 2, expected a list of one endpoint",
		],
		[
			"half a SIP address",
			connect({ type: "sip", user: "x" }),
			"[0] `connect.endpoint[0]` is incomplete, expected `uri`, or `user` and `domain`",
		],
		[
			"an authorization without value",
			connect({
				type: "websocket",
				uri: "ws://x",
				authorization: { type: "custom" },
			}),
			"[0] `connect.endpoint[0].authorization` has no `value`",
		],
		[
			"a list for onAnswer.url",
			connect({ ...phone, onAnswer: { url: URLS } }),
			"[0] `connect.endpoint[0].onAnswer.url` is a list of 1, expected an http or https URL",
		],
		[
			"a rate that is not there",
			connect({
				type: "websocket",
				uri: "ws://x",
				"content-type": "audio/l16;rate=44100",
			}),
			"[0] `connect.endpoint[0].content-type` is `audio/l16;rate=44100`, expected `audio/l16;rate=` and 8000, 16000 or 24000",
		],
		[
			"nothing to notify",
			[{ action: "notify", eventUrl: URLS }],
			"[0] `notify` has no `payload`, expected a mapping",
		],
		[
			"a transfer to nowhere",
			[{ action: "transfer", conversationId: "x" }],
			"[0] `transfer.conversationId` is `x`, expected an id that starts with CON-",
		],
		[
			"a payment of nothing",
			[{ action: "pay", amount: 0 }],
			"[0] `pay.amount` is 0, expected a number above 0",
		],
		[
			"no number at all",
			[{ action: "wait", timeout: Number.NaN }],
			"[0] `wait.timeout` is a number, expected a number from 0.1 to 7200 seconds",
		],
	];
	for (const [what, ncco, expected] of bad) {
		it(`has ${what}`, () => {
			expect(checker.isValid(ncco)).to.equal(false);
			const { errors } = checker.check(ncco);
			expect(errors.map(formatNccoProblem)).to.deep.equal([expected]);
		});
	}

	it("names every problem of every action, at most 20", () => {
		const two = [...record({ timeOut: 1, format: "x" }), { action: "talk" }];
		const { errors } = checker.check(two);
		expect(errors.map(({ path }) => path)).to.have.deep.members([
			[0, "timeOut"],
			[0, "format"],
			[1, "text"],
		]);
		const many = Array.from({ length: 500 }, () => ({ action: "talk" }));
		expect(checker.check(many).errors).to.have.length(20);
	});

	it("is explained without any value of it", () => {
		const secret = [
			{ action: "secretly" },
			...record({ format: "Jamie", eventMethod: "4477009000" }),
		];
		expect(checker.explain(secret)).to.not.match(/secretly|Jamie|4477/);
		expect(checker.explain(talk({}))).to.equal(undefined);
	});
});
