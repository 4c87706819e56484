import { WhereError } from "./error.ts";
import { type Token, tokenize } from "./token.ts";

/** A comparison of one field with a value. */
export interface Comparison {
	readonly kind: "compare";
	readonly field: string;
	readonly operator: Operator;
	readonly value: Value;
	/** The place of the value, for a pattern that does not compile. */
	readonly at: number;
	readonly length: number;
}

export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~";

/** A value as it is written. */
export type Value =
	| { readonly kind: "number" | "text"; readonly text: string }
	| { readonly kind: "word"; readonly value: true | false | null }
	| {
			readonly kind: "pattern";
			readonly pattern: string;
			readonly flags: string;
	  };

/** A parsed expression. */
export type Node =
	| Comparison
	| { readonly kind: "not"; readonly of: Node }
	| { readonly kind: "and" | "or"; readonly parts: readonly Node[] };

/** Parses an expression. Throws WhereError at the first mistake. */
export function parseWhere(source: string): Node {
	if (source.length > LENGTH_MAX)
		throw new WhereError(source, {
			at: LENGTH_MAX,
			length: 1,
			what: "the expression is too long",
			expected: `at most ${LENGTH_MAX} characters`,
		});
	const parser = new Parser(source);
	const node = parser.readOr(0);
	parser.expectEnd();
	return node;
}

// --- helpers ---

const LENGTH_MAX = 4000;
const DEPTH_MAX = 50;

/** Other spellings, which users of other languages write. */
const SAME: Readonly<Record<string, string>> = { "==": "=", "=~": "~" };
const OPERATORS: ReadonlySet<string> = new Set([
	"=",
	"!=",
	"<",
	"<=",
	">",
	">=",
	"~",
]);

class Parser {
	readonly #source: string;
	readonly #tokens: readonly Token[];
	#at = 0;

	constructor(source: string) {
		this.#source = source;
		this.#tokens = tokenize(source);
	}

	readOr(depth: number): Node {
		return this.#readList("or", "||", () =>
			this.#readList("and", "&&", () => this.#readOne(depth)),
		);
	}

	expectEnd(): void {
		const { kind } = this.#next;
		if (kind === "end") return;
		throw this.#wrong(
			kind === "close" ? "this bracket was never opened" : undefined,
			"`and`, `or` or the end",
		);
	}

	get #next(): Token {
		return this.#tokens[this.#at] as Token;
	}

	#readList(word: "and" | "or", sign: string, read: () => Node): Node {
		const first = read();
		const parts = [first];
		while (this.#is(word) || this.#next.written === sign) {
			this.#at += 1;
			parts.push(read());
		}
		return parts.length === 1 ? first : { kind: word, parts };
	}

	#readOne(depth: number): Node {
		if (depth > DEPTH_MAX)
			throw this.#wrong(
				"the expression is nested too deeply",
				"fewer brackets",
			);
		if (this.#is("not") || this.#next.written === "!") {
			this.#at += 1;
			return { kind: "not", of: this.#readOne(depth + 1) };
		}
		if (this.#next.kind === "open") {
			this.#at += 1;
			const inner = this.readOr(depth + 1);
			if (!this.#isKind("close"))
				throw this.#wrong(undefined, "`and`, `or` or `)`");
			this.#at += 1;
			return inner;
		}
		return this.#readComparison();
	}

	#readComparison(): Comparison {
		const { kind, written: field } = this.#next;
		if (kind !== "field")
			throw this.#wrong(undefined, "a field, such as payload.status");
		this.#at += 1;
		const { written } = this.#next;
		const operator = SAME[written] ?? written;
		if (!isOperator(operator))
			throw this.#wrong(
				undefined,
				`one of = != < <= > >= ~ after \`${field}\``,
			);
		this.#at += 1;
		const value = this.#next;
		const node: Comparison = {
			kind: "compare",
			field,
			operator,
			value: this.#readValue(operator),
			at: value.at,
			length: value.written.length,
		};
		return node;
	}

	#readValue(operator: Operator): Value {
		const { kind, written, content, flags } = this.#next;
		switch (kind) {
			case "number":
				this.#at += 1;
				return { kind: "number", text: written };
			case "text":
				this.#at += 1;
				return { kind: "text", text: content };
			case "pattern":
				if (operator !== "~")
					throw this.#wrong("a pattern needs the operator `~`", "~ before it");
				this.#at += 1;
				return { kind: "pattern", pattern: content, flags };
			case "word": {
				const value = CONSTANTS.get(written.toLowerCase());
				if (value === undefined) break;
				if (operator !== "=" && operator !== "!=")
					throw this.#wrong(`\`${written}\` has no order`, "= or != before it");
				this.#at += 1;
				return { kind: "word", value };
			}
			case "field":
				throw this.#wrong(
					`\`${written}\` is not in quotes`,
					`a value, such as "${written}"`,
				);
		}
		throw this.#wrong(undefined, "a value: a number, or a text in quotes");
	}

	#isKind(kind: Token["kind"]): boolean {
		return this.#next.kind === kind;
	}

	#is(word: string): boolean {
		const { kind, written } = this.#next;
		return kind === "word" && written.toLowerCase() === word;
	}

	#wrong(what: string | undefined, expected: string): WhereError {
		const { kind, written, at } = this.#next;
		const found =
			kind === "end"
				? "the expression ends here"
				: `\`${written}\` does not fit`;
		return new WhereError(this.#source, {
			at,
			length: written.length,
			what: what ?? found,
			expected,
		});
	}
}

const CONSTANTS: ReadonlyMap<string, true | false | null> = new Map([
	["true", true],
	["false", false],
	["null", null],
]);

function isOperator(text: string): text is Operator {
	return OPERATORS.has(text);
}
