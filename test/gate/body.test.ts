import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import type { Headers } from "../../src/event/webhook.ts";
import { parseWebhook, readBodyType } from "../../src/gate/body.ts";
import { UNSIGNED } from "../../src/gate/signature.ts";

const ALL = ["query", "form", "json"] as const;

function post(body: string | Uint8Array, headers: Headers = {}) {
	return UNSIGNED.verify(
		{
			method: "POST",
			query: "",
			headers,
			raw: Buffer.from(body as string),
		},
		0,
	);
}

function codeOf(work: () => unknown): string {
	try {
		work();
	} catch (error) {
		if (error instanceof HookError) return error.code;
		throw error;
	}
	return "none";
}

describe("readBodyType", () => {
	const table: [header: string | undefined, encoding: string][] = [
		[undefined, "sniff"],
		["application/json", "json"],
		["Application/JSON; charset=UTF-8", "json"],
		["application/cloudevents+json", "json"],
		["text/json", "json"],
		["application/x-www-form-urlencoded; charset=UTF-8", "form"],
	];
	for (const [header, encoding] of table) {
		it(`reads ${header} as ${encoding}`, () => {
			expect(readBodyType(header).encoding).to.equal(encoding);
		});
	}

	for (const header of [
		"application/trash",
		"text/plain",
		"multipart/form-data; boundary=x",
		"+json",
		"json",
	]) {
		it(`refuses ${header}`, () => {
			expect(codeOf(() => readBodyType(header))).to.equal("BODY_TYPE");
		});
	}
});

describe("parseWebhook", () => {
	const json = { "content-type": "application/json" };
	const form = { "content-type": "application/x-www-form-urlencoded" };

	it("reads JSON that came without a Content-Type", () => {
		const { payload, encoding } = parseWebhook(post(' {"a":1}'), ALL);
		expect({ payload, encoding }).to.deep.equal({
			payload: { a: 1 },
			encoding: "json",
		});
	});

	it("refuses other text that came without a Content-Type", () => {
		expect(codeOf(() => parseWebhook(post("Hello World"), ALL))).to.equal(
			"BODY_TYPE",
		);
	});

	it("has no fields where nothing was sent and nothing announced", () => {
		expect(parseWebhook(post(""), ["form", "json"])).to.deep.equal({
			payload: {},
			encoding: "form",
		});
	});

	it("refuses JSON that is nested without end, and takes what is nested deeply", () => {
		const nest = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
		expect(codeOf(() => parseWebhook(post(nest(40_000), json), ALL))).to.equal(
			"BODY_JSON",
		);
		expect(parseWebhook(post(nest(200), json), ALL).encoding).to.equal("json");
	});

	it("skips a byte order mark", () => {
		expect(
			parseWebhook(post('\ufeff{"a":1}', json), ALL).payload,
		).to.deep.equal({ a: 1 });
	});

	it("keeps names with dots, dashes and brackets whole", () => {
		const { payload } = parseWebhook(
			post(
				"session.callerid=1&err-code=0&a%5Bb%5D=2&SipHeader_X-UserId=9",
				form,
			),
			ALL,
		);
		expect(payload).to.deep.equal({
			"session.callerid": "1",
			"err-code": "0",
			"a[b]": "2",
			"SipHeader_X-UserId": "9",
		});
	});

	it("keeps every value of a repeated name", () => {
		expect(
			parseWebhook(post("a=1&b=2&a=3&a=", form), ALL).payload,
		).to.deep.equal({ a: ["1", "3", ""], b: "2" });
	});

	it("reads an unescaped space, a plus and an escaped plus", () => {
		expect(
			parseWebhook(post("a=foo bar&b=foo+bar&c=foo%2Bbar&d", form), ALL)
				.payload,
		).to.deep.equal({ a: "foo bar", b: "foo bar", c: "foo+bar", d: "" });
	});

	it("takes __proto__ for the name of a field", () => {
		const { payload } = parseWebhook(
			post("__proto__=1&__proto__=2&toString=3", form),
			ALL,
		);
		expect(Object.keys(payload)).to.deep.equal(["__proto__", "toString"]);
		expect(Object.getPrototypeOf(payload)).to.equal(Object.prototype);
	});

	it("takes the query of a GET and nothing else", () => {
		const webhook = UNSIGNED.verify(
			{
				method: "GET",
				query: "text=a%26b&to=1",
				headers: json,
				raw: Buffer.from("{}"),
			},
			0,
		);
		expect(parseWebhook(webhook, ALL)).to.deep.equal({
			payload: { text: "a&b", to: "1" },
			encoding: "query",
		});
	});

	describe("of a POST without a body", () => {
		const bare = (query: string, headers: Headers = {}) =>
			UNSIGNED.verify({ ...post("", headers), query }, 0);

		it("takes the query, whatever the headers announce", () => {
			for (const headers of [
				{},
				{ "content-length": "0" },
				json,
				form,
				{ "content-type": "text/plain" },
			]) {
				expect(
					parseWebhook(bare("text=a%26b&to=1", headers), ALL),
				).to.deep.equal({
					payload: { text: "a&b", to: "1" },
					encoding: "query",
				});
			}
		});

		it("takes it also where only bodies are usual", () => {
			expect(parseWebhook(bare("a=1"), ["json"]).encoding).to.equal("query");
		});

		it("never merges it into a body", () => {
			for (const [text, headers] of [
				['{"a":"1"}', json],
				["a=1", form],
			] as const) {
				const webhook = { ...post(text, headers), query: "a=2&b=3" };
				expect(
					parseWebhook(UNSIGNED.verify(webhook, 0), ALL).payload,
				).to.deep.equal({ a: "1" });
			}
		});

		it("refuses a body of blanks all the same", () => {
			const webhook = { ...post(" ", json), query: "a=1" };
			expect(
				codeOf(() => parseWebhook(UNSIGNED.verify(webhook, 0), ALL)),
			).to.equal("BODY_EMPTY");
		});
	});

	const refused: [
		what: string,
		body: string | Uint8Array,
		headers: Headers,
		code: string,
	][] = [
		["broken JSON", "{malformed]", json, "BODY_JSON"],
		["JSON that is cut short", '{"a":', json, "BODY_JSON"],
		["an empty JSON body", "", json, "BODY_EMPTY"],
		["a JSON body of blanks", " \n", json, "BODY_EMPTY"],
		[
			"bytes that are not UTF-8",
			Uint8Array.of(0x22, 0xff, 0x22),
			json,
			"BODY_ENCODING",
		],
		["a broken percent escape", "a=%zz", form, "BODY_ENCODING"],
		["an escape that is not UTF-8", "a=%ff", form, "BODY_ENCODING"],
		["more than a thousand fields", "a&".repeat(1001), form, "BODY_ENCODING"],
	];
	for (const [what, body, headers, code] of refused) {
		it(`refuses ${what}`, () => {
			expect(codeOf(() => parseWebhook(post(body, headers), ALL))).to.equal(
				code,
			);
		});
	}

	it("refuses an encoding that the path does not take", () => {
		expect(codeOf(() => parseWebhook(post("a=1", form), ["json"]))).to.equal(
			"BODY_TYPE",
		);
	});

	it("never quotes the text around a fault", () => {
		try {
			parseWebhook(post('{"text":"secret words" oops}', json), ALL);
			expect.fail("it was parsed");
		} catch (error) {
			expect((error as Error).message).to.match(/position \d+$/);
		}
	});
});
