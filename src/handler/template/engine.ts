import type { Liquid, Template } from "liquidjs";
import { lazyPackage } from "../../lazy-package.ts";
import { memo } from "../../memo.ts";
import type { Table } from "../../table/table.ts";
import type { Encoder } from "./encode.ts";
import { createTableLookup } from "./lookup.ts";
import type { TemplateScope } from "./scope.ts";
import type { RouteUrls } from "./urls.ts";
import { soleValueOf } from "./values.ts";
import type { KnownWords } from "./words.ts";

/** The options of parsing. */
export interface ParseOptions {
	/** True if the text is markup: values are escaped, so that none adds a tag. Default: true for a text with `<speak>`. */
	readonly isMarkup?: boolean | undefined;
	/** Writes each value, unless its last filter is `raw`. It replaces the escaping as markup. */
	readonly encode?: Encoder | undefined;
}

/** Parses and renders texts as LiquidJS templates. */
export interface TemplateEngine {
	/** The available filters and tags. */
	readonly words: KnownWords;
	/** Parses one text. Throws an Error that describes the mistake, see `wordMistake`. */
	parse(text: string, options?: ParseOptions): readonly Template[];
	/** Lists the paths that a parsed text reads, such as `["payload", "from"]`. */
	reads(template: readonly Template[]): readonly (readonly unknown[])[];
	/** Also lists the paths that begin with a variable of the text itself. */
	allReads(template: readonly Template[]): readonly (readonly unknown[])[];
	/**
	 * Renders one text synchronously, and stops at `deadline` (of `performance.now()`). Throws if a limit is exceeded, a filter
	 * refuses or a table lacks a row, see `describeFailure`.
	 */
	render(
		template: readonly Template[],
		scope: TemplateScope,
		deadline: number,
	): string;
	/**
	 * Evaluates a text that is one expression, and keeps the type of its value, as JSON has it. A missing field is null. Throws as
	 * `render` does. Undefined for a text with more than an expression.
	 */
	evaluator(
		template: readonly Template[],
	): ((scope: TemplateScope, deadline: number) => unknown) | undefined;
}

/** The longest text to parse, in characters. */
export const TEMPLATE_MAX_LENGTH = 50_000;
/** The longest rendered text, in characters. */
export const RENDERED_MAX_LENGTH = 32_768;
/** The time limit for all texts of one NCCO, in milliseconds: the event loop is blocked meanwhile. */
export const RENDER_LIMIT_MS = 100;
/** The limit of allocations by the filters and ranges of one text: elements and characters, as LiquidJS counts. */
export const RENDER_MEMORY_LIMIT = 100_000;

/** Returns true for a text with an expression or a tag. */
export function isTemplate(text: string): boolean {
	return text.includes("{{") || text.includes("{%");
}

/**
 * Creates the engine of a configuration with its tables. It reads no files, because the tags for that are removed. A missing
 * field renders as nothing, because most fields of a payload are optional. An unknown filter is an error. Within `<speak>`
 * values are escaped, so that none can add SSML tags. The filter `raw` disables that.
 */
