import { expect } from "chai";
import {
	compileLinear,
	NotLinearError,
} from "../../src/kind/linear-pattern.ts";
import { compileKind, loadKinds } from "../../src/kind/load.ts";
import { findingsOf, ownKinds, SCHEMAS, schemaKindOf } from "./folder.ts";

const field = (rule: object): object => ({
	type: "object",
	properties: { a: rule },
});

/** Each would keep an engine that backtracks for longer than a test may take: most of them for centuries. */
const PATTERNS: readonly (readonly [pattern: string, text: string])[] = [
	["^(a+)+$", `${"a".repeat(90_000)}!`],
	["^(a|a)*$", `${"a".repeat(90_000)}!`],
	["^(a*)*b$", "a".repeat(90_000)],
	["^([a-z]+\\s?)+$", `${"word ".repeat(18_000)}!`],
	["^(\\w+\\.?)+@x$", "a.".repeat(45_000)],
	["(x+x+)+y", "x".repeat(90_000)],
	["\\s+$", `${" ".repeat(90_000)}!`],
	["a.*b.*c.*d.*e.*f", "abcde".repeat(18_000)],
];

describe("a user's schema and a hostile payload", () => {
	for (const [pattern, text] of PATTERNS) {
		it(`judges 90 KB by \`${pattern}\``, async () => {
			const kind = await schemaKindOf("own.json", field({ pattern }));
			expect(kind.validate({ a: text })).to.have.length(1);
		});
	}

	it("runs the patterns of names of fields on the same engine", async () => {
		const kind = await schemaKindOf("own.json", {
			type: "object",
			patternProperties: { "^(a+)+$": { type: "integer" } },
			propertyNames: { pattern: "^(b+)+$" },
		});
		const hostile = `${"b".repeat(90_000)}!`;
		expect(kind.validate({ [hostile]: 1 })).not.to.equal(undefined);
		expect(kind.validate({ bb: 1 })).to.equal(undefined);
	});

	it("runs those of `webhook.recognize` on the same engine", async () => {
		const kind = await schemaKindOf("own.json", {
			webhook: { recognize: field({ pattern: "^(a+)+$" }) },
		});
		expect(kind.recognizes({ a: `${"a".repeat(90_000)}!` })).to.equal(false);
		expect(kind.recognizes({ a: "aaa" })).to.equal(true);
	});

	it("takes no text of over 8 KiB for a URL, nor for any other format", async () => {
		const url = await schemaKindOf("own.json", field({ format: "url" }));
		for (const a of [
			`http://[${":".repeat(90_000)}`,
			`http://${"a:".repeat(45_000)}@`,
			`https://example.com/${"a".repeat(8200)}`,
		]) {
			expect(url.validate({ a })).to.have.length(1);
		}
		const formats = [
			...["date", "time", "date-time", "duration", "uri", "uri-reference"],
			...["uri-template", "url", "email", "hostname", "ipv4", "ipv6", "regex"],
			...["uuid", "json-pointer", "relative-json-pointer", "iso-time"],
			...["json-pointer-uri-fragment", "iso-date-time"],
		];
		for (const format of formats) {
			const kind = await schemaKindOf("own.json", field({ format }));
			for (const piece of ["/", "a", "0", "a.", "#"]) {
				const a = piece.repeat(90_000 / piece.length);
				expect(kind.validate({ a }), `${format} ${piece}`).to.have.length(1);
			}
		}
	});

	it("takes the URLs that are some", async () => {
		const kind = await schemaKindOf("own.json", field({ format: "url" }));
		const right = [
			"https://example.com",
			"http://example.com:8080/a?b=c#d",
			"ftp://files.example.com/x",
			"https://bücher.example/ä",
			"http://[2001:db8::1]/",
			"http://localhost:3000/",
		];
		const wrong = [
			"example.com",
			"http:example.com",
			"http:///example.com",
			" https://example.com",
			"https://exa mple.com",
			"https://example.com\n",
			"javascript:alert(1)",
			"mailto:a@example.com",
			"http://",
		];
		for (const a of right) expect(kind.validate({ a }), a).to.equal(undefined);
		for (const a of wrong) expect(kind.validate({ a }), a).to.have.length(1);
	});

	it("leaves a long file as base64 alone", async () => {
		const kind = await schemaKindOf("own.json", field({ format: "byte" }));
		expect(kind.validate({ a: "AAAA".repeat(20_000) })).to.equal(undefined);
	});

	it("finds duplicates among 40,000 items", async () => {
		const kind = await schemaKindOf("own.json", {
			type: "object",
			properties: { list: { uniqueItems: true } },
		});
		const list = Array.from({ length: 40_000 }, (_, index) => ({ index }));
		expect(kind.validate({ list })).to.equal(undefined);
		expect(kind.validate({ list: [...list, { index: 7 }] })).to.have.length(1);
	});

	it("calls the same equal as JSON Schema does", async () => {
		const kind = await schemaKindOf("own.json", {
			type: "object",
			properties: { list: { uniqueItems: true } },
		});
		const unique = [
			[1, "1", true, "true", null, "null"],
			[{ a: 1 }, [["a", 1]], '{"a":1}'],
			[[1, 2], [2, 1], []],
			[{}, { a: {} }],
		];
		const twice = [
			[1, 1.0],
			[
				{ a: 1, b: [{ c: 2, d: 3 }] },
				{ b: [{ d: 3, c: 2 }], a: 1 },
			],
			[[], []],
			[null, null],
		];
		for (const list of unique)
			expect(kind.validate({ list })).to.equal(undefined);
		for (const list of twice) expect(kind.validate({ list })).to.have.length(1);
	});

	it("says which pattern only backtracking could run, and what to write", async () => {
		const cases: readonly (readonly [string, RegExp])[] = [
			["^(?=.*a)b", /has a look-ahead.*Expected the syntax of RE2.*`allOf`/],
			["^(?!a)b", /has a look-ahead.*`not`/],
			["(?<=a)b", /has a look-behind/],
			["(?<!a)b", /has a look-behind/],
			["(a)\\1", /has a back-reference/],
			["(?<n>a)\\k<n>", /has a back-reference/],
			["^a{1,2000}$", /has a repetition of over 1,000.*`maxLength`/],
			["\\p{Script_Extensions=Greek}", /has `\\p\{Script_Extensions=Greek\}`/],
		];
		for (const [pattern, words] of cases) {
			const findings = await findingsOf({
				"own.kind.json": field({ pattern }),
			});
			expect(findings).to.have.length(1);
			expect(findings[0]).to.match(/^own\.kind\.json:5:\d+: error: /);
			expect(findings[0]).to.match(words);
		}
		expect(
			await findingsOf({ "own.kind.json": field({ pattern: "(" }) }),
		).to.have.length(1);
	});

	it("can run the patterns of its own kinds, should somebody edit them", async () => {
		const kinds = ownKinds(await loadKinds([SCHEMAS]));
		const findings = [...kinds.values()].flatMap(compileKind);
		expect(findings).to.deep.equal([]);
	});
});

