import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import fc from "fast-check";
import type { KeyPath } from "../../../src/finding/located.ts";
import { readQuickly } from "../../../src/finding/quick/source.ts";
import {
	parseRecord,
	parseSource,
	parseSteps,
} from "../../../src/finding/source.ts";
import { atOnce } from "../../../src/turns.ts";

const TEST = fileURLToPath(new URL("../..", import.meta.url));

/** Every YAML file of the tests: the cases of configurations, NCCOs, plugins. */
const FILES = readdirSync(TEST, { recursive: true, encoding: "utf8" })
	.filter((name) => /\.ya?ml$/.test(name))
	.map((name) => readFileSync(join(TEST, name), "utf8"));

/** What YAML is made of, with what parsers are known to quarrel about. */
const BRICKS: readonly string[] = [
	..."abk-?:,[]{}'\"|>#!&*%@`\\~=é😀",
	..."\n \t\r\ufeff\u0085\u2028",
	"\n  ",
	"\n    ",
	"\r\n",
	"- ",
	"- - ",
	"? ",
	": ",
	", ",
	"|\n",
	"|1\n ",
	"|+\n",
	">-\n  ",
	"#x\n",
	"a: b",
	"a: 1\n",
	"- x\n",
	"  - y\n",
	"{a: 1}",
	"[1, 2]",
	"---",
	"...",
	"<<",
	"&a ",
	"*a",
	"!!str ",
	"0b11",
	"0o7",
	"0x1F",
	"01",
	"-1",
	"+1",
	"1.5",
	".5",
	"1.",
	"1e3",
	"1e999",
	"1_000",
	"12345678901234567890",
	"12:30:45",
	"2001-01-01",
	".inf",
	".NaN",
	"null",
	"true",
	"True",
	"yes",
	"on",
	"__proto__",
	"constructor",
	'"\\x41\\n"',
	"'it''s'",
	'"a\n  b"',
	"http://x/y#z",
	":80",
	"-x",
	"?x",
	'"\\u00e9\\/"',
	'{"a":1,b: 2}',
	"[a,\n    b]",
	"{ a: 1, # x\n    b: [] }",
	"|\n    a\n     b\n\n    c\n",
	">-\n    a\n    b\n\n    c\n",
];

const brick = fc.constantFrom(...BRICKS);
const scribble = fc
	.array(brick, { minLength: 1, maxLength: 14 })
	.map((bricks) => bricks.join(""));
/** A scribble mostly is no collection; below a key it is more often. */
const below = scribble.map((text) => `k: ${text}`);
const inList = scribble.map((text) => `- ${text}\n- z`);
/** Lists right below the keys of a document, as routes are: between their items are the steps. */
const lists = fc
	.array(fc.tuple(fc.constantFrom("", "  "), scribble, scribble), {
		minLength: 1,
		maxLength: 3,
	})
	.map((written) =>
		written
			.map(
				([indent, one, other], index) =>
					`k${index}:\n${indent}- ${one}\n${indent}- { a: 1 }\n${indent}- b: ${other}\n`,
			)
			.join(""),
	);
/** A real file, changed in a few places. */
const changed = fc
	.tuple(
		fc.constantFrom(...FILES.filter((text) => text.length < 1500)),
		fc.array(fc.tuple(fc.nat(1500), fc.nat(3), brick), {
			minLength: 1,
			maxLength: 3,
		}),
	)
	.map(([file, changes]) =>
		changes.reduce((text, [position, cut, brick]) => {
			const at = position % (text.length + 1);
			return text.slice(0, at) + brick + text.slice(at + cut);
		}, file),
	);