export function createTemplateEngine(
	urls: RouteUrls,
	tables: ReadonlyMap<string, Table> = new Map(),
): TemplateEngine {
	const lookup = createTableLookup(tables);
	const globals = lookup.variables;
	const plain = createLiquid(urls, { globals });
	const markup = createLiquid(urls, { globals, outputEscape: "escape" });
	const encoding = new Map<Encoder, Liquid>();
	const limitOf = (deadline: number): number =>
		Math.max(deadline - performance.now(), 0);
	return {
		words: {
			filters: Object.keys(plain.filters),
			tags: Object.keys(plain.tags)
				.filter((tag) => /^\w+$/.test(tag))
				.sort(),
		},
		parse(text, { isMarkup = hasSpeakTag(text), encode } = {}) {
			const escaping = isMarkup ? markup : plain;
			const liquid =
				encode === undefined
					? escaping
					: memo(encoding, encode, () =>
							createLiquid(urls, { globals, outputEscape: encode }),
						);
			const template = liquid.parse(text);
			lookup.prepare(template);
			return template;
		},
		reads: (template) =>
			plain.globalVariableSegmentsSync([...template], { partials: false }),
		allReads: (template) =>
			plain.variableSegmentsSync([...template], { partials: false }),
		render(template, scope, deadline) {
			const text = String(
				// The escape filter was added when the template was parsed. Tags ask for it again.
				plain.renderSync(template as Template[], scope, {
					renderLimit: limitOf(deadline),
				}),
			);
			if (text.length > RENDERED_MAX_LENGTH) {
				throw new Error(
					`the text has more than ${RENDERED_MAX_LENGTH} characters`,
				);
			}
			return text;
		},
		evaluator(template) {
			const value = soleValueOf(template);
			if (value === undefined) return undefined;
			const { Context, toValueSync } = liquidjs();
			return (scope, deadline) => {
				const options = { sync: true, renderLimit: limitOf(deadline) };
				const context = new Context(scope, plain.options, options);
				return toPlain(toValueSync(value.value(context)));
			};
		},
	};
}

/** Returns true for a template that writes SSML. Its values are escaped, so that none can add a tag. */
export function hasSpeakTag(template: string): boolean {
	return /<(?:\w+:)?speak\b/i.test(template);
}

/**
 * Prevents the text of a template without `<speak>` from becoming SSML: the platform decides by the start of the text, and a
 * value may start that way. Escapes such a text, and returns any other unchanged.
 */
export function withoutMarkup(text: string): string {
	return BEGINS_AS_MARKUP.test(text)
		? text.replace(/[&<>]/g, (character) => String(ESCAPES[character]))
		: text;
}

// --- helpers ---

const liquidjs = lazyPackage<typeof import("liquidjs")>("liquidjs");

const FILE_TAGS = ["include", "render", "layout", "block"];

function createLiquid(
	urls: RouteUrls,
	options: {
		readonly outputEscape?: "escape" | Encoder;
		readonly globals: Readonly<Record<string, object>>;
	},
): Liquid {
	const liquid = new (liquidjs().Liquid)({
		...options,
		strictFilters: true,
		strictVariables: false,
		ownPropertyOnly: true,
		parseLimit: TEMPLATE_MAX_LENGTH,
		memoryLimit: RENDER_MEMORY_LIMIT,
		// Replaces the file system by an empty mapping, in case a file tag is added again.
		templates: {},
	});
	for (const tag of FILE_TAGS) delete liquid.tags[tag];
	liquid.registerFilter("url", (name: unknown, ...args: unknown[]) =>
		urls.urlOf(String(name), toParams(args)),
	);
	return liquid;
}

/** LiquidJS passes a named argument as a pair. */
function toParams(args: readonly unknown[]): ReadonlyMap<string, unknown> {
	const params = new Map<string, unknown>();
	for (const arg of args) {
		if (!Array.isArray(arg)) {
			throw new Error(
				"the filter `url` takes named parameters, such as `lang: payload.lang`",
			);
		}
		// LiquidJS represents a literal nil as an object of its own.
		const value: unknown = arg[1];
		params.set(String(arg[0]), withoutDrop(value));
	}
	return params;
}

function withoutDrop(value: unknown): unknown {
	return value instanceof liquidjs().Drop ? value.valueOf() : value;
}

/** Returns a value as JSON can have it. LiquidJS represents `nil` and `empty` as objects of its own. */
function toPlain(value: unknown): unknown {
	const plain: unknown = withoutDrop(value);
	return typeof plain === "function" ? null : (plain ?? null);
}

// A declaration, a comment or invisible characters may come before the tag.
const BEGINS_AS_MARKUP = /^[\s\p{C}]*<(?:[?!]|(?:\w+:)?speak\b)/iu;

const ESCAPES: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
};
