import { expect } from "chai";
import { read, rowsOf } from "./tools.ts";

const ROWS = {
	"447700900001": { number: "447700900001", greeting: "Hello" },
	"0612": { number: "0612", greeting: "Hallo" },
};

describe("a table in YAML or JSON", () => {
	for (const [what, file, text] of [
		[
			"a list",
			"t.yaml",
			'- { number: "447700900001", greeting: Hello }\n- number: "0612"\n  greeting: Hallo\n',
		],
		[
			"a list with numbers, as they are written",
			"t.yml",
			"- { number: 447700900001, greeting: Hello }\n- {number: 0612, greeting: Hallo}\n",
		],
		[
			"a mapping",
			"t.yaml",
			'"447700900001": { greeting: Hello }\n"0612": { greeting: Hallo }\n',
		],
		[
			"a mapping with numbers, as they are written",
			"t.yaml",
			"447700900001: { greeting: Hello }\n0612: { greeting: Hallo }\n",
		],
		[
			"a mapping in one line",
			"t.yaml",
			"{ 447700900001: { greeting: Hello }, 0612: { greeting: Hallo } }",
		],
		[
			"JSON, a list",
			"t.json",
			'\ufeff[{"number":447700900001,"greeting":"Hello"},{"number":"0612","greeting":"Hallo"}]',
		],
		[
			"JSON, a mapping",
			"t.json",
			'{"447700900001":{"greeting":"Hello"},"0612":{"greeting":"Hallo"}}',
		],
	] as const) {
		it(`takes ${what}`, () => {
			expect(rowsOf(file, text)).to.deep.equal(ROWS);
		});
	}

	it("keeps numbers that are too long for a number", () => {
		const long = "12345678901234567890123";
		for (const [file, text] of [
			["t.yaml", `- number: ${long}\n`],
			["t.yaml", `${long}: {}\n`],
			["t.json", `[{"number":${long}}]`],
		] as const) {
			expect(rowsOf(file, text)).to.deep.equal({ [long]: { number: long } });
		}
	});

	it("keeps what a value is, and knows all columns", () => {
		const { table } = read(
			"t.yaml",
			"- { number: a, isOpen: false, lines: [x, y] }\n- { number: b, more: { deep: 1 } }\n",
		);
		expect(table?.rows.get("a")).to.deep.equal({
			number: "a",
			isOpen: false,
			lines: ["x", "y"],
		});
		expect([...(table?.columns ?? [])]).to.deep.equal([
			"number",
			"isOpen",
			"lines",
			"more",
		]);
	});

	for (const [what, file, text, ...lines] of [
		[
			"a key twice in a list",
			"t.yaml",
			'- number: "1"\n- number: "2"\n- number: 1\n',
			'3:11: error: the key "1" is there twice, first in line 1. Keep one of the two rows.',
		],
		[
			"a key twice in a mapping",
			"t.yaml",
			"a: {}\na: {}\n",
			"2:1: error: the key `a` is written twice in one mapping, first in line 1. Keep one of the two.",
		],
		[
			"a key twice in a mapping of JSON",
			"t.json",
			'{"a":{},\n"a":{}}',
			"2:1: error: the key `a` is written twice in one mapping, first in line 1. Keep one of the two.",
		],
		[
			"a row without the key",
			"t.yaml",
			"- numbr: x\n- number:\n",
			"1:3: error: a row has no `number`, which is the `key` of the table (and 1 more). Did you mean `numbr`?",
		],
		[
			"a key that YAML reads as something else",
			"t.yaml",
			"- number: true\n- number: 1e3\n- number: 0x1F\n",
			"1:11: error: a key is `true`, and not a text (and 2 more). Expected a text, or a number in digits alone. Put the key in quotes.",
		],
		[
			"such a key of a mapping",
			"t.yaml",
			"a: {}\n+4477: {}\n",
			"2:1: error: a key is a number, and not a text. Expected a text, or a number in digits alone. Put the key in quotes.",
		],
		[
			"a row that is no mapping",
			"t.yaml",
			"a: Hello\n",
			"1:4: error: a row is text. Expected a mapping of columns to values, such as `greeting: Hello`.",
		],
		[
			"what is neither a list nor a mapping",
			"t.json",
			"5",
			"1:1: error: the table is a number. Expected a list of rows, or a mapping of keys to rows.",
		],
		[
			"an empty mapping of nothing",
			"t.yaml",
			"# nothing\n",
			"1:1: error: the table is empty. Expected a list of rows, or a mapping of keys to rows.",
		],
	] as const) {
		it(`finds ${what}`, () => {
			const { findings, table } = read(file, text);
			expect(findings).to.deep.equal(lines.map((line) => `${file}:${line}`));
			expect(table).to.equal(undefined);
		});
	}

	it("says where text is no YAML", () => {
		expect(read("t.yaml", "- { number: 1\n").findings.join()).to.match(
			/^t\.yaml:\d+:\d+: error: the `\{` that opens/,
		);
		expect(read("t.json", '{"a":').findings.join()).to.match(
			/^t\.json:1:1: error: the `\{` that opens/,
		);
	});
});
