/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are those of routes.yaml */
import { expect } from "chai";
import { showFindings, summarize } from "../../../src/cli/findings/show.ts";
import type { Finding } from "../../../src/finding/finding.ts";

const FINDING: Finding = {
	file: "routes.yaml",
	line: 1,
	column: 1,
	severity: "error",
	what: "it is wrong",
};

/** The lines of one finding's frame, without statement and place. */
function frameOf(
	text: string,
	at: Partial<Finding>,
	width = 80,
	file = "routes.yaml",
): string[] {
	const [, , , ...lines] = showFindings([{ ...FINDING, file, ...at }], {
		colour: false,
		width,
		sources: new Map([[file, text]]),
	});
	return lines.slice(0, -1);
}

describe("showFindings", () => {
	it("writes a statement, a place, the line with carets, and advice", () => {
		const lines = showFindings(
			[
				{
					...FINDING,
					line: 2,
					column: 5,
					what: "unknown key `knd` in the route",
					expected: "`kind`",
					todo: "did you mean `kind`?",
				},
			],
			{
				colour: false,
				width: 80,
				sources: new Map([
					["routes.yaml", "routes:\n  - knd: sms.inbound # old\n"],
				]),
			},
		);
		expect(lines).to.deep.equal([
			"error: unknown key `knd` in the route",
			" --> routes.yaml:2:5",
			"  |",
			"2 |   - knd: sms.inbound # old",
			"  |     ^^^",
			"  = expected: `kind`",
			"  = help: did you mean `kind`?",
			"",
		]);
	});

	it("writes one line for each finding where no terminal is", () => {
		const lines = showFindings([{ ...FINDING, todo: "change it" }], {
			colour: true,
			width: undefined,
			sources: new Map([["routes.yaml", "a: 1\n"]]),
		});
		expect(lines).to.have.length(1);
		expect(lines[0]).to.match(/^routes\.yaml:1:1: error: it is wrong/);
		expect(lines[0]).not.to.include("\u001b");
	});

	it("colours each severity in its own way, and nothing without colour", () => {
		const show = (colour: boolean): string =>
			(["error", "warning", "note"] as const)
				.flatMap((severity) =>
					showFindings([{ ...FINDING, severity }], {
						colour,
						width: 80,
						sources: new Map([["routes.yaml", "a: 1\n"]]),
					}),
				)
				.join("\n");
		expect(show(true)).to.include("\u001b[1;31merror\u001b[0m");
		expect(show(true)).to.include("\u001b[1;33mwarning\u001b[0m");
		expect(show(true)).to.include("\u001b[1;36mnote\u001b[0m");
		expect(show(false)).not.to.include("\u001b");
	});

	const MARKED: readonly [string, string, number, string][] = [
		["a quoted text", 'a: "b c" # d', 4, '"b c"'],
		["a text in single quotes", "a: 'it''s' # d", 4, "'it''s'"],
		["a plain text with blanks", "a: b c # d", 4, "b c"],
		["a key", "abc: d", 1, "abc"],
		["a plain text in a mapping in braces", "a: { b: c d, e: f }", 9, "c d"],
		["a reference", "a: ${X} # d", 4, "${X}"],
		["a template", "a: { b: {{ x, y }} }", 9, "{{ x, y }}"],
		["a list", "a: [b, [c]] # d", 4, "[b, [c]]"],
		["an alias", "a: *b # c", 4, "*b"],
	];
	for (const [name, text, column, marked] of MARKED) {
		it(`marks ${name}`, () => {
			const [source = "", carets = ""] = frameOf(text, { column });
			const from = carets.indexOf("^");
			expect(source.slice(from, carets.length)).to.equal(marked);
		});
	}

	it("marks a given part instead of a word", () => {
		const [, carets] = frameOf("a: b c d", {
			column: 4,
			end: { line: 1, column: 7 },
		});
		expect(carets).to.equal("  |    ^^^");
	});

	it("marks behind the end of the line what is missing there", () => {
		expect(frameOf("a:\n", { column: 3 })[1]).to.equal("  |   ^");
	});

	it("draws the first and the last line of a part of several", () => {
		const text = "a: [b,\n  c,\n  d]\n";
		const lines = frameOf(text, { column: 4, end: { line: 3, column: 5 } });
		expect(lines).to.deep.equal([
			"1 | a: [b,",
			"  |    ^^^",
			"...",
			"3 |   d]",
			"  |   ^^",
		]);
	});

	it("widens tabs, and counts wide and combined characters as a terminal does", () => {
		expect(frameOf("\ta: b", { column: 5 })).to.deep.equal([
			"1 |     a: b",
			"  |        ^",
		]);
		expect(frameOf('a: "日本" # x', { column: 4 })[1]).to.equal(
			"  |    ^^^^^^",
		);
		expect(frameOf('a: "👩‍💻é" # x', { column: 4 })[1]).to.equal(
			"  |    ^^^^^",
		);
	});

	it("shows characters that a terminal obeys as escapes", () => {
		expect(frameOf('a: "\u001b[2J\u202e"', { column: 4 })).to.deep.equal([
			'1 | a: "\\x1b[2J\\u{202e}"',
			`  |    ${"^".repeat(17)}`,
		]);
	});

	it("cuts a long line around the part that is meant", () => {
		for (const column of [4, 150, 301, 600]) {
			const text = `a: ${"x".repeat(column - 4)} ${"y".repeat(5)} ${"z".repeat(600)}`;
			const [source = "", carets = ""] = frameOf(
				text,
				{ column: column + 1, end: { line: 1, column: column + 6 } },
				60,
			);
			expect(source.length).to.be.at.most(60);
			const from = carets.indexOf("^");
			expect(source.slice(from, carets.length)).to.equal("yyyyy");
			expect(source).to.match(/…$/);
		}
	});

	it("reads lines that end as on Windows", () => {
		expect(frameOf("a: 1\r\nb: 2\r\n", { line: 2, column: 4 })).to.deep.equal([
			"2 | b: 2",
			"  |    ^",
		]);
	});

	it("has no frame for a line that is not there, nor for a file that is not given", () => {
		const options = { colour: false, width: 80 };
		for (const sources of [
			new Map<string, string>(),
			new Map([["routes.yaml", ""]]),
		]) {
			expect(
				showFindings([{ ...FINDING, line: 7 }], { ...options, sources }),
			).to.deep.equal(["error: it is wrong", " --> routes.yaml:7:1", ""]);
		}
	});
});

