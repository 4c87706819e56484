/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are those of routes.yaml */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parseSource } from "../../src/finding/source.ts";

/** A slip, and where and how it is reported; each is one finding. */
type Slip = readonly [text: string, place: string, words: RegExp];

const SLIPS: Readonly<Record<string, readonly Slip[]>> = {
	"a template without quotes": [
		[
			"- handler: { ncco: [{ action: talk, text: Hello {{ payload.from }} }] }\n- x: 1\n",
			"1:43",
			/`\{\{ \}\}` needs quotes/,
		],
		["a: { text: {{ payload.from }} }\n", "1:12", /needs quotes/],
		["a: [x, {{ y }}]\n", "1:8", /needs quotes/],
		["a:\n  text: {{ payload.from }}\n", "2:9", /needs quotes/],
		["a:\n  text: {{ x }} and {{ y }}\n  b: 1\n", "2:9", /needs quotes/],
		["a:\n  - {{ x }}\n", "2:5", /needs quotes/],
		['a: { b: {{ x | default: "y" }}, c: d }\n', "1:9", /needs quotes/],
	],
	"a reference without quotes between brackets": [
		[
			"a: { secret: ${X_SECRET}, b: c }\nroutes:\n  - x: 1\n",
			"1:14",
			/`\$\{ \}` needs quotes/,
		],
		["a: [${X}]\nb: 1\n", "1:5", /needs quotes/],
		["a: { b: x${Y}z }\n", "1:9", /needs quotes/],
	],
	"a wrong width": [
		[
			"r:\n  - name: a\n    path: /x\n   kind: y\n    handler: z\n",
			"4:4",
			/^`kind` is indented by 3 spaces, the keys beside it by 4 \(line 3\)/,
		],
		[
			"r:\n  - name: a\n    path: /x\n      kind: y\n    handler: z\n",
			"4:7",
			/^`kind` is indented by 6 spaces, the keys beside it by 4 \(line 3\)/,
		],
		[
			"r:\n  - name: a\n  kind: y\n  path: z\n",
			"3:3",
			/^`kind` is indented by 2 spaces, the keys beside it by 4 \(line 2\)/,
		],
		[
			"r:\n   - name: a\n    path: b\n    kind: c\n    handler:\n      plugin: d\n    match: e\n",
			"3:5",
			/^`path` is indented by 4 spaces, the keys beside it by 5 \(line 2\)/,
		],
		[
			"r:\n  - name: a\n - name: b\n   path: c\n  - name: d\n",
			"3:2",
			/^`-` is indented by 1 space, the other items by 2 \(line 2\)/,
		],
		[
			"r:\n  - name: a\n    path: x\n    - name: b\n      path: y\n",
			"4:5",
			/^`-` is indented by 4 spaces, the other items by 2 \(line 2\)/,
		],
		["r:\n  name: a\n  - name: b\n", "3:3", /^an item of a list stands among/],
		["r:\n\t- name: a\n", "2:1", /with a tab$/],
		["r:\n  - name: a\n\tpath: b\n", "3:1", /with a tab$/],
		["a:\n  b: 1\n\tc: 2\n\td: 3\n", "3:1", /with a tab \(and 1 more\)$/],
	],
	"an open quote": [
		['a:\n  text: "x\n  b: 1\nc: 2\n', "2:9", /^the quote .* never closed/],
		['a:\n  text: \'x\n  b: "y"\n', "2:9", /^the quote .* never closed/],
		['a: { text: "x }\nb: "y"\n', "1:12", /^the quote .* never closed/],
		['a: "x\n', "1:4", /^the quote .* never closed/],
		['{\n "a": "x,\n "b": 2\n}\n', "2:7", /^the quote .* never closed/],
	],
	"a quote inside": [
		["a: 'it's fine'\nb: 1\n", "1:7", /^this quote ends the text/],
		['a: "say "x" twice"\nb: 1\n', "1:9", /^this quote ends the text/],
		['a: "b" c\nd: 1\n', "1:8", /^something follows the quoted text/],
		['a: "\\d"\n', "1:5", /^a backslash/],
	],
	"a colon": [
		["a:\n  name:x\n  path: y\n", "2:3", /^there is no space after the colon/],
		["version:1\nroutes:\n  - a: b\n", "1:1", /^there is no space after/],
		["a:\n  - name:x\n    path: y\n", "2:5", /^there is no space after/],
		["a:\n  text: Note: this\n  b: 1\n", "2:9", /^this text holds a `:`/],
		["a: { b: c: d }\n", "1:9", /^this value holds a `: `/],
		["a:\n  foo\n  b: 1\n", "2:3", /^this line is neither a key/],
		["a = 1\nb: 2\n", "1:1", /^this line is neither a key/],
	],
	"a bracket": [
		["a: [b, c\nd: e\n", "1:4", /^the `\[` that opens here is never closed/],
		["a:\n  b: { c: d\n  e: f\n", "2:6", /^the `\{` .* never closed/],
		['{\n "a": 1,\n "b": 2\n', "1:1", /^the `\{` .* never closed/],
		["a: { b: [c }\nd: e\n", "1:9", /^the `\[` .* never closed/],
		["a: [b]]\nc: d\n", "1:7", /^this `\]` closes nothing/],
		["a: { b: c] }\n", "1:10", /^this `\]` closes nothing/],
		['"a": 1, "b": 2 }\n', "1:1", /^the `\{` before this is missing/],
	],
	"a comma": [
		['a: ["b" "c"]\n', "1:9", /^a comma is missing/],
		['{\n "a": "x"\n "b": 2\n}\n', "3:2", /^a comma is missing/],
		["a: { b: c d: e }\n", "1:9", /^this value holds a `: `/],
		["a: [b,, c]\n", "1:7", /^there is nothing before this comma/],
	],
	"a mark at the beginning of a text": [
		["a: @x\nb: 1\n", "1:4", /^a text cannot begin with `@`/],
		["a: `x`\nb: 1\n", "1:4", /^a text cannot begin with a backtick/],
		["a: %x\nb: 1\n", "1:4", /^a text cannot begin with `%`/],
		["firewall: [*]\n", "1:12", /^a text cannot begin with `\*`/],
		["a: >=5\n", "1:4", /^a text cannot begin with `>`/],
		["a: !x y\n", "1:4", /^this tag is not known/],
	],
	"an item": [
		["a: - b\n", "1:4", /^a list item cannot begin on the line of its key/],
		["r:\n  -name: a\n   path: x\n", "2:3", /^there is no space after the `-`/],
	],
	"an alias": [
		["a: &x 1\nb: *y\n", "2:4", /^the alias `\*y` has no anchor `&y`/],
		["a: &x [*x]\n", "1:8", /^the alias `\*x` stands inside its own anchor/],
	],
	"more than one document": [
		["a: 1\n---\nb: 2\n", "2:1", /^a second document begins in line 2/],
	],
	"a key written twice": [
		["a: 1\nb: 2\na: 3\n", "3:1", /^the key `a` .* twice .* first in line 1/],
	],
};

