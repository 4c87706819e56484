import type { Template } from "liquidjs";
import { HookError } from "../../errors.ts";
import type { Finding, Position } from "../../finding/finding.ts";
import type { KeyPath } from "../../finding/located.ts";
import type { Table } from "../../table/table.ts";
import { analyzeTemplate } from "./analysis.ts";
import type { PlacedRead } from "./doubts.ts";
import type { Encoder } from "./encode.ts";
import { isTemplate, RENDER_LIMIT_MS, type TemplateEngine } from "./engine.ts";
import type { TemplateScope } from "./scope.ts";
import type { RouteUrls } from "./urls.ts";
import { describeFailure, wordMistake } from "./words.ts";

/** A value whose texts may be templates, and the names that they may use. */
export interface TreeOptions {
	readonly engine: TemplateEngine;
	readonly urls: RouteUrls;
	readonly tables: ReadonlyMap<string, Table>;
	/** The fields of the payload, for advice about misspelled names. */
	readonly payloadFields: readonly string[];
	/** The name of the whole value in a finding. */
	readonly what: string;
	/** Returns true for a text that no message may show, because it comes from the environment. Default: false for all. */
	readonly isSecret?: ((path: KeyPath) => boolean) | undefined;
	/** Returns true for a text that is never a template. Default: false for all. */
	readonly isLiteral?: ((path: KeyPath) => boolean) | undefined;
	/** True if values must be escaped as markup. Default: true if the text contains `<speak>`. */
	readonly isMarkup?: boolean | undefined;
	/** Returns the function that writes the values of a text. Default: values are escaped as `isMarkup` says. */
	readonly encoderOf?: ((path: KeyPath) => Encoder | undefined) | undefined;
	/** True if a text that is one `{{ }}` keeps the type of its value. Default: it stays a text. */
	readonly isTyped?: boolean | undefined;
	locate(path: KeyPath): Position;
	/** Names the value at a path, in the message of a failure. */
	nameOf(path: KeyPath): string;
	/** Changes a rendered text. Default: unchanged. */
	finish?(path: KeyPath, template: string): (rendered: string) => string;
}

/** A value that was compiled. */
export interface CompiledTree {
	/**
	 * Creates the value for one event: renders its texts and keeps the rest. Undefined if no text is a template. Throws
	 * HANDLER_FAILED if a template fails. `missingRowOf` tells whether a row was missing.
	 */
	readonly render: ((scope: TemplateScope) => unknown) | undefined;
	readonly findings: readonly Finding[];
	/** The names that its templates read. */
	readonly reads: readonly PlacedRead[];
	/** The names of headers among them, in lower case. */
	readonly readsHeaders: readonly string[];
}

/**
 * Compiles a value: each text with an expression is a separate template, and its result stays a text. No value of an event can
 * change the structure. Names are not templates.
 */
export function compileTree(
	value: unknown,
	options: TreeOptions,
): CompiledTree {
	const findings: Finding[] = [];
	const reads: PlacedRead[] = [];
	const compiling = { options, findings, reads };
	const root = toNode(value, [], compiling);
	const headers = new Set<string>();
	for (const { read } of reads) {
		const [name, header] = read;
		if (name === "headers" && typeof header === "string")
			headers.add(header.toLowerCase());
	}
	return {
		render:
			root === undefined
				? undefined
				: (scope) =>
						root({ scope, deadline: performance.now() + RENDER_LIMIT_MS }),
		findings,
		reads,
		readsHeaders: [...headers],
	};
}

// --- helpers ---

const DEPTH_MAX = 32;

interface Rendering {
	readonly scope: TemplateScope;
	readonly deadline: number;
}

/** Creates a value for one event. */
type Node = (rendering: Rendering) => unknown;

interface Compiling {
	readonly options: TreeOptions;
	readonly findings: Finding[];
	readonly reads: PlacedRead[];
}

/** Returns undefined if a value has no expression. All events then use it unchanged. */
function toNode(
	value: unknown,
	path: KeyPath,
	compiling: Compiling,
): Node | undefined {
	if (typeof value === "string") {
		return isTemplate(value) && !compiling.options.isLiteral?.(path)
			? toTextNode(value, path, compiling)
			: undefined;
	}
	if (typeof value !== "object" || value === null) return undefined;
	if (path.length > DEPTH_MAX) {
		const { options, findings } = compiling;
		const what = `${options.what} is nested deeper than ${DEPTH_MAX} levels`;
		findings.push({ ...options.locate(path), severity: "error", what });
		return undefined;
	}
	if (Array.isArray(value)) {
		const items = value.map((item: unknown, index) =>
			toNode(item, [...path, index], compiling),
		);
		if (items.every((item) => item === undefined)) return undefined;
		return (rendering) =>
			items.map((item, index) =>
				item === undefined ? value[index] : item(rendering),
			);
	}
	const entries = Object.entries(value).map(
		([key, item]) =>
			[key, item, toNode(item, [...path, key], compiling)] as const,
	);
	if (entries.every(([, , node]) => node === undefined)) return undefined;
	return (rendering) =>
		Object.fromEntries(
			entries.map(([key, item, node]) => [
				key,
				node === undefined ? item : node(rendering),
			]),
		);
}

function toTextNode(
	text: string,
	path: KeyPath,
	{ options, findings, reads }: Compiling,
): Node | undefined {
	const { engine, isMarkup, isSecret } = options;
	const at = options.locate(path);
	let template: readonly Template[];
	try {
		const encode = options.encoderOf?.(path);
		template = engine.parse(text, { isMarkup, encode });
	} catch (error) {
		const wording = isSecret?.(path)
			? { what: "not a valid template (hidden: from the environment)" }
			: wordMistake(error, engine.words);
		findings.push({ ...at, severity: "error", ...wording });
		return undefined;
	}
	const read = engine.reads(template);
	const known = { ...options, allReads: () => engine.allReads(template) };
	for (const one of read) reads.push({ read: one, at });
	for (const fault of analyzeTemplate(template, read, known)) {
		findings.push({ ...at, ...fault });
	}
	const name = options.nameOf(path);
	const finish = options.finish?.(path, text);
	const evaluate = options.isTyped ? engine.evaluator(template) : undefined;
	return ({ scope, deadline }) => {
		try {
			if (evaluate !== undefined) return evaluate(scope, deadline);
			const rendered = engine.render(template, scope, deadline);
			return finish === undefined ? rendered : finish(rendered);
		} catch (error) {
			throw new HookError(
				"HANDLER_FAILED",
				`${name}: the template failed: ${describeFailure(error)}`,
				{ cause: error },
			);
		}
	};
}