describe("readQuickly", () => {
	it("reads what the parser of record reads, or declines: the files of the tests", () => {
		const taken = FILES.filter((text) => expectEqual(text));
		expect(taken.length / FILES.length).to.be.greaterThan(0.8);
	});

	for (const [name, texts, numRuns] of [
		["texts", scribble, 1000],
		["texts below a key", below, 1000],
		["texts in a list", inList, 1000],
		["texts in lists of a document", lists, 1000],
		["files with mistakes", changed, 250],
	] as const) {
		it(`reads what the parser of record reads, or declines: ${name}`, () => {
			fc.assert(
				fc.property(texts, (text) => {
					expectEqual(text);
				}),
				{ numRuns: numRuns * FUZZ_FACTOR, seed: 10 },
			);
		});
	}

	it("takes a step for every so many characters of a list", () => {
		const text = `routes:\n${"  - { a: 1 }\n".repeat(100)}more: [1]\n`;
		expect([...readQuickly(text, 130)]).to.have.length(9);
		expect([...readQuickly(text, 1)]).to.have.length(100);
		expect(expectEqual(text)).to.equal(true);
	});

	it("reads the same in every number of steps: the files of the tests", () => {
		for (const text of FILES) {
			const [whole, slow] = [readQuickly(text), readQuickly(text, 1)].map(
				atOnce,
			);
			expect(slow?.value).to.deep.equal(whole?.value);
		}
	});

	it("reads 10,000 routes in steps of a few milliseconds", () => {
		const text = `routes:\n${"  - { name: a, path: /a }\n".repeat(20_000)}`;
		const steps = [...parseSteps(text, "x")];
		expect(steps).to.have.length.greaterThan(5);
		const { source } = atOnce(parseSteps(text, "x"));
		const path = ["routes", 19_999, "path"];
		expect(source?.locate(path)).to.deep.equal({
			file: "x",
			line: 20_001,
			column: 22,
		});
	});

	const taken: readonly (readonly [string, string])[] = [
		["a key of the prototype", "a:\n- 1\n- 2\n- 3\n__proto__: { b: 1 }\n"],
		["a list behind a list", "a:\n- 1\n- 2\nb:\n- 3\n- 4\nc:\n  - 5\n  - 6\n"],
		[
			"comments between items",
			"a:\n  - b\n# c\n  - d\n  # e\n\n  - f\n#g\nh: 1\n",
		],
		["a list within a list", "a:\n- - 1\n  - 2\n- b:\n  - 3\n  - 4\n- 5\n"],
		["empty items", "a:\n-\n-\n- 1\n-\nb:\n"],
		["line ends of Windows", "a:\r\n- 1\r\n- 2\r\nb: 3\r\n"],
		["a port alone", "admin:\n  listen: :8080\n"],
		["brackets over several lines", "a: [\n    1,\n    { b: 2, },\n  ]\n"],
		[
			"comments in braces",
			"a: { # x\n    b: 1, # y\n    c: [],\n    # z\n  }\n",
		],
		["JSON", '{\n"a":1,"b": ["c",{"d":null}],\n"e":"f\\u00e9\\"\\n"\n}\n'],
		["quoted keys", "'a b': 1\n\"c\" : 2\n"],
		[
			"a text of several lines",
			"a: |-\n\n  # x\n   y\n\n  z\nb: >\n  x\n  y\n\n  z\n",
		],
		["a text of several lines at the end", "- a: |\n   x\n\n\n"],
		["a value below its key", "a:\n  b\nc:\n\n  [1]\n"],
		[
			"numbers",
			"[0, -1, +1, 01, 1.5, .5, 1., 1e3, 12:30, 1_000, 2001-01-01]\n",
		],
		["marks within a text", "a: b#c - d:e f, g]\nb: [h#i:j, -k, ?l]\n"],
	];
	for (const [name, text] of taken) {
		it(`takes ${name}`, () => {
			expect(expectEqual(text)).to.equal(true);
		});
	}

	const declined: readonly (readonly [string, string])[] = [
		["nothing", ""],
		["a bare text", "a"],
		["a mistake", "a: [\n"],
		["a key twice", "a: 1\na: 2\n"],
		["an anchor", "a: &x 1\n"],
		["an alias", "a: &x 1\nb: *x\n"],
		["a tag", "a: !!str 1\n"],
		["two documents", "a: 1\n---\nb: 2\n"],
		["a directive", "%YAML 1.1\n---\na: 1\n"],
		["a tab", "a:\t1\n"],
		["a line end of the Macintosh", "a: 1\rb: 2\n"],
		["a binary number", "a: 0b11\n"],
		["a number beyond all others", "a: 1e999\n"],
		["a key that is no text", "null: 1\n"],
		["a key that is a list", "[a]: 1\n"],
		["an explicit key", "? a\n: 1\n"],
		["an item below a comment", "- \n#x\n\n    a\n- z"],
		["a node behind the end of another", "- {a: 1}b: 2\n"],
		["a bracket at the start of a line", "a:\n- [\n1\n]\n- 2\nb: 3\n"],
		["a list in brackets", "a: [\n- 1,\n- 2\n]\n"],
		["items further left than the first", "a:\n    - 1\n  - 2\n"],
		["a text over several lines", "a: 'x\n\n  b:\n  - c\n\n  '\nd: 1\n"],
		["a key twice, with others between", "a:\n- 1\n- 2\n- 3\nb: 1\na: 2\n"],
		["an anchor in a list", "a:\n- &x 1\n- 2\n- *x\n"],
		["a quote without an end", 'a: "b\\'],
		["nesting that nobody writes", `a: ${"[".repeat(200)}${"]".repeat(200)}\n`],
		[
			"a text of several lines with line ends of Windows",
			"a: |\r\n  x\r\nb: 1\r\n",
		],
		["a text of several lines without an end", "a: |\n  x"],
		["spaces at the end of a text of several lines", "a: >-\n  x\n    "],
		["deeper lines in a folded text", "a: >\n  x\n   y\n  z\n"],
		["a comment in a list in brackets", "a: [ # x\n  1]\n"],
		["a pair in a list in brackets", "a: [b: 1]\n"],
		["a key without a value in braces", "a: {b}\n"],
		["a text that continues in the next line", "a: b\n  c\n"],
	];
	for (const [name, text] of declined) {
		it(`declines ${name}`, () => {
			expect(atOnce(readQuickly(text))).to.equal(undefined);
		});
	}

	it("takes a route as most people write one", () => {
		const text =
			"# all\nversion: 1\nroutes:\n  - name: a\n    path: '/a'\n    match: { to: [\"447700900000\", 5] }\n    handler:\n      ncco:\n        - action: talk\n          text: >-\n            Good\n            day\n";
		const quick = atOnce(readQuickly(text));
		expect(quick?.value).to.deep.equal({
			version: 1,
			routes: [
				{
					name: "a",
					path: "/a",
					match: { to: ["447700900000", 5] },
					handler: { ncco: [{ action: "talk", text: "Good day" }] },
				},
			],
		});
		const at = (...path: KeyPath) => quick?.offsetOf(path, "value");
		expect(at("routes", 0, "path")).to.equal(text.indexOf("'/a'"));
		expect(at("routes", 0, "match", "to", 1)).to.equal(text.indexOf("5]"));
		// Where a block of text begins, only the parser of record knows.
		expect(at("routes", 0, "handler", "ncco", 0, "text")).to.equal(undefined);
		expectEqual(text);
	});
});

