import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { readNccoSchema } from "../../src/handler/ncco/schema.ts";
import { formatNccoProblem } from "../../src/handler/ncco/words.ts";
import {
	connect,
	input,
	loadNccoSamples,
	phone,
	record,
	room,
	sharedChecker,
	talk,
	URLS,
} from "./ncco-samples.ts";

const checker = sharedChecker();

describe("NCCO samples", () => {
	// As an editor has it, which knows the keywords of JSON Schema only.
	const isValidInEditor = new Ajv2020({ strict: false }).compile(
		readNccoSchema(),
	);
	for (const sample of loadNccoSamples()) {
		const { name, body, valid } = sample;
		it(`${valid ? "accepts" : "refuses"} ${name}`, () => {
			expect(checker.isValid(body)).to.equal(valid);
			expect(isValidInEditor(body)).to.equal(valid);
			const { errors, warnings } = checker.check(body);
			const said = {
				errors: errors.map(formatNccoProblem),
				warnings: warnings.map(formatNccoProblem),
			};
			expect(errors.length === 0).to.equal(valid);
			expect(said).to.deep.include({
				errors: sample.errors ?? said.errors,
				warnings: sample.warnings ?? said.warnings,
			});
		});
	}
});

describe("an NCCO that is accepted", () => {
	const good: Record<string, unknown> = {
		"numeric text within the range": record({
			endOnSilence: "3",
			timeOut: "7200",
		}),
		"a decimal as text": input({ speech: { endOnSilence: "0.4" } }),
		"a negative level as text": talk({ level: "-0.5", loop: "0" }),
		"true as text": talk({ bargeIn: "true", premium: "false" }),
		"an unknown option": talk({ colour: "red" }),
		"an unknown voice and language": talk({
			voiceName: "Zoe",
			language: "xx-YY",
		}),
		"the flat input of 2017": input({
			timeOut: "10",
			maxDigits: 20,
			submitOnHash: "true",
			eventUrl: URLS,
		}),
		eventUrlMethod: record({ eventUrlMethod: "GET" }),
		"music as text and as a list": [
			...room({ musicOnHoldUrl: "https://example.com/a.mp3" }),
			...room({ musicOnHoldUrl: URLS }),
		],
		"a conference that nobody hears": room({ canSpeak: [], canHear: [] }),
		"short-coded SSML beyond 1500 characters": talk({
			text: `<speak>${"<s>a</s>".repeat(1400)}</speak>`,
		}),
		"1500 emoji": talk({ text: "😀".repeat(1500) }),
		"an app user": connect({ type: "app", user: "jamie" }),
		"SIP by user and domain": connect({
			type: "sip",
			user: "jamie",
			domain: "example",
			standardHeaders: { "User-to-User": "1" },
		}),
		"snake case of the REST API": connect(
			{ type: "sip", uri: "sips:a@b;transport=tls", standard_headers: {} },
			{ advanced_machine_detection: { beep_timeout: 30 } },
		),
		"a websocket that is authorized": connect({
			type: "websocket",
			uri: "wss://example.com",
			authorization: { type: "custom", value: "x" },
		}),
		"an extension": connect({ type: "vbc", extension: "111" }),
		"a caller who hides the number": connect(phone, { from: "Unknown" }),
		"the old name of ringbackTone": connect({
			...phone,
			onAnswer: { url: URLS[0], ringback: URLS[0] },
		}),
		"a bare wait": [{ action: "wait" }],
		"a payment": [
			{
				action: "pay",
				amount: "9.99",
				prompts: [
					{ type: "CardNumber", text: "x", errors: { Timeout: { text: "y" } } },
				],
			},
		],
	};
	for (const [what, ncco] of Object.entries(good)) {
		it(`has ${what}`, () => {
			expect(checker.check(ncco).errors).to.deep.equal([]);
			expect(checker.isValid(ncco)).to.equal(true);
		});
	}
});
