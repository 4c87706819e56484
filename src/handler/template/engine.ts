import { Drop, Liquid, type Template } from "liquidjs";
import type { Table } from "../../table/table.ts";
import { createTableLookup } from "./lookup.ts";
import type { TemplateScope } from "./scope.ts";
import type { RouteUrls } from "./urls.ts";
import type { KnownWords } from "./words.ts";

/** Options of parsing. */
export interface ParseOptions {
	/** True where the text is markup: values are escaped, so that none adds a tag. Default: in a text with `<speak>`. */
	readonly isMarkup?: boolean;
}

/** Texts as LiquidJS templates. */
export interface TemplateEngine {
	/** The filters and tags that a template may use. */
	readonly words: KnownWords;
	/** Parses one text. Throws an Error that says what is wrong, see `wordMistake`. */
	parse(text: string, options?: ParseOptions): readonly Template[];
	/** Lists the paths that a parsed text reads, such as `["payload", "from"]`. */
	reads(template: readonly Template[]): readonly (readonly unknown[])[];
	/** Lists those paths too that begin with a variable of the text's own. */
	allReads(template: readonly Template[]): readonly (readonly unknown[])[];
	/**
	 * Renders one text, never waiting and never longer than until `deadline` (of `performance.now()`).
	 * Throws when a bound is passed, a filter refuses or a table lacks a row, see `describeFailure`.
	 */
	render(
		template: readonly Template[],
		scope: TemplateScope,
		deadline: number,
	): string;
}

/** Longest text that is parsed, characters. */
export const TEMPLATE_MAX_LENGTH = 50_000;
/** Longest text that may come out, characters. */
export const RENDERED_MAX_LENGTH = 32_768;
/** Time for all texts of one NCCO, milliseconds: the event loop waits for it. */
export const RENDER_LIMIT_MS = 100;
/** The most that the filters and ranges of one text may allocate: elements and characters, as LiquidJS counts. */
export const RENDER_MEMORY_LIMIT = 100_000;

/** True for a text that holds an expression or a tag. */
export function isTemplate(text: string): boolean {
	return text.includes("{{") || text.includes("{%");
}

/**
 * Creates the engine of a configuration, whose tables its templates see. It reads no file: the tags that would are not there. A missing field renders as
 * nothing, since most fields of a payload may be absent; an unknown filter is an error. Within
 * `<speak>` values are escaped, so that none can add SSML tags; the filter `raw` turns it off.
 */
export function createTemplateEngine(
	urls: RouteUrls,
	tables: ReadonlyMap<string, Table> = new Map(),
): TemplateEngine {
	const lookup = createTableLookup(tables);
	const globals = lookup.variables;
	const plain = createLiquid(urls, { globals });
	const markup = createLiquid(urls, { globals, outputEscape: "escape" });
	return {
		words: {
			filters: Object.keys(plain.filters),
			tags: Object.keys(plain.tags)
				.filter((tag) => /^\w+$/.test(tag))
				.sort(),
		},
		parse(text, { isMarkup = hasSpeakTag(text) } = {}) {
			const template = (isMarkup ? markup : plain).parse(text);
			lookup.prepare(template);
			return template;
		},
		reads: (template) =>
			plain.globalVariableSegmentsSync([...template], { partials: false }),
		allReads: (template) =>
			plain.variableSegmentsSync([...template], { partials: false }),
		render(template, scope, deadline) {
			const text = String(
				// The escape, if any, was put into the template when it was parsed; the tags ask again.
				plain.renderSync(template as Template[], scope, {
					renderLimit: Math.max(deadline - performance.now(), 0),
				}),
			);
			if (text.length > RENDERED_MAX_LENGTH) {
				throw new Error(
					`the text has more than ${RENDERED_MAX_LENGTH} characters`,
				);
			}
			return text;
		},
	};
}

/** True for a template that writes SSML: within it values are escaped, so that none can add a tag. */
export function hasSpeakTag(template: string): boolean {
	return /<(?:\w+:)?speak\b/i.test(template);
}

/**
 * Keeps the text of a template without `<speak>` from becoming SSML: the platform takes it for that by
 * how it begins, and a value may begin so. Such a text is escaped, any other is returned as it is.
 */
export function withoutMarkup(text: string): string {
	return BEGINS_AS_MARKUP.test(text)
		? text.replace(/[&<>]/g, (character) => String(ESCAPES[character]))
		: text;
}

// --- helpers ---

const FILE_TAGS = ["include", "render", "layout", "block"];

function createLiquid(
	urls: RouteUrls,
	options: {
		readonly outputEscape?: "escape";
		readonly globals: Readonly<Record<string, object>>;
	},
): Liquid {
	const liquid = new Liquid({
		...options,
		strictFilters: true,
		strictVariables: false,
		ownPropertyOnly: true,
		parseLimit: TEMPLATE_MAX_LENGTH,
		memoryLimit: RENDER_MEMORY_LIMIT,
		// An empty mapping in place of the file system, were a file tag ever to come back.
		templates: {},
	});
	for (const tag of FILE_TAGS) delete liquid.tags[tag];
	liquid.registerFilter("url", (name: unknown, ...args: unknown[]) =>
		urls.urlOf(String(name), toParams(args)),
	);
	return liquid;
}

/** LiquidJS hands a named argument over as a pair. */
function toParams(args: readonly unknown[]): ReadonlyMap<string, unknown> {
	const params = new Map<string, unknown>();
	for (const arg of args) {
		if (!Array.isArray(arg)) {
			throw new Error(
				"the filter `url` takes named parameters, such as `lang: payload.lang`",
			);
		}
		// A literal nil is an object of LiquidJS's own.
		const value: unknown = arg[1];
		params.set(String(arg[0]), value instanceof Drop ? value.valueOf() : value);
	}
	return params;
}

// A declaration or a comment may stand before the tag, and what no one sees before either.
const BEGINS_AS_MARKUP = /^[\s\p{C}]*<(?:[?!]|(?:\w+:)?speak\b)/iu;

const ESCAPES: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
};
