import { expect } from "chai";
import {
	hidePrivate,
	markWords,
	revealPrivate,
	withAside,
} from "../../src/observe/private-text.ts";
import { createMarkValues } from "../../src/observe/private-values.ts";

const WORDS = "we meet at the old mill";

describe("createMarkValues", () => {
	const hidden = (text: string, payload: unknown) =>
		hidePrivate(createMarkValues(payload)(text));

	const cases: readonly (readonly [
		what: string,
		text: string,
		payload: unknown,
		shown: string,
	])[] = [
		[
			"a value",
			`no: ${WORDS}!`,
			{ text: WORDS },
			"no: [masked 23 characters]!",
		],
		[
			"one of eight characters",
			"a 12345678 b",
			{ n: 12_345_678 },
			"a [masked 8 characters] b",
		],
		[
			"one inside of another field",
			`(${WORDS})`,
			{ a: [{ b: WORDS }] },
			"([masked 23 characters])",
		],
		[
			"the beginning of one",
			"no: we meet at the…",
			{ text: WORDS },
			"no: [masked 14 characters]…",
		],
		[
			"the end of a long one",
			"…in the middle of the night",
			{ text: `${WORDS} in the middle of the night` },
			"…[masked 26 characters]",
		],
		[
			"one in JSON",
			JSON.stringify({ a: 'say "hello" twice' }),
			{ text: 'say "hello" twice' },
			'{"a":"[masked 19 characters]"}',
		],
		[
			"one in a URL",
			`/x?${encodeURIComponent(WORDS)}`,
			{ text: WORDS },
			`/x?[masked ${encodeURIComponent(WORDS).length} characters]`,
		],
		[
			"a name that is a text",
			`unknown ${WORDS}`,
			{ [WORDS]: 1 },
			"unknown [masked 23 characters]",
		],
		["a payload that is no object", WORDS, WORDS, "[masked 23 characters]"],
	];
	for (const [what, text, payload, shown] of cases)
		it(`marks ${what}`, () => {
			expect(hidden(text, payload)).to.equal(shown);
			expect(revealPrivate(createMarkValues(payload)(text))).to.equal(text);
		});

	it("marks what a parser repeats of a value", () => {
		const payload = { text: "{hello world, how are you}" };
		for (const text of [payload.text, `{"a":"b" ${payload.text}`])
			try {
				JSON.parse(text);
				expect.fail("it was parsed");
			} catch (error) {
				const { message } = error as Error;
				expect(hidden(message, payload)).to.not.include("hello");
			}
	});

	it("leaves short values, names, ids and what is not repeated", () => {
		const payload = {
			type: "text",
			msisdn: "447700900001",
			messageId: "0A000000FFEEDDCC",
			text: "a message of 0A",
		};
		const text = "no text with the messageId 0A000000FFEEDDCC, msisdn";
		expect(hidden(text, payload)).to.equal(text);
	});

	it("keeps at most 4096 characters, and is done soon with hostile ones", () => {
		const long = "a".repeat(100_000);
		const marked = createMarkValues({ text: long, other: `${long}b` })(long);
		expect(hidePrivate(marked)).to.equal("[masked 4096 characters]…");
		const mixed = Array.from({ length: 5000 }, (_, at) => [
			"ab".repeat(4 + (at % 50)),
			at,
		]);
		expect(
			createMarkValues(Object.fromEntries(mixed))("ab".repeat(50_000)),
		).to.be.a("string");
	});

	it("takes half of a pair for what it is", () => {
		expect(
			hidden("a \ud800 lone half of it", { text: "\ud800 lone half of it" }),
		).to.equal("a [masked 17 characters]");
	});
});

describe("markWords", () => {
	const asIs = (text: string) => text;

	it("marks what an upstream said", () => {
		const error = withAside(
			new Error("answered 400: no such order"),
			": no such order",
		);
		const marked = markWords(error.message, error, asIs);
		expect(hidePrivate(marked)).to.equal("answered 400");
		expect(revealPrivate(marked)).to.equal(error.message);
	});

	it("lets no sender write marks", () => {
		const marked = markWords(
			"a\u0003 b\u0001c\u0002",
			new Error(),
			createMarkValues({ text: WORDS }),
		);
		expect(marked).to.equal("a  b c ");
	});

	it("hides all behind a mark that nothing ends", () => {
		expect(hidePrivate("a \u0002b c")).to.equal("a [masked 3 characters]");
	});
});
