import { expect } from "chai";
import { formatNccoProblem } from "../../src/handler/ncco/words.ts";
import {
	connect,
	input,
	phone,
	record,
	room,
	sharedChecker,
	talk,
	URLS,
} from "./ncco-samples.ts";

const checker = sharedChecker();
const warningsOf = (ncco: unknown): string[] =>
	checker.check(ncco).warnings.map(formatNccoProblem);

describe("an NCCO that should be written otherwise", () => {
	const odd: [string, unknown, string][] = [
		[
			"true as text",
			record({ beepStart: "true" }),
			"[0] `record.beepStart` is text. Write true without quotes.",
		],
		[
			"a number as text",
			connect(phone, { timeout: "45" }),
			"[0] `connect.timeout` is text. Write 45 without quotes.",
		],
		[
			"a language in another case",
			talk({ language: "en-gb" }),
			"[0] `talk.language` is in another case than the platform's. Write `en-GB`.",
		],
		[
			"a voice's name",
			talk({ voiceName: "Amy" }),
			"[0] `talk.voiceName` is withdrawn. Write `language` and `style`.",
		],
		[
			"a payment",
			[{ action: "pay", amount: 1 }],
			"[0] `pay` is withdrawn. Take payments outside of the call.",
		],
		[
			"an option with a typo",
			talk({ lop: 1 }),
			"[0] `talk.lop` is not an option that the platform documents. Did you mean `loop`?",
		],
		[
			"an option deep down",
			connect({ ...phone, nummer: "1" }),
			"[0] `connect.endpoint[0].nummer` is not an option that the platform documents. Did you mean `number`?",
		],
		[
			"an option like no other",
			talk({ colour: "red" }),
			"[0] `talk.colour` is not an option that the platform documents",
		],
		[
			"eventUrlMethod",
			record({ eventUrlMethod: "GET" }),
			"[0] `record.eventUrlMethod` is another spelling of `eventMethod`. Write `eventMethod`.",
		],
		[
			"contentType",
			connect({
				type: "websocket",
				uri: "ws://x",
				contentType: "audio/l16;rate=8000",
			}),
			"[0] `connect.endpoint[0].contentType` is another spelling of `content-type`. Write `content-type`.",
		],
		[
			"ringback",
			connect({ ...phone, onAnswer: { url: URLS[0], ringback: URLS[0] } }),
			"[0] `connect.endpoint[0].onAnswer.ringback` is another spelling of `ringbackTone`. Write `ringbackTone`.",
		],
		[
			"advanced_machine_detection",
			connect(phone, { advanced_machine_detection: {} }),
			"[0] `connect.advanced_machine_detection` is another spelling of `advancedMachineDetection`. Write `advancedMachineDetection`.",
		],
		[
			"standard_headers",
			connect({ type: "sip", uri: "sip:x", standard_headers: {} }),
			"[0] `connect.endpoint[0].standard_headers` is another spelling of `standardHeaders`. Write `standardHeaders`.",
		],
		[
			"bargeIn at the end",
			talk({ bargeIn: true }),
			"[0] no input follows `talk.bargeIn`. Put an input action next.",
		],
		[
			"bargeIn before something else",
			[...talk({ bargeIn: true }), ...record({}), ...input({})],
			"[0] no input follows `talk.bargeIn`. Put an input action next.",
		],
		[
			"an unclosed <speak>",
			talk({ text: "<speak>x" }),
			"[0] `talk.text` opens <speak> and does not close it. End it with </speak>.",
		],
		[
			"input settings without type",
			input({ dtmf: {}, speech: {} }),
			"[0] `input` has no `type`. Write `type: [dtmf, speech]`.",
		],
		[
			"flat input beside type",
			input({ type: ["dtmf"], maxDigits: 1 }),
			"[0] `input.maxDigits` is the flat form of 2017 beside `type`. Write `dtmf.maxDigits`.",
		],
		[
			"speech that is not taken",
			input({ type: ["dtmf"], speech: {} }),
			"[0] `input.speech` has no effect, since `type` does not name it. Add `speech` to `type`.",
		],
		[
			"dtmf settings in asynchronous mode",
			input({ type: ["dtmf"], mode: "asynchronous", dtmf: {} }),
			"[0] `input.dtmf` has no effect with `mode: asynchronous`. Leave it out.",
		],
		[
			"two ways to choose the caller",
			connect(phone, { from: "447700900000", randomFromNumber: true }),
			"[0] `connect.from` stands beside `randomFromNumber`. Keep one of the two.",
		],
		[
			"two SIP addresses",
			connect({ type: "sip", uri: "sip:x", user: "x" }),
			"[0] `connect.endpoint[0].user` stands beside `uri`. Write either `uri`, or `user` and `domain`.",
		],
		[
			"headers that are too long",
			connect({
				type: "websocket",
				uri: "ws://x",
				headers: { x: "y".repeat(505) },
			}),
			"[0] `connect.endpoint[0].headers` has 513 bytes. Keep it within 512 bytes.",
		],
		[
			"mute beside canSpeak",
			room({ mute: true, canSpeak: [] }),
			"[0] `conversation.mute` stands beside `canSpeak`. Keep one of the two.",
		],
		[
			"a transcription of nothing",
			room({ transcription: {} }),
			"[0] `conversation.transcription` has no effect without `record`. Add `record: true`.",
		],
		[
			"channels without split",
			record({ channels: 2 }),
			"[0] `record.channels` has no effect without `split`. Add `split: conversation`.",
		],
	];
	for (const [what, ncco, expected] of odd) {
		it(`has ${what}`, () => {
			expect(checker.check(ncco).errors).to.deep.equal([]);
			expect(warningsOf(ncco)).to.deep.equal([expected]);
		});
	}

	it("is told once of a typo and of the option that is missing for it", () => {
		const { errors, warnings } = checker.check([{ action: "talk", txt: "x" }]);
		expect(errors).to.deep.equal([
			{
				path: [0, "txt"],
				part: "key",
				what: "`talk` has no `text`",
				todo: "write `text` instead of `txt`",
			},
		]);
		expect(warnings).to.deep.equal([]);
		// A log shows no name that may be anything.
		expect(checker.explain([{ action: "talk", txt: "x" }])).to.include(
			"`talk` has no `text`. Expected text",
		);
		const both = checker.check([{ action: "talk", voice: "x" }]);
		expect(both.errors[0]?.path).to.deep.equal([0, "text"]);
	});
});

describe("an NCCO as it should be written", () => {
	const fine: Record<string, unknown> = {
		"native types": [
			...talk({ loop: 2, language: "en-GB", style: 1 }),
			...record({ beepStart: true }),
		],
		"free-form values": [
			{
				action: "notify",
				payload: { any: "thing", loop: "1" },
				eventUrl: URLS,
			},
		],
		"headers of one's own": connect({
			type: "websocket",
			uri: "ws://x",
			"content-type": "audio/l16;rate=8000",
			headers: { any: "1" },
		}),
		"bargeIn that leads to an input over talk and stream": [
			...talk({ bargeIn: true }),
			...talk({}),
			{ action: "stream", streamUrl: URLS },
			...input({ type: ["dtmf"], dtmf: {} }),
		],
		"bargeIn that is off": talk({ bargeIn: false }),
		"a voice that is not listed": talk({ language: "xx-YY" }),
	};
	for (const [what, ncco] of Object.entries(fine)) {
		it(`has no warning for ${what}`, () => {
			expect(warningsOf(ncco)).to.deep.equal([]);
		});
	}
});