describe("a frame", () => {
	const HIDDEN: readonly [string, string, string][] = [
		["a secret", "secret: s3cr3t", "secret: ********"],
		[
			"a quoted secret",
			'secret: "s3cr3t" # x',
			'secret: "********" # ********',
		],
		[
			"a secret in braces",
			"a: { scheme: hmac, secret: s3cr3t, header: x }",
			"a: { scheme: hmac, secret: ********, header: x }",
		],
		[
			"a list of secrets",
			"secrets: [s3cr3t, s3cr3t]",
			"secrets: [********, ********]",
		],
		[
			"secrets by account",
			"secrets: { 12ab: s3cr3t }",
			"secrets: { 12ab: ******** }",
		],
		[
			"a secret in JSON",
			'{ "secret": "s3cr3t", "a": 1 }',
			'{ "secret": "********", "a": 1 }',
		],
		["a password", "password: s3cr3t", "password: ********"],
		[
			"a header",
			"  authorization: Bearer s3cr3t",
			"  authorization: ******** ********",
		],
		[
			"the password of a URL",
			"store: postgres://me:s3cr3t@db/x",
			"store: postgres://me:********@db/x",
		],
		["an open quote", 'secret: "s3cr3t', 'secret: "********'],
		["a reference", "secret: ${NAME}", "secret: ${NAME}"],
	];
	for (const [name, text, shown] of HIDDEN) {
		it(`shows ${name} as it may be seen`, () => {
			const [source] = frameOf(text, {});
			expect(source).to.equal(`1 | ${shown}`);
		});
	}

	it("hides secrets that stand below their key", () => {
		const text =
			"a:\n  secrets:\n  - s3cr3t\n  secret: |\n    s3cr3t\n  next: shown\n";
		expect(frameOf(text, { line: 3 })[0]).to.equal("3 |   - ********");
		expect(frameOf(text, { line: 5 })[0]).to.equal("5 |     ********");
		expect(frameOf(text, { line: 6 })[0]).to.equal("6 |   next: shown");
	});

	it("finds its way through a line of any length", () => {
		const text = `a: ${"x".repeat(500_000)}\nb: ${"x:".repeat(200_000)}\n`;
		expect(frameOf(text, { line: 2, column: 1 })).to.have.length(2);
	});

	it("marks a hidden secret as a whole", () => {
		expect(frameOf("secret: s3cr3t", { column: 9 })[1]).to.equal(
			"  |         ^^^^^^^^",
		);
	});

	it("hides every value of an environment file", () => {
		const text = '# a comment\nA=s3cr3t\nB="s3cr3t\ns3cr3t"\n';
		expect(frameOf(text, { line: 1 }, 80, ".env")[0]).to.equal(
			"1 | # a comment",
		);
		expect(frameOf(text, { line: 2 }, 80, ".env")[0]).to.equal(
			"2 | A=********",
		);
		expect(frameOf(text, { line: 4 }, 80, ".env")[0]).to.equal("4 | ********");
	});
});

describe("summarize", () => {
	it("counts what was found, and says where", () => {
		const of = (...severities: Finding["severity"][]): Finding[] =>
			severities.map((severity) => ({ ...FINDING, severity }));
		expect(summarize(of("error", "error", "warning"))).to.equal(
			"2 errors, 1 warning in routes.yaml",
		);
		expect(summarize([])).to.equal("0 errors, 0 warnings");
		expect(
			summarize([...of("note", "warning"), { ...FINDING, file: "more.yaml" }]),
		).to.equal("1 error, 1 warning, 1 note in 2 files");
	});
});
