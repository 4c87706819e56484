import type { Wording } from "../../finding/finding.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import { missingRowOf } from "./lookup.ts";

/** The names that LiquidJS knows, for suggestions. */
export interface KnownWords {
	readonly filters: readonly string[];
	readonly tags: readonly string[];
}

/** Describes a mistake in a text that LiquidJS cannot parse, without its lines and columns, which are relative to the text. */
export function wordMistake(error: unknown, known: KnownWords): Wording {
	const message = withoutPlace(error as Error);
	const written = textOf(error);
	for (const [pattern, word] of MISTAKES) {
		const found = pattern.exec(message);
		if (found !== null) return word(found[1] ?? "", { ...known, written });
	}
	return { what: `not a valid template: ${message}` };
}

/** Describes in one line why a template failed, without a value. */
export function describeFailure(error: unknown): string {
	const missing = missingRowOf(error);
	if (missing === undefined) return withoutPlace(error as Error);
	const key = keyOf(error);
	return key === undefined
		? missing.message
		: `the table \`${missing.table}\` has no row for \`${key}\``;
}

// --- helpers ---

interface Context extends KnownWords {
	/** The output or tag with the mistake, as far as LiquidJS knows it. */
	readonly written: string;
}

type Word = (found: string, context: Context) => Wording;

const BLOCK_ENDS: Readonly<Record<string, string>> = {
	else: "if",
	elsif: "if",
	when: "case",
	endcomment: "comment",
};