describe("compileLinear", () => {
	it("means what JavaScript means by a pattern", () => {
		const patterns = [
			..."^\\s$ ^\\S$ ^[\\s]$ ^[^\\s]$ ^[\\S]$ ^[^\\S]$ ^.$ ^[.]$ ^\\.$".split(
				" ",
			),
			..."^\\w$ ^\\W$ ^\\d$ ^[\\D]$ ^[\\b]$ ^\\bfoo\\b$ ^[^]$ ^[]$ ^$".split(
				" ",
			),
			..."^\\p{L}$ ^\\P{Lu}$ ^\\p{Script=Greek}$ ^\\p{gc=Lu}$ ^\\cJ$".split(
				" ",
			),
			..."^\\u0041$ ^\\u{1F600}$ ^\\x41$ ^\\0$ ^\\v$ a\\/b (?<n>a)b".split(" "),
			..."^[\\]a]$ ^[[]$ ^[(?=a)]$ ^[a-z\\-]$ ^[$]$ ^\\\\s$".split(" "),
		];
		const texts = [
			...Array.from({ length: 0x3100 }, (_, code) =>
				String.fromCodePoint(code),
			),
			...["\ufeff", "\ufefe", "\uff00", "\u{1F600}", "\ud800", "a\n"],
			...["", "foo", "a/b", "ab", "\\s"],
		];
		for (const pattern of patterns) {
			const own = compileLinear(pattern);
			const native = new RegExp(pattern, "u");
			const wrong = texts.filter(
				(text) => own.test(text) !== native.test(text),
			);
			expect(wrong, pattern).to.deep.equal([]);
		}
	});

	it("refuses what JavaScript refuses, and what it cannot keep its word on", () => {
		for (const pattern of ["(", "a**", "\\-", "(?i)a", "[z-a]"]) {
			expect(() => compileLinear(pattern), pattern).to.throw(SyntaxError);
		}
		for (const pattern of ["(?=a)", "(?<!a)", "(a)\\1"]) {
			expect(() => compileLinear(pattern), pattern).to.throw(NotLinearError);
		}
	});
});
