import { expect } from "chai";
import { formatNccoProblem } from "../../src/handler/ncco/words.ts";
import {
	connect,
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
			"the NCCO is a mapping. Expected a list of at least one action.",
		],
		[
			"no action",
			[],
			"the NCCO has no action, which ends the call at once. Expected a list of at least one action.",
		],
		[
			"text for an action",
			["talk"],
			"[0] the action is `talk`. Expected a mapping with `action`.",
		],
		["a nameless action", [{ text: "x" }], "[0] `action` has no `action`"],
		[
			"an unknown action",
			[{ action: "tallk" }],
			"[0] `action` is `tallk`. Expected `talk`, `stream`, `input`, `connect`, `conversation`, `record`, `notify`, `wait`, `transfer` or `pay`. Did you mean `talk`?",
		],
		[
			"no text",
			[{ action: "talk" }],
			"[0] `talk` has no `text`. Expected text of 1 to 1500 characters (SSML tags not counted).",
		],
		[
			"silence",
			[{ action: "talk", text: "" }],
			"[0] `talk.text` is empty text. Expected text of 1 to 1500 characters (SSML tags not counted).",
		],
		[
			"a lone URL",
			record({ eventUrl: URLS[0] }),
			"[0] `record.eventUrl` is text. Expected a list of one http or https URL. Write it as a list, in brackets.",
		],
		[
			"a number for a URL",
			record({ eventUrl: [5] }),
			"[0] `record.eventUrl[0]` is 5. Expected an http or https URL.",
		],
		[
			"a lone stream URL",
			[{ action: "stream", streamUrl: URLS[0] }],
			"[0] `stream.streamUrl` is text. Expected a list of one http or https URL. Write it as a list, in brackets.",
		],
		[
			"a nameless room",
			[{ action: "conversation" }],
			"[0] `conversation` has no `name`. Expected text that is not empty.",
		],
		[
			"an unknown endpoint",
			connect({ type: "phon", number: "1" }),
			"[0] `connect.endpoint[0].type` is `phon`. Expected `phone`, `app`, `websocket`, `sip` or `vbc`. Did you mean `phone`?",
		],
		[
			"half a SIP address",
			connect({ type: "sip", user: "x" }),
			"[0] `connect.endpoint[0]` is incomplete. Expected `uri`, or `user` and `domain`.",
		],
		[
			"a list for onAnswer.url",
			connect({ ...phone, onAnswer: { url: URLS } }),
			"[0] `connect.endpoint[0].onAnswer.url` is a list of 1. Expected an http or https URL.",
		],
		[
			"no endpoint",
			[{ action: "connect" }],
			"[0] `connect` has no `endpoint`. Expected a list of one endpoint.",
		],
		[
			"an empty list of endpoints",
			[{ action: "connect", endpoint: [] }],
			"[0] `connect.endpoint` is a list of 0. Expected a list of one endpoint.",
		],
		[
			"an endpoint without a list",
			[{ action: "connect", endpoint: phone }],
			"[0] `connect.endpoint` is a mapping. Expected a list of one endpoint. Write it as a list, in brackets.",
		],
		[
			"a telephone without number",
			connect({ type: "phone", number: "" }),
			"[0] `connect.endpoint[0].number` is empty text. Expected 7 to 15 digits without +, as text.",
		],
		[
			"no extension",
			connect({ type: "vbc", extension: "" }),
			"[0] `connect.endpoint[0]` is incomplete. Expected `extension`.",
		],
		[
			"a SIP header without value",
			connect({ type: "sip", uri: "sip:x", headers: { brand: null } }),
			"[0] `connect.endpoint[0].headers.brand` is empty. Expected text, number or boolean.",
		],
		[
			"a SIP header that is a list",
			connect({ type: "sip", uri: "sip:x", headers: { tags: ["a", "b"] } }),
			"[0] `connect.endpoint[0].headers.tags` is a list of 2. Expected text, number or boolean.",
		],
		[
			"a standard SIP header that is a mapping",
			connect({
				type: "sip",
				uri: "sip:x",
				standardHeaders: { "User-to-User": {} },
			}),
			"[0] `connect.endpoint[0].standardHeaders.User-to-User` is a mapping. Expected text, number or boolean.",
		],
		[
			"a list for a number",
			talk({ loop: [1] }),
			"[0] `talk.loop` is a list of 1. Expected a whole number, 0 or more.",
		],
		[
			"a mapping for a switch",
			talk({ bargeIn: {} }),
			"[0] `talk.bargeIn` is a mapping. Expected true or false.",
		],
		[
			"a text for a mapping",
			record({ transcription: "yes" }),
			"[0] `record.transcription` is `yes`. Expected a mapping.",
		],
		[
			"a text for the list of types",
			[{ action: "input", type: "dtmf" }],
			"[0] `input.type` is `dtmf`. Expected a list of `dtmf`, `speech` or both. Write it as a list, in brackets.",
		],
		[
			"nothing to notify",
			[{ action: "notify", eventUrl: URLS }],
			"[0] `notify` has no `payload`. Expected a mapping.",
		],
		[
			"no number at all",
			[{ action: "wait", timeout: Number.NaN }],
			"[0] `wait.timeout` is a number. Expected a number from 0.1 to 7200 seconds.",
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
		const two = [...record({ timeOut: [], format: {} }), { action: "talk" }];
		const { errors } = checker.check(two);
		expect(errors.map(({ path }) => path)).to.have.deep.members([
			[0, "timeOut"],
			[0, "format"],
			[1, "text"],
		]);
		const many = Array.from({ length: 500 }, () => ({ action: "talk" }));
		expect(checker.check(many).errors).to.have.length(20);
	});

	it("is explained with the name of an action that is misspelled", () => {
		expect(checker.explain([{ action: "tlak", text: "x" }])).to.match(
			/^\[0\] `action` is `tlak`\. Expected .*\. Did you mean `talk`\?$/,
		);
	});

	it("is explained without any value of it", () => {
		const secret = [
			{ action: "secretly" },
			...record({ format: ["Jamie"], eventMethod: ["4477009000"] }),
		];
		expect(checker.explain(secret)).to.not.match(/secretly|Jamie|4477/);
		expect(checker.explain(talk({}))).to.equal(undefined);
	});
});