describe("the findings on YAML", () => {
	for (const [family, slips] of Object.entries(SLIPS)) {
		for (const [text, place, words] of slips) {
			it(`name ${family}, once: ${JSON.stringify(text)}`, () => {
				const { source, findings } = parseSource(text, "x.yaml");
				expect(source).to.equal(undefined);
				expect(
					findings.map(({ line, column }) => `${line}:${column}`),
				).to.deep.equal([place]);
				expect(findings[0]?.what).to.match(words);
				expect(findings[0]?.todo).to.not.equal(undefined);
			});
			it(`find it at the same place with the line ends of Windows: ${JSON.stringify(text)}`, () => {
				const { findings } = parseSource(
					text.replaceAll("\n", "\r\n"),
					"x.yaml",
				);
				expect(
					findings.map(({ line, column }) => `${line}:${column}`),
				).to.deep.equal([place]);
			});
		}
	}

	it("come for each of several slips", () => {
		const { findings } = parseSource(
			'a: { b: ${X} }\nc:\n  d: 1\n   e: 2\nf: "open\ng: @x\n',
			"x.yaml",
		);
		expect(findings.map(({ line }) => line)).to.deep.equal([1, 4, 5, 6]);
	});

	it("take no longer than the parser for a file of a program", () => {
		const list = JSON.stringify(
			Array.from({ length: 20_000 }, (_, id) => ({ id })),
		);
		for (const text of [
			list.slice(0, -1),
			`{{${list}`,
			`a: "${"x".repeat(200_000)}`,
		]) {
			const { findings } = parseSource(text, "x.json");
			expect(findings).to.have.length(1);
		}
	}).timeout(20_000);

	it("never show a value, which may be a secret", () => {
		for (const text of [
			"secret:s3cr3t\nb: 1\n",
			"a:\n  s3cr3t\n  b: 1\n",
			"a: { secret: s3cr3t: x }\n",
			'a: "s3cr3t\nb: 1\n',
			"a: @s3cr3t\n",
		]) {
			const { findings } = parseSource(text, "x.yaml");
			expect(findings).to.not.deep.equal([]);
			expect(JSON.stringify(findings)).to.not.include("s3cr3t");
		}
	});

	it("read a mark of the byte order, and the line ends of Windows", () => {
		const { source } = parseSource("\ufeffa: 1\r\nb: |\r\n  c\r\n", "x.yaml");
		expect(source?.value).to.deep.equal({ a: 1, b: "c\n" });
	});
});

