import type { YAMLError } from "yaml";
import { endOfLine, type Slip } from "./slip.ts";

/** Words what the parser found where no slip explains it. The parser's own text is never shown: it is about its grammar. */
export function wordParserError(
	{ code, pos }: YAMLError,
	text: string,
): Omit<Slip, "repair"> {
	const from = Math.min(pos[0], text.length);
	const end = Math.min(Math.max(pos[1], from + 1), endOfLine(text, from));
	const { what, todo } = WORDS[code] ?? OTHER;
	return { from, to: Math.max(end, from), what, todo };
}

// --- helpers ---

interface Words {
	readonly what: string;
	readonly todo: string;
}

const OTHER: Words = {
	what: "this cannot stand here",
	todo: "check the quotes, brackets and indentation of this line and the one before",
};

const QUOTES = "put a text that begins with such a character in quotes";

const WORDS: Readonly<Record<string, Words>> = {
	ALIAS_PROPS: {
		what: "an alias has an anchor or a tag of its own",
		todo: "take the anchor or the tag out",
	},
	BAD_ALIAS: { what: "an anchor or alias has no name here", todo: QUOTES },
	BAD_DIRECTIVE: {
		what: "a line that begins with `%` is a directive of YAML, and this one does not exist",
		todo: QUOTES,
	},
	BAD_INDENT: {
		what: "this line is not as deep as the ones that it belongs to",
		todo: "indent the keys of one mapping, and the items of one list, by the same number of spaces",
	},
	BAD_SCALAR_START: {
		what: "a text cannot begin with this character",
		todo: "put the text in quotes",
	},
	BLOCK_AS_IMPLICIT_KEY: {
		what: "a mapping begins on the line of another key",
		todo: "put a text that holds `: ` in quotes, or begin the mapping on the next line",
	},
	BLOCK_IN_FLOW: {
		what: "a `: ` or `- ` stands where brackets are open",
		todo: "put a text that holds `: ` or `- ` in quotes, or a comma between two keys",
	},
	KEY_OVER_1024_CHARS: {
		what: "this key has more than 1,024 characters",
		todo: "check the quotes and brackets before it",
	},
	MULTIPLE_ANCHORS: {
		what: "a value has two anchors",
		todo: "take one of the two out",
	},
	MULTIPLE_TAGS: {
		what: "a value has two tags",
		todo: "take one of the two out",
	},
	TAG_RESOLVE_FAILED: {
		what: "this tag is not known here",
		todo: "put a text that begins with `!` in quotes, or take the tag out",
	},
	MULTIPLE_DOCS: {
		what: "a second document begins here, and only one can be read",
		todo: "take the line with `---` out, or put the rest in a file of its own",
	},
	TAB_AS_INDENT: {
		what: "this line is indented with a tab",
		todo: "indent with spaces",
	},
	MULTILINE_IMPLICIT_KEY: {
		what: "this line is neither a key with its value nor an item of a list",
		todo: "check its colon, and the quotes and indentation of the lines before",
	},
};
