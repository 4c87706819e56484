import { expect } from "chai";
import fc from "fast-check";
import { read, rowsOf } from "./tools.ts";

describe("a table in CSV", () => {
	for (const [what, text] of [
		["commas", "number,greeting\n447700900001,Hello\n"],
		["semicolons", "number;greeting\n447700900001;Hello\n"],
		["tabs", "number\tgreeting\n447700900001\tHello\n"],
		[
			"CRLF and no line end at the end",
			"number,greeting\r\n447700900001,Hello",
		],
		["the line ends of old Macs", "number,greeting\r447700900001,Hello\r"],
		["a byte order mark", "\ufeffnumber,greeting\n447700900001,Hello\n"],
		["quotes", '"number","greeting"\n"447700900001","Hello"\n'],
		["empty lines", "\nnumber,greeting\n\n447700900001,Hello\n\n"],
		[
			"blanks around the names of columns",
			"number, greeting \n447700900001,Hello",
		],
	] as const) {
		it(`takes ${what}`, () => {
			expect(rowsOf("t.csv", text)).to.deep.equal({
				"447700900001": { number: "447700900001", greeting: "Hello" },
			});
		});
	}

	it("takes tabs for a .tsv, whatever its head line has more of", () => {
		expect(rowsOf("t.tsv", "number\ta,b,c\n1\t2\n")).to.deep.equal({
			"1": { number: "1", "a,b,c": "2" },
		});
	});

	it("keeps quotes, separators, line breaks and blanks inside quotes", () => {
		const text = 'number,greeting\n1,"a ""b"", c\r\nd "\n2,""\n';
		expect(rowsOf("t.csv", text)).to.deep.equal({
			"1": { number: "1", greeting: 'a "b", c\r\nd ' },
			"2": { number: "2", greeting: "" },
		});
	});

	it("keeps leading zeros and long numbers", () => {
		const rows = rowsOf("t.csv", "number\n0612345678\n123456789012345678901\n");
		expect(Object.keys(rows as object)).to.have.members([
			"0612345678",
			"123456789012345678901",
		]);
	});

	it("keeps columns and keys with names that objects have of their own", () => {
		const { table } = read(
			"t.csv",
			"number,__proto__\nconstructor,x\n__proto__,y\n",
		);
		expect(Object.entries(table?.rows.get("constructor") ?? {})).to.deep.equal([
			["number", "constructor"],
			["__proto__", "x"],
		]);
		expect(table?.rows.get("__proto__")?.number).to.equal("__proto__");
		expect(table?.rows.get("toString")).to.equal(undefined);
	});

	it("has its columns, also without any row", () => {
		const { table } = read("t.csv", "number,greeting\n");
		expect(table?.rows.size).to.equal(0);
		expect([...(table?.columns ?? [])]).to.deep.equal(["number", "greeting"]);
	});

	for (const [what, text, ...lines] of [
		[
			"an empty file",
			" \n",
			"1:1: error: the table is empty. Expected a head line with `number` in it, or a list of rows.",
		],
		[
			"a head line without the key, and suggests",
			"numbre,a\n1,2\n",
			"1:1: error: the head line has no column `number`, which is the `key` of the table. Did you mean `numbre`?",
		],
		[
			"a column without a name, and one twice",
			"number,,a,a\n1,2,3,4\n",
			"1:8: error: column 2 of the head line has no name. Name it, or take it out of every line.",
			"1:11: error: two columns are called `a`. Give one of them another name.",
		],
		[
			"a key twice, and counts the others",
			"number\n1\n2\n1\n2\n1\n",
			'4:1: error: the key "1" is there twice, first in line 2 (and 2 more). Keep one of the two rows.',
		],
		[
			"a row without a key",
			"a,number\nx,1\ny,\n",
			"3:3: error: a row has no key: its `number` is empty. Fill it in, or take the row out.",
		],
		[
			"a key with blanks around it",
			"number,a\n 1,x\n",
			'2:1: warning: the key " 1" has blanks around it, which count. Take them out.',
		],
		[
			"a row that is too short",
			"number,a\n1\n",
			"2:1: error: this row has 1 value, the head line has 2. Write every value, also an empty one.",
		],
		[
			"a row that is too long, at the first value too many",
			"number,a\n1,Hello, you\n",
			"2:9: error: this row has 3 values, the head line has 2. Put a value that holds the separator in quotes.",
		],
		[
			"a quote that is never closed, where it opens",
			'number,a\n1,"x\n2,y\n',
			'2:3: error: the quote that opens here is never closed. Close it, and write each quote inside the value twice: `""`.',
		],
		[
			"text behind a closing quote, and reads on in the next line",
			'number,a\n1,"x"y\n1\n',
			'2:6: error: text stands behind the quote that closes a value. Expected `,` or the end of the line. Write each quote inside the value twice: `""`.',
			"3:1: error: this row has 1 value, the head line has 2. Write every value, also an empty one.",
		],
		[
			"a quote in a value without quotes",
			'number,a\n1,5" pipe\n2, "x"\n',
			'2:4: error: a quote stands inside a value that does not begin with one (and 1 more). Put the whole value in quotes, and write each quote in it twice: `""`.',
		],
		[
			"the line behind a value with line breaks",
			'number,a\n1,"x\r\ny\nz"\n1,y\n',
			'5:1: error: the key "1" is there twice, first in line 2. Keep one of the two rows.',
		],
	] as const) {
		it(`finds ${what}`, () => {
			const { findings, table } = read("t.csv", text);
			expect(findings).to.deep.equal(lines.map((line) => `t.csv:${line}`));
			const isWrong = lines.some((line) => line.includes(" error: "));
			expect(table === undefined).to.equal(isWrong);
		});
	}

	it("finds bytes that are no UTF-8, and says what to do", () => {
		const bytes = Buffer.from("number,a\n1,\ufffdGr\u00fc\u00dfe\n", "utf8");
		const broken = Buffer.concat([
			bytes,
			Buffer.from("2,Gr\xfc\xdfe\n", "latin1"),
		]);
		expect(read("t.csv", broken).findings).to.deep.equal([
			"t.csv:3:5: error: the table is not UTF-8: a character here is written in another encoding. Expected UTF-8. Save it again as UTF-8, which Excel calls `CSV UTF-8`.",
		]);
		const wide = Buffer.from("\ufeffnumber,a\n", "utf16le");
		expect(read("t.csv", wide).findings.join()).to.contain(
			"the table is UTF-16",
		);
	});

	it("reads back whatever was written by RFC 4180", () => {
		const cell = fc.string({
			unit: fc.constantFrom("a", '"', ",", ";", "\n", "\r\n", " ", "ü"),
		});
		fc.assert(
			fc.property(
				fc.array(fc.tuple(cell, cell), { maxLength: 8 }),
				fc.constantFrom(",", ";", "\t"),
				fc.constantFrom("\n", "\r\n"),
				(cells, separator, end) => {
					const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
					const lines = cells.map(([a, b], index) =>
						[String(index), quote(a), quote(b)].join(separator),
					);
					const text = [`number${separator}a${separator}b`, ...lines].join(end);
					const expected = cells.map(([a, b], index) => [
						String(index),
						{ number: String(index), a, b },
					]);
					expect(rowsOf("t.csv", text)).to.deep.equal(
						Object.fromEntries(expected),
					);
				},
			),
		);
	});
});
