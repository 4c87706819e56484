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
const speech = (options: object) =>
	input({ type: ["speech"], speech: options });

describe("an NCCO beyond the platform's reference", () => {
	const beyond: [string, unknown, string][] = [
		[
			"too much text",
			[{ action: "talk", text: "x".repeat(1501) }],
			"[0] `talk.text` is text of 1501 characters. Expected text of 1 to 1500 characters (SSML tags not counted).",
		],
		[
			"too much SSML",
			[{ action: "talk", text: `<speak>${"x".repeat(1501)}</speak>` }],
			"[0] `talk.text` is text of 1516 characters. Expected text of 1 to 1500 characters (SSML tags not counted).",
		],
		[
			"numeric text out of range",
			record({ timeOut: "2" }),
			"[0] `record.timeOut` is 2. Expected a number from 3 to 7200 seconds.",
		],
		[
			"a number out of range",
			record({ endOnSilence: 11 }),
			"[0] `record.endOnSilence` is 11. Expected a number from 3 to 10 seconds.",
		],
		[
			"half a digit",
			input({ type: ["dtmf"], dtmf: { maxDigits: 1.5 } }),
			"[0] `input.dtmf.maxDigits` is 1.5. Expected a whole number from 1 to 20.",
		],
		[
			"a negative loop",
			talk({ loop: -1 }),
			"[0] `talk.loop` is -1. Expected a whole number, 0 or more.",
		],
		[
			"yes for true",
			talk({ bargeIn: "yes" }),
			"[0] `talk.bargeIn` is `yes`. Expected true or false.",
		],
		[
			"an unknown format",
			record({ format: "mp4" }),
			"[0] `record.format` is `mp4`. Expected `mp3`, `wav` or `ogg`. Did you mean `mp3`?",
		],
		[
			"a key without quotes",
			record({ endOnKey: 5 }),
			"[0] `record.endOnKey` is 5. Expected one of the keys 0 to 9, * and #, as text. Write it in quotes.",
		],
		[
			"no URL",
			record({ eventUrl: [] }),
			"[0] `record.eventUrl` is a list of 0. Expected a list of one http or https URL.",
		],
		[
			"a path for a URL",
			[{ action: "stream", streamUrl: ["/a.mp3"] }],
			"[0] `stream.streamUrl[0]` is text. Expected an http or https URL.",
		],
		[
			"an unknown method",
			record({ eventMethod: "PUT" }),
			"[0] `record.eventMethod` is `PUT`. Expected `GET` or `POST`.",
		],
		[
			"a number of two kinds",
			connect({ type: "phone", number: "+447700900001" }),
			"[0] `connect.endpoint[0].number` is text. Expected 7 to 15 digits without +, as text.",
		],
		[
			"a number that is one",
			connect({ type: "phone", number: 447700900001 }),
			"[0] `connect.endpoint[0].number` is a number. Expected 7 to 15 digits without +, as text. Write it in quotes.",
		],
		[
			"two endpoints",
			[{ action: "connect", endpoint: [phone, phone] }],
			"[0] `connect.endpoint` is a list of 2. Expected a list of one endpoint.",
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
			"a rate that is not there",
			connect({
				type: "websocket",
				uri: "ws://x",
				"content-type": "audio/l16;rate=44100",
			}),
			"[0] `connect.endpoint[0].content-type` is `audio/l16;rate=44100`. Expected `audio/l16;rate=` and 8000, 16000 or 24000.",
		],
		[
			"a transfer to nowhere",
			[{ action: "transfer", conversationId: "x" }],
			"[0] `transfer.conversationId` is `x`. Expected an id that starts with CON-.",
		],
		[
			"a number of seconds for keys that is long",
			input({ timeOut: 30 }),
			"[0] `input.timeOut` is 30. Expected a number from 0 to 10 seconds.",
		],
		[
			"no keys",
			input({ type: ["dtmf"], dtmf: { maxDigits: 0 } }),
			"[0] `input.dtmf.maxDigits` is 0. Expected a whole number from 1 to 20.",
		],
		[
			"text that is no number",
			input({ dtmf: { timeOut: "3s" }, type: ["dtmf"] }),
			"[0] `input.dtmf.timeOut` is text. Expected a number from 0 to 10 seconds.",
		],
		[
			"half a digit as text",
			record({ channels: "1.5", split: "conversation" }),
			"[0] `record.channels` is 1.5. Expected a whole number from 1 to 32.",
		],
		[
			"true for a number",
			input({ timeOut: true }),
			"[0] `input.timeOut` is true. Expected a number from 0 to 10 seconds.",
		],
		[
			"a short silence",
			speech({ endOnSilence: 0.1 }),
			"[0] `input.speech.endOnSilence` is 0.1. Expected a number from 0.4 to 10 seconds.",
		],
		[
			"a late start",
			speech({ startTimeout: 0 }),
			"[0] `input.speech.startTimeout` is 0. Expected a number from 1 to 60 seconds.",
		],
		[
			"a long speech",
			speech({ maxDuration: "300" }),
			"[0] `input.speech.maxDuration` is 300. Expected a number from 1 to 60 seconds.",
		],
		[
			"much sensitivity",
			speech({ sensitivity: 101 }),
			"[0] `input.speech.sensitivity` is 101. Expected a whole number from 0 to 100.",
		],
		[
			"two legs to listen to",
			speech({ uuid: ["a", "b"] }),
			"[0] `input.speech.uuid` is a list of 2. Expected a list of one leg id.",
		],
		[
			"a number among the words",
			speech({ context: ["one", 2] }),
			"[0] `input.speech.context[1]` is 2. Expected text that is not empty. Write it in quotes.",
		],
		[
			"a type in capitals",
			input({ type: ["DTMF"] }),
			"[0] `input.type[0]` is `DTMF`. Expected `dtmf` or `speech`. Did you mean `dtmf`?",
		],
		[
			"no type",
			input({ type: [] }),
			"[0] `input.type` is a list of 0. Expected a list of `dtmf`, `speech` or both.",
		],
		[
			"the mode as an SDK spells it",
			input({ mode: "asyncronous" }),
			"[0] `input.mode` is `asyncronous`. Expected `synchronous` or `asynchronous`. Did you mean `asynchronous`?",
		],
		[
			"loud talk",
			talk({ level: 5 }),
			"[0] `talk.level` is 5. Expected a number from -1 to 1.",
		],
		[
			"a style that is a name",
			talk({ style: "calm" }),
			"[0] `talk.style` is `calm`. Expected a whole number, 0 or more.",
		],
		[
			"a text that is a number",
			[{ action: "talk", text: 5 }],
			"[0] `talk.text` is 5. Expected text of 1 to 1500 characters (SSML tags not counted). Write it in quotes.",
		],
		[
			"two streams",
			[{ action: "stream", streamUrl: [...URLS, ...URLS] }],
			"[0] `stream.streamUrl` is a list of 2. Expected a list of one http or https URL.",
		],
		[
			"a loud stream",
			[{ action: "stream", streamUrl: URLS, level: "-2" }],
			"[0] `stream.level` is -2. Expected a number from -1 to 1.",
		],
		[
			"a long ring",
			connect(phone, { timeout: 7201 }),
			"[0] `connect.timeout` is 7201. Expected a number from 1 to 7200 seconds.",
		],
		[
			"a long call",
			connect(phone, { limit: 86400 }),
			"[0] `connect.limit` is 86400. Expected a number from 1 to 7200 seconds.",
		],
		[
			"an unknown machine detection",
			connect(phone, { machineDetection: "detect" }),
			"[0] `connect.machineDetection` is `detect`. Expected `continue` or `hangup`.",
		],
		[
			"a short wait for a beep",
			connect(phone, { advancedMachineDetection: { beep_timeout: 5 } }),
			"[0] `connect.advancedMachineDetection.beep_timeout` is 5. Expected a number from 30 to 120 seconds.",
		],
		[
			"an event type in capitals",
			connect(phone, { eventType: "Synchronous" }),
			"[0] `connect.eventType` is `Synchronous`. Expected `synchronous`.",
		],
		[
			"a path for a ringback tone",
			connect(phone, { ringbackTone: "/a.mp3" }),
			"[0] `connect.ringbackTone` is text. Expected an http or https URL, or a list of one.",
		],
		[
			"a caller with a plus",
			connect(phone, { from: "+447700900000" }),
			"[0] `connect.from` is text. Expected a number in E.164: digits only, without +.",
		],
		[
			"a caller that is a number",
			connect(phone, { from: 447700900000 }),
			"[0] `connect.from` is a number. Expected a number in E.164: digits only, without +. Write it in quotes.",
		],
		...["911", "112", "999"].map((number): [string, unknown, string] => [
			`the emergency number ${number}`,
			connect({ type: "phone", number }),
			"[0] `connect.endpoint[0].number` is text. Expected 7 to 15 digits without +, as text.",
		]),
		[
			"letters for keys",
			connect({ ...phone, dtmfAnswer: "1w2" }),
			"[0] `connect.endpoint[0].dtmfAnswer` is text. Expected keys: 0 to 9, #, * and p for a pause.",
		],
		[
			"onAnswer without a URL",
			connect({ ...phone, onAnswer: { ringbackTone: URLS[0] } }),
			"[0] `connect.endpoint[0].onAnswer` has no `url`",
		],
		[
			"rtc for app",
			connect({ type: "rtc", user: "jamie" }),
			"[0] `connect.endpoint[0].type` is `rtc`. Expected `app`, as it is called now.",
		],
		[
			"a number for an extension",
			connect({ type: "vbc", number: "123" }),
			"[0] `connect.endpoint[0].number` is another spelling of `extension`. Write `extension`.",
		],
		[
			"a SIP domain alone",
			connect({ type: "sip", domain: "example" }),
			"[0] `connect.endpoint[0]` is incomplete. Expected `uri`, or `user` and `domain`.",
		],
		[
			"a SIP address without scheme",
			connect({ type: "sip", uri: "jamie@example.com" }),
			"[0] `connect.endpoint[0].uri` is text. Expected a sip: or sips: address.",
		],
		[
			"a websocket at an https URL",
			connect({ type: "websocket", uri: "https://example.com/" }),
			"[0] `connect.endpoint[0].uri` is text. Expected a ws or wss URL.",
		],
		[
			"a lower-case method",
			record({ eventMethod: "post" }),
			"[0] `record.eventMethod` is `post`. Expected `GET` or `POST`. Did you mean `POST`?",
		],
		[
			"such a method of a transcription",
			record({ transcription: { eventMethod: "get" } }),
			"[0] `record.transcription.eventMethod` is `get`. Expected `GET` or `POST`. Did you mean `GET`?",
		],
		[
			"two event URLs",
			record({ eventUrl: [...URLS, ...URLS] }),
			"[0] `record.eventUrl` is a list of 2. Expected a list of one http or https URL.",
		],
		[
			"a notification to no URL",
			[{ action: "notify", payload: {}, eventUrl: [] }],
			"[0] `notify.eventUrl` is a list of 0. Expected a list of one http or https URL.",
		],
		[
			"one for true",
			room({ record: 1 }),
			"[0] `conversation.record` is 1. Expected true or false.",
		],
		[
			"no music",
			room({ musicOnHoldUrl: [] }),
			"[0] `conversation.musicOnHoldUrl` is a list of 0. Expected an http or https URL, or a list of one.",
		],
		[
			"a long wait",
			[{ action: "wait", timeout: 9000 }],
			"[0] `wait.timeout` is 9000. Expected a number from 0.1 to 7200 seconds.",
		],
	];
	for (const [what, ncco, expected] of beyond) {
		it(`is sent with a warning: ${what}`, () => {
			expect(checker.isValid(ncco)).to.equal(true);
			const { errors, warnings } = checker.check(ncco);
			expect(errors).to.deep.equal([]);
			expect(warnings.map(formatNccoProblem)).to.deep.equal([expected]);
		});
	}
});

