import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import fc from "fast-check";
import type { Position } from "../../../src/finding/finding.ts";
import type { KeyPath, Source } from "../../../src/finding/located.ts";
import { readQuickly } from "../../../src/finding/quick/source.ts";
import {
	parseRecord,
	parseSource,
	parseSteps,
} from "../../../src/finding/source.ts";
import { memoLast } from "../../../src/memo.ts";
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
];

const brick = fc.constantFrom(...BRICKS);
const scribble = fc
	.array(brick, { minLength: 1, maxLength: 14 })
	.map((bricks) => bricks.join(""));
/** A scribble mostly is no collection; below a key it is more often. */
const below = scribble.map((text) => `k: ${text}`);
const inList = scribble.map((text) => `- ${text}\n- z`);
/** Lists right below the keys of a document, as routes are: where a long text is cut. */
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
					for (const size of PIECES) expectEqualInPieces(text, size);
				}),
				{ numRuns: numRuns * FUZZ_FACTOR, seed: 10 },
			);
		});
	}

	it("reads in pieces what the parser of record reads: the files of the tests", () => {
		for (const text of FILES) {
			for (const size of [16, 200]) expectEqualInPieces(text, size);
		}
	});

	it("takes a step for each piece of a long text", () => {
		const text = `routes:\n${"  - { a: 1 }\n".repeat(100)}more: [1]\n`;
		const steps = [...readQuickly(text, 130)];
		expect(steps).to.have.length.greaterThan(15);
		expect(expectEqualInPieces(text, 130)).to.equal(true);
	});

	it("parses a long text in many steps where requests are served, else in few", () => {
		const text = `routes:\n${"  - { name: a, path: /a }\n".repeat(20_000)}`;
		const stepsOf = (inPieces: boolean) => {
			const steps = parseSteps(text, "x", { inPieces });
			let count = 0;
			for (;;) {
				const { done, value } = steps.next();
				if (done === true) return { count, source: value.source };
				count += 1;
			}
		};
		const [short, long] = [stepsOf(true), stepsOf(false)];
		expect(long.count).to.be.at.most(2);
		expect(short.count).to.be.at.least(14);
		expect(short.source?.value).to.deep.equal(long.source?.value);
		const path = ["routes", 19_999, "path"];
		expect(short.source?.locate(path)).to.deep.equal(long.source?.locate(path));
	});

	const uncut: readonly (readonly [string, string])[] = [
		["a bracket at the start of a line", "a:\n- [\n1\n]\n- 2\nb: 3\n"],
		["a list in brackets", "a: [\n- 1,\n- 2\n]\n"],
		["items further left than the first", "a:\n    - 1\n  - 2\n"],
		["a text over several lines", "a: 'x\n\n  b:\n  - c\n\n  '\nd: 1\n"],
		["a key twice, in two pieces", "a:\n- 1\n- 2\n- 3\nb: 1\na: 2\n"],
		["an anchor in one piece", "a:\n- &x 1\n- 2\n- *x\n"],
		["a key of the prototype", "a:\n- 1\n- 2\n- 3\n__proto__: { b: 1 }\n"],
		["a list behind a list", "a:\n- 1\n- 2\nb:\n- 3\n- 4\nc:\n  - 5\n  - 6\n"],
		[
			"comments between items",
			"a:\n  - b\n# c\n  - d\n  # e\n\n  - f\n#g\nh: 1\n",
		],
		["a list within a list", "a:\n- - 1\n  - 2\n- b:\n  - 3\n  - 4\n- 5\n"],
		["empty items", "a:\n-\n-\n- 1\n-\nb:\n"],
		["line ends of Windows", "a:\r\n- 1\r\n- 2\r\nb: 3\r\n"],
	];
	for (const [name, text] of uncut) {
		it(`reads in pieces as it does at once: ${name}`, () => {
			for (const size of PIECES) expectEqualInPieces(text, size);
			const isTaken = atOnce(readQuickly(text)) !== undefined;
			expect(atOnce(readQuickly(text, 1)) !== undefined).to.equal(isTaken);
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

	it("lets the event loop turn between its two steps", () => {
		const steps = readQuickly("a: 1\n");
		expect(steps.next().done).to.equal(false);
		expect(steps.next().done).to.equal(true);
	});
});

// --- helpers ---

/** More rounds for a night: `SWITCHHOOK_FUZZ=100`. */
const FUZZ_FACTOR = Number(process.env.SWITCHHOOK_FUZZ ?? 1);

/** Compares value and places where the text is read quickly; true if it was. */
function expectEqual(text: string): boolean {
	const quick = atOnce(readQuickly(text));
	if (quick === undefined) return false;
	const record = expectValue(text, quick.value);
	const { source } = parseSource(text, "x");
	for (const [path, part] of spotsOf(quick.value)) {
		const at = source?.locate(path, part);
		expectPlace(text, [path, part], at, record.locate(path, part));
	}
	return true;
}

/** Characters of a piece: every item is one, and several are. */
const PIECES = [1, 12];

/** Compares value and places where the text is read quickly in pieces; true if it was. */
function expectEqualInPieces(text: string, size: number): boolean {
	const quick = atOnce(readQuickly(text, size));
	if (quick === undefined) return false;
	const record = expectValue(text, quick.value);
	const starts = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
	for (const [path, part] of spotsOf(quick.value)) {
		const offset = quick.offsetOf(path, part);
		if (offset === undefined) continue;
		const line = starts.filter((start) => start <= offset).length + 1;
		const column = offset - (starts[line - 2] ?? 0) + 1;
		const at = { file: "x", line, column };
		expectPlace(text, [path, part], record.locate(path, part), at);
	}
	return true;
}

/** One text is read quickly several times: at once, and in pieces of several sizes. */
const recordOf = memoLast((text) => parseRecord(text, "x"));

/** Compares a value with that of the parser of record, and returns what the parser read. */
function expectValue(text: string, value: unknown): Source {
	const { source, findings } = recordOf(text);
	if (source === undefined || findings.length > 0)
		expect.fail(`${JSON.stringify(text)} has ${JSON.stringify(findings)}`);
	expect(value, text).to.deep.equal(source.value);
	// Deep equality does not look at the order of keys.
	expect(JSON.stringify(value)).to.equal(JSON.stringify(source.value));
	return source;
}

/** Compares two places. There are 100,000, so that chai has a look only at those that differ. */
function expectPlace(
	text: string,
	[path, part]: Spot,
	found: Position | undefined,
	due: Position | undefined,
): void {
	if (
		found !== undefined &&
		found.file === due?.file &&
		found.line === due.line &&
		found.column === due.column &&
		found.end === due.end
	)
		return;
	const spot = `${part} of ${path.join("/")} in ${JSON.stringify(text)}`;
	expect(found, spot).to.deep.equal(due);
}

/** The key or the value at a path. */
type Spot = readonly [path: KeyPath, part: "key" | "value"];

function* spotsOf(value: unknown): Generator<Spot> {
	for (const path of pathsOf(value)) {
		yield [path, "key"];
		yield [path, "value"];
	}
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
