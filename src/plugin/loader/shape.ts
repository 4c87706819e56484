import { basename, dirname, extname } from "node:path";
import { isRecord } from "../../event/is-record.ts";
import type { Finding, Position, Wording } from "../../finding/finding.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import type { JsonSchema } from "../schema-type.ts";
import { anyOptions, compileOptions, type OptionsCheck } from "./options.ts";
import type { AnyHandler, Plugin } from "./plugin.ts";

/** A file that was imported, and its text, to find places in. */
export interface PluginSource {
	/** Absolute path. */
	readonly file: string;
	readonly text: string;
}

/**
 * Converts the exports of a file into a plugin: the default export, the export `plugin`, or `module.exports`. A plain object is
 * enough. Each mistake in its shape is a finding.
 */
export function toPlugin(
	exported: unknown,
	source: PluginSource,
): { plugin: Plugin | undefined; findings: readonly Finding[] } {
	const definition = pickDefinition(exported);
	if (!isRecord(definition)) {
		const what =
			definition === undefined
				? "the file exports no plugin"
				: `the file exports ${describe(definition)}, not a plugin`;
		return {
			plugin: undefined,
			findings: [
				{
					...whereIs(source, EXPORT),
					severity: "error",
					what,
					todo: 'write `export default definePlugin({ name: "…", on: { … } })`',
				},
			],
		};
	}
	const findings: Finding[] = [];
	const add = (key: string, finding: Wording): void => {
		findings.push({
			...whereIsKey(source, key),
			severity: "error",
			...finding,
		});
	};
	checkKeys(definition, add);
	const name = nameOf(definition, source.file, add);
	const on = handlersOf(definition, add);
	const checkOptions = optionsOf(definition, add);
	const plugin: Plugin = {
		name,
		file: source.file,
		checkOptions,
		on,
		setup: methodOf(definition, "setup", add),
		teardown: methodOf(definition, "teardown", add),
		handsOn: methodOf(definition, "handsOn", add),
	};
	return { plugin: findings.length === 0 ? plugin : undefined, findings };
}

/** Finds the line and column of an offset in a text. */
export function positionAt(source: PluginSource, offset: number): Position {
	const before = source.text.slice(0, Math.max(offset, 0));
	const start = before.lastIndexOf("\n") + 1;
	return {
		file: source.file,
		line: before.split("\n").length,
		column: before.length - start + 1,
	};
}

// --- helpers ---

type Fields = Readonly<Record<string, unknown>>;
type Add = (key: string, wording: Wording) => void;

const KEYS = ["name", "options", "setup", "on", "teardown", "handsOn"];
const EXPORT = /export\s+default|module\.exports|export\s/;

/** Picks the first of the usual exports that holds a plugin, or at least something like one. */
function pickDefinition(exported: unknown): unknown {
	if (!isRecord(exported)) return exported;
	const inner = exported.default;
	const candidates = [
		inner,
		exported.plugin,
		// CommonJS compiled from TypeScript has a default inside the default.
		isRecord(inner) ? inner.default : undefined,
		isRecord(inner) ? inner.plugin : undefined,
		exported,
	];
	return (
		candidates.find((each) => isRecord(each) && "on" in each) ??
		candidates.find(
			(each) => isRecord(each) && KEYS.some((key) => key in each),
		) ??
		// jiti gives a module without a default itself as the default: there is nothing to describe.
		(isRecord(inner) ? undefined : inner)
	);
}

function checkKeys(definition: Fields, add: Add): void {
	for (const key of Object.keys(definition)) {
		// `__esModule` and `default` are marks of a compiled module, not the author's words.
		if (KEYS.includes(key) || key === "__esModule" || key === "default")
			continue;
		add(key, {
			what: `unknown key \`${key}\` in the plugin`,
			expected: `one of ${listWords(KEYS)}`,
			todo: didYouMean(key, KEYS),
		});
	}
}

function nameOf(definition: Fields, file: string, add: Add): string {
	const { name } = definition;
	if (typeof name === "string" && name !== "") return name;
	if (name !== undefined) {
		add("name", {
			what: "`name` is not a text",
			expected: "the plugin's name",
		});
	}
	const base = basename(file, extname(file));
	return base === "index" ? basename(dirname(file)) : base;
}

function handlersOf(definition: Fields, add: Add): Map<string, AnyHandler> {
	const { on } = definition;
	const handlers = new Map<string, AnyHandler>();
	const expected =
		'a handler for each kind: `on: { "sms.inbound": (event) => { … } }`';
	if (!isRecord(on)) {
		const what =
			on === undefined ? "the plugin has no `on`" : `\`on\` is ${describe(on)}`;
		add("on", { what, expected });
		return handlers;
	}
	const entries = Object.entries(on).filter(
		([, handler]) => handler !== undefined,
	);
	if (entries.length === 0) add("on", { what: "`on` is empty", expected });
	for (const [kind, handler] of entries) {
		if (typeof handler === "function") {
			handlers.set(kind, handler.bind(on) as AnyHandler);
		} else {
			add(kind, {
				what: `the handler of \`${kind}\` is ${describe(handler)}`,
				expected: "a function",
			});
		}
	}
	return handlers;
}

function optionsOf(definition: Fields, add: Add): OptionsCheck {
	const { options } = definition;
	if (options === undefined) return anyOptions;
	try {
		if (!isRecord(options)) throw new Error(`it is ${describe(options)}`);
		return compileOptions(options as JsonSchema);
	} catch (error) {
		add("options", {
			what: `\`options\` is not a valid schema: ${(error as Error).message}`,
			expected: "a JSON Schema (2020-12) of the options",
		});
		return anyOptions;
	}
}

function methodOf<F>(definition: Fields, key: string, add: Add): F | undefined {
	const method = definition[key];
	if (typeof method === "function") return method.bind(definition) as F;
	if (method !== undefined) {
		add(key, {
			what: `\`${key}\` is ${describe(method)}`,
			expected: "a function",
		});
	}
	return undefined;
}

/** Finds the position of a key. A text search is good enough for a person. */
function whereIsKey(source: PluginSource, key: string): Position {
	const escaped = key.replace(/[^\w]/g, "\\$&");
	const written = new RegExp(`(?<![\\w.$-])["']?${escaped}["']?\\s*[:(,]`);
	return source.text.search(written) === -1
		? whereIs(source, EXPORT)
		: whereIs(source, written);
}

function whereIs(source: PluginSource, pattern: RegExp): Position {
	return positionAt(source, source.text.search(pattern));
}

function describe(value: unknown): string {
	if (value === null) return "null";
	if (Array.isArray(value)) return "a list";
	if (typeof value === "function") return "a function";
	if (typeof value === "object") return "an object";
	if (value === undefined) return "undefined";
	return typeof value === "string" ? "text" : `a ${typeof value}`;
}