const MISTAKES: readonly (readonly [RegExp, Word])[] = [
	[
		/^output (.*) not closed/s,
		(_found, { written }) => {
			const isOpenQuote =
				countOf(written, "'") % 2 === 1 || countOf(written, '"') % 2 === 1;
			return isOpenQuote
				? { what: "a quote inside `{{ }}` is never closed", todo: "close it" }
				: {
						what: "a `{{` is never closed",
						expected: "`}}`",
						todo: "close it",
					};
		},
	],
	[
		/^tag (\{%.*%\}) not closed/s,
		(tag) => {
			const name = nameOf(tag);
			return {
				what: `\`${tag}\` is never closed`,
				todo: `write \`{% end${name} %}\` behind it`,
			};
		},
	],
	[
		/^tag (.*) not closed/s,
		() => ({
			what: "a `{%` is never closed",
			expected: "`%}`",
			todo: "close it",
		}),
	],
	[
		/^(?:raw|comment) .* not closed/s,
		(_found, { written }) => {
			const name = nameOf(written) || "raw";
			return {
				what: `\`{% ${name} %}\` is never closed`,
				todo: `write \`{% end${name} %}\` behind it`,
			};
		},
	],
	[
		/^tag "(.*)" not found/s,
		(name, { tags }) => {
			const opener =
				BLOCK_ENDS[name] ??
				(name.startsWith("end") ? name.slice(3) : undefined);
			if (opener !== undefined && tags.includes(opener)) {
				return {
					what: `\`{% ${name} %}\` has no \`{% ${opener} … %}\` in front of it`,
					todo: "add one, or take it out",
				};
			}
			return {
				what: `a template knows no tag \`${name}\``,
				expected: listWords(tags),
				todo: didYouMean(name, tags),
			};
		},
	],
	[
		/^undefined filter: (.*)/s,
		(name, { filters }) => {
			const todo = didYouMean(name, filters);
			return {
				what: `a template knows no filter \`${name}\``,
				expected:
					todo === undefined
						? "a filter of Liquid, such as `default`, `append` or `upcase`"
						: undefined,
				todo,
			};
		},
	],
	[
		/^invalid value expression: "(.*)"/s,
		(found) =>
			found.trim() === ""
				? {
						what: "an expression is empty",
						expected: "a value, such as `payload.from`",
					}
				: {
						what: `\`${found}\` is not a value`,
						expected:
							"a name such as `payload.from`, a text in quotes, or a number",
					},
	],
	[
		/^expected filter name/,
		(_found, { written }) => ({
			what: "a `|` has no filter behind it",
			todo: written.includes("||")
				? "write `or` in a condition, and `| default:` elsewhere"
				: "name one, or take it out",
		}),
	],
	[
		/^expected "\|" before filter/,
		(_found, { written }) => wordOperator(written),
	],
	[
		/^expected ":" after filter name/,
		() => ({
			what: "a filter has a value without a colon",
			todo: 'write it as `| append: "…"`',
		}),
	],
	[
		/^unexpected "(.*)"/s,
		(found) =>
			found.startsWith("if ")
				? {
						what: `\`{% else ${found} %}\` is not a tag`,
						todo: `write \`{% elsif ${found.slice(3)} %}\``,
					}
				: {
						what: `\`${found}\` stands where nothing is expected`,
						todo: "take it out",
					},
	],
	[
		/^\[ not closed/,
		() => ({
			what: "a `[` is never closed",
			expected: "`]`",
			todo: "close it",
		}),
	],
	[
		/^expected "="/,
		() => ({
			what: "an `assign` has no `=`",
			expected: "`{% assign name = value %}`",
		}),
	],
	[
		/^illegal tag(?:: (.*)| syntax.*)/s,
		(tag) =>
			nameOf(tag) === "for"
				? {
						what: `\`${tag}\` is not a loop`,
						expected: "`{% for item in payload.items %}`",
					}
				: {
						what:
							tag === ""
								? "a tag has no name"
								: `\`${tag}\` is not a valid tag`,
						expected: "`{% if … %}`, `{% assign … %}` or the like",
					},
	],
	[
		/^unexpected character "(.*)"/s,
		(found) => ({
			what: `\`${found}\` stands between two values of a filter`,
			todo: "separate the values by commas",
		}),
	],
];

/** Handles an expression that continues where only a filter is allowed, usually with an operator of another language. */
function wordOperator(written: string): Wording {
	const operator =
		/(?<![=!<>])=(?!=)|&&|\|\||\?|[+*/]|\.\.|(?<=\s)-(?=\s)/.exec(written)?.[0];
	const todo = operator === undefined ? undefined : OPERATORS[operator];
	return {
		what: `\`${shorten(written)}\` goes on behind a value`,
		expected: "a filter behind a `|`, or the end",
		todo: todo ?? "write a filter as `| name`, and a text in quotes",
	};
}

const OPERATORS: Readonly<Record<string, string>> = {
	"=": "write `==` to compare",
	"&&": "write `and`",
	"||": "write `or`, or `| default:`",
	"?": "write `{% if … %}…{% else %}…{% endif %}`",
	"+": "write `| plus: 1` for numbers, `| append: …` for texts",
	"-": "write `| minus: 1`",
	"*": "write `| times: 2`",
	"/": "write `| divided_by: 2`",
	"..": "take one of the two dots out",
};

const SHOWN_MAX = 60;

function shorten(text: string): string {
	const line = text.replace(/\s+/g, " ").trim();
	return line.length > SHOWN_MAX ? `${line.slice(0, SHOWN_MAX - 1)}…` : line;
}

function countOf(text: string, character: string): number {
	return text.split(character).length - 1;
}

function nameOf(tag: string): string {
	return /^\{%-?\s*(\w+)/.exec(tag)?.[1] ?? "";
}

function withoutPlace({ message }: Error): string {
	return message.replace(/, line:\d+, col:\d+$/, "");
}

/** Returns the part of a template that an error of LiquidJS refers to. */
function textOf(error: unknown): string {
	const { token } = error as {
		readonly token?: { readonly input?: string; getText?(): string };
	};
	const text = token?.getText?.() ?? "";
	return text.startsWith("{") ? text : (token?.input ?? text);
}

/** Returns the expression that was used to look up a table, such as `payload.to`. */
function keyOf(error: unknown): string | undefined {
	const { token } = error as {
		readonly token?: { readonly props?: readonly { getText?(): string }[] };
	};
	const text = token?.props?.[1]?.getText?.();
	return text === undefined || text === "" ? undefined : text;
}
