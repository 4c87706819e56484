/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are those of routes.yaml */
import { endOfLine, quoteInstead, type Slip } from "./slip.ts";

/**
 * Finds a slip in a text without quotes: one that begins with a mark of YAML, holds `{{ }}` or `${…}` between brackets, or a `: `.
 *
 * @param inFlow true between brackets, where more marks count
 */
export function plainSlip(
	text: string,
	from: number,
	inFlow: boolean,
): Slip | undefined {
	const line = text.slice(from, endOfLine(text, from));
	const slip = (length: number, what: string, todo = QUOTES): Slip => ({
		from,
		to: from + length,
		what,
		todo,
		repair: quoteInstead(from, from + length),
	});
	if (line.startsWith("{{") || (inFlow && TEMPLATE.test(line))) {
		return slip(
			endOfTemplate(line, inFlow),
			"a text with `{{ }}` needs quotes here",
			'put all of the text in quotes: `"Hello {{ payload.from }}"`',
		);
	}
	const reference = inFlow ? REFERENCE.exec(line)?.[0] : undefined;
	if (reference !== undefined) {
		return slip(
			reference.trimEnd().length,
			"a text with `${ }` needs quotes between brackets",
			`put all of the text in quotes: \`"${PLAIN_REFERENCE.exec(line)?.[0] ?? "${NAME}"}"\``,
		);
	}
	const end = endOfPlain(line, inFlow);
	const mark = MARKS.find(({ pattern }) => pattern.test(line));
	if (mark !== undefined) {
		const first = line[0] === "`" ? "a backtick" : `\`${line[0]}\``;
		const what = mark.what ?? `a text cannot begin with ${first}`;
		const found = slip(end, what, mark.todo);
		// Lines below would belong to a text in lines: so they do when it begins as one.
		return /^[|>]/.test(line) && !inFlow
			? { ...found, repair: [{ from: from + 1, to: from + end, text: "" }] }
			: found;
	}
	if (inFlow || !/:(?:\s|$)/.test(line.slice(0, end))) return undefined;
	return slip(end, "this text holds a `:`, which begins another key");
}

// --- helpers ---

/** A reference that is all of the text: without a default, which may be a secret. */
const PLAIN_REFERENCE = /^\$\{\w+\}(?=\s*(?:[,}\]]|$))/;

const QUOTES = "put the text in quotes";

/** A plain text up to `{{`, with nothing before it that would end the text. */
const TEMPLATE = /^(?:(?!: |\s#)[^,[\]{}])*\{\{/;

/** Likewise up to `${…}` and what follows it. */
const REFERENCE =
	/^(?:(?!: |\s#)[^,[\]{}])*\$\{[^}]*\}(?:\$\{[^}]*\}|(?!: |\s#)[^,[\]{}])*/;

interface Mark {
	readonly pattern: RegExp;
	/** Default: a text cannot begin so. */
	readonly what?: string;
	readonly todo?: string;
}

const MARKS: readonly Mark[] = [
	{ pattern: /^[@`%]/ },
	{ pattern: /^\*(?:[\s,\]}.*]|$)/ },
	{ pattern: /^&(?:[\s,\]}&]|$)/ },
	{ pattern: /^[|>](?![-+\d]{0,2}\s*(?:$|\s#))/ },
	{
		pattern: /^-(?:\s|$)/,
		what: "a list item cannot begin on the line of its key",
		todo: "put each item on a line of its own, or write the list as `[a, b]`",
	},
];

/** The length of a text from its first word to the end of its last `}}`, and what follows. */
function endOfTemplate(line: string, inFlow: boolean): number {
	let at = 0;
	for (;;) {
		const open = line.indexOf("{{", at);
		const stop = inFlow
			? line.slice(at).search(/[,\]}]|\s#/)
			: line.slice(at).search(/\s#/);
		const next = stop < 0 ? line.length : at + stop;
		if (open < 0 || open > next) return line.slice(0, next).trimEnd().length;
		const close = line.indexOf("}}", open);
		if (close < 0) return line.trimEnd().length;
		at = close + 2;
	}
}

/** The length of a plain text on its line, with all the colons that it holds. */
function endOfPlain(line: string, inFlow: boolean): number {
	const stop = line.search(inFlow ? /\s#|[,\]}]/ : /\s#/);
	return line.slice(0, stop < 0 ? line.length : stop).trimEnd().length;
}