// --- helpers ---

/** More rounds for a night: `SWITCHHOOK_FUZZ=100`. */
const FUZZ_FACTOR = Number(process.env.SWITCHHOOK_FUZZ ?? 1);

/** Compares value and places where the text is read quickly; true if it was. */
function expectEqual(text: string): boolean {
	const quick = atOnce(readQuickly(text));
	if (quick === undefined) return false;
	const record = parseRecord(text, "x");
	expect(record.findings, JSON.stringify(text)).to.deep.equal([]);
	const value = record.source?.value;
	expect(quick.value, JSON.stringify(text)).to.deep.equal(value);
	// Deep equality does not look at the order of keys.
	expect(JSON.stringify(quick.value)).to.equal(JSON.stringify(value));
	const { source } = parseSource(text, "x");
	for (const path of pathsOf(value)) {
		for (const part of ["key", "value"] as const) {
			expect(
				source?.locate(path, part),
				`${part} of ${path.join("/")} in ${JSON.stringify(text)}`,
			).to.deep.equal(record.source?.locate(path, part));
		}
	}
	return true;
}

/** Every path of a value, and some that lead nowhere. */
function* pathsOf(value: unknown, path: KeyPath = []): Generator<KeyPath> {
	yield path;
	yield [...path, "nowhere"];
	if (Array.isArray(value)) yield [...path, value.length];
	if (typeof value !== "object" || value === null) return;
	for (const [key, item] of Object.entries(value)) {
		yield* pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]);
	}
}