describe("a payment", () => {
	it("of nothing is sent with a warning beside the one on pay itself", () => {
		const { errors, warnings } = checker.check([{ action: "pay", amount: 0 }]);
		expect(errors).to.deep.equal([]);
		expect(warnings.map(formatNccoProblem)).to.deep.equal([
			"[0] `pay.amount` is 0. Expected a number above 0.",
			"[0] `pay` is withdrawn. Take payments outside of the call.",
		]);
	});
});

describe("an option that was left empty", () => {
	const options: Readonly<Record<string, (empty: unknown) => unknown>> = {
		"talk.loop": (loop) => talk({ loop }),
		"talk.bargeIn": (bargeIn) => talk({ bargeIn }),
		"talk.language": (language) => talk({ language }),
		"talk.voiceName": (voiceName) => talk({ voiceName }),
		"talk.providerOptions": (providerOptions) => talk({ providerOptions }),
		"input.type": (type) => input({ type }),
		"input.dtmf": (dtmf) => input({ dtmf }),
		"input.speech.uuid": (uuid) => speech({ uuid }),
		"record.format": (format) => record({ format }),
		"record.split": (split) => record({ split }),
		"record.eventUrl": (eventUrl) => record({ eventUrl }),
		"record.eventUrl[0]": (url) => record({ eventUrl: [url] }),
		"record.eventMethod": (eventMethod) => record({ eventMethod }),
		"record.transcription": (transcription) => record({ transcription }),
		"conversation.canSpeak": (canSpeak) => room({ mute: true, canSpeak }),
		"conversation.musicOnHoldUrl": (url) => room({ musicOnHoldUrl: url }),
		"connect.from": (from) => connect(phone, { from, randomFromNumber: true }),
		"connect.machineDetection": (machineDetection) =>
			connect(phone, { machineDetection }),
		"connect.advancedMachineDetection": (advancedMachineDetection) =>
			connect(phone, { advancedMachineDetection }),
		"connect.endpoint[0].onAnswer": (onAnswer) =>
			connect({ ...phone, onAnswer }),
		"connect.endpoint[0].uri": (uri) =>
			connect({ type: "sip", uri, user: "jamie", domain: "example" }),
		"connect.endpoint[0].headers": (headers) =>
			connect({ type: "sip", uri: "sip:jamie@example.com", headers }),
		"wait.timeout": (timeout) => [{ action: "wait", timeout }],
	};
	for (const [name, make] of Object.entries(options)) {
		it(`is sent with a warning: ${name}`, () => {
			for (const [empty, word] of [
				[null, "empty"],
				["", "empty text"],
			] as const) {
				const ncco = make(empty);
				expect(checker.isValid(ncco)).to.equal(true);
				const { errors, warnings } = checker.check(ncco);
				expect(errors).to.deep.equal([]);
				const [line, ...more] = warnings.map(formatNccoProblem);
				expect(more).to.deep.equal([]);
				expect(line).to.contain(`[0] \`${name}\` is ${word}. Expected`);
				expect(line).to.match(/\. Leave it out if you do not need it\.$/);
			}
		});
	}
});