/** Words that only the parser has. */
const PARSER_WORDS =
	/Unexpected|mplicit|flow-|node end|must be sufficiently|Plain value|Missing|Nested|Unresolved|not valid YAML/;

describe("a mutated configuration", () => {
	const cases = fileURLToPath(new URL("../config/cases/", import.meta.url));
	const texts = readdirSync(cases)
		.map((name) => `${cases}${name}/routes.yaml`)
		.filter((file) => file.includes("/good-") && existsSync(file))
		.map((file) => readFileSync(file, "utf8"))
		.filter((text) => parseSource(text, "x.yaml").source !== undefined);

	/** Takes 60 characters out in turn, more with `SWITCHHOOK_FUZZ=10`, and one blank in and out of each indentation. */
	function* mutationsOf(text: string): Generator<string> {
		const count = 60 * Number(process.env.SWITCHHOOK_FUZZ ?? 1);
		const stride = Math.ceil(text.length / count);
		for (let at = 0; at < text.length; at += stride) {
			yield text.slice(0, at) + text.slice(at + 1);
		}
		for (const { index } of text.matchAll(/^ +/gm)) {
			yield text.slice(0, index) + text.slice(index + 1);
			yield `${text.slice(0, index)} ${text.slice(index)}`;
			yield text.slice(0, index) + text.slice(index + 2);
		}
	}

	it("is valid, or has findings inside the file in words of our own", () => {
		let count = 0;
		for (const text of texts) {
			for (const mutated of mutationsOf(text)) {
				count += 1;
				const { source, findings } = parseSource(mutated, "x.yaml");
				expect(source !== undefined || findings.length > 0, mutated).to.equal(
					true,
				);
				const lines = mutated.split("\n");
				for (const { line, column, end, what, todo } of findings) {
					expect(`${what} ${todo}`, mutated).to.not.match(PARSER_WORDS);
					for (const at of [{ line, column }, end ?? { line, column }]) {
						const length = lines[at.line - 1]?.length ?? -1;
						expect(at.column, mutated).to.be.within(1, length + 1);
					}
				}
			}
		}
		expect(count).to.be.greaterThan(1500);
	}).timeout(60_000);
});
