import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import type { Finding, Position } from "../../finding/finding.ts";
import { lazyPackage } from "../../lazy-package.ts";
import { EndsProcess } from "./exit-guard.ts";
import { type PluginSource, positionAt } from "./shape.ts";

/** Describes where in a plugin's files an import failed and why, without a stack. */
export function toFault(error: unknown, source: PluginSource): Finding {
	return (
		exitFault(error, source) ??
		syntaxFault(error) ??
		missingFault(error, source) ??
		thrown(error, source)
	);
}

/** Finds the line of a plugin's own file that threw. Undefined if the stack does not contain it. */
export function placeOfThrow(
	error: unknown,
	file: string,
): Position | undefined {
	return frameOf(error, sourceOf(file, { file, text: "" }));
}

/** Maps a position in the executed code to the position in the author's text, both counted from 1. */
export type OriginalPlace = (
	line: number,
	column: number,
) => { readonly line: number; readonly column: number };

/**
 * Maps positions to the author's text: jiti keeps lines, but moves columns when it rewrites imports and removes types.
 * Transforms the text once, in some milliseconds.
 */
export function createOriginalPlace({
	file,
	text,
}: PluginSource): OriginalPlace {
	let map: SourceMap | undefined;
	try {
		const code = jiti()
			.createJiti(file, {
				...JITI_OPTIONS,
				sourceMaps: true,
			})
			.transform({
				source: text,
				filename: file,
				ts: isTypeScript(file),
				async: true,
			});
		const inline = code.slice(code.lastIndexOf("base64,") + "base64,".length);
		map = new SourceMap(JSON.parse(Buffer.from(inline, "base64").toString()));
	} catch {
		// No map: the line is right, and the column near.
	}
	return (line, column) => {
		const ran = column - 1 - (line === 1 ? WRAPPER.length : 0);
		const entry = map?.findEntry(line - 1, ran);
		return entry !== undefined && "originalLine" in entry
			? { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
			: { line, column: Math.max(ran + 1, 1) };
	};
}

/** Loads jiti, which only plugins need. */
export const jiti = lazyPackage<typeof import("jiti")>("jiti");

/** The options that load a file afresh each time, and leave no cache on the disk. */
export const JITI_OPTIONS = { moduleCache: false, fsCache: false } as const;

/** True for a file that has types to take out. */
export function isTypeScript(file: string): boolean {
	return /\.[cm]?ts$/.test(file);
}

// --- helpers ---

function exitFault(error: unknown, source: PluginSource): Finding | undefined {
	if (!(error instanceof EndsProcess)) return undefined;
	return {
		...(frameOf(error, source) ?? { file: source.file, line: 1, column: 1 }),
		severity: "error",
		what: `the plugin calls \`${error.call}\` while it is loaded`,
		todo: "take the call out; to stop the start, throw an error in `setup`",
	};
}

/** jiti's message for a syntax error of Babel. Its columns count from 0. */
const PARSE_ERROR = /^ParseError: (.*?)\.?\s*\n\s*(.+):(\d+):(\d+)\s*$/s;

function syntaxFault(error: unknown): Finding | undefined {
	const parts = PARSE_ERROR.exec(messageOf(error));
	if (parts === null) return undefined;
	const [, what, file = "", line, column] = parts;
	return {
		file,
		line: Number(line),
		column: Number(column) + 1,
		severity: "error",
		what: `syntax error: ${what}`,
	};
}

function missingFault(
	error: unknown,
	source: PluginSource,
): Finding | undefined {
	const { code, requireStack } = (error ?? {}) as {
		readonly code?: unknown;
		readonly requireStack?: readonly string[];
	};
	if (code !== "MODULE_NOT_FOUND" && code !== "ERR_MODULE_NOT_FOUND") {
		return undefined;
	}
	const name = /'([^']+)'/.exec(messageOf(error))?.[1] ?? "?";
	const from = sourceOf(requireStack?.[0] ?? source.file, source);
	const quoted = new RegExp(`["'\`]${name.replace(/[^\w]/g, "\\$&")}["'\`]`);
	const isOwn = name.startsWith(".") || name.startsWith("/");
	return {
		...positionAt(from, from.text.search(quoted)),
		severity: "error",
		what: `cannot find the module \`${name}\``,
		todo: isOwn
			? "check the path: it starts from this file"
			: `install it where the plugin is: \`npm install ${name}\``,
	};
}

function thrown(error: unknown, source: PluginSource): Finding {
	const isNamed = error instanceof Error && error.name !== "Error";
	const message = `${isNamed ? `${error.name}: ` : ""}${messageOf(error)}`
		// What became of an imported name: `(0 , _switchhook.definePlugin) is not a function`.
		.replace(/\(0 ?, ?[\w$]+\.([\w$]+)\)/g, "`$1`");
	return {
		...(frameOf(error, source) ?? { file: source.file, line: 1, column: 1 }),
		severity: "error",
		what: `the plugin threw while it was loaded: ${message.split("\n", 1)[0]}`,
	};
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

function sourceOf(file: string, source: PluginSource): PluginSource {
	if (file === source.file && source.text !== "") return source;
	try {
		return { file, text: readFileSync(file, "utf8") };
	} catch {
		return source;
	}
}

/** Finds the innermost frame that is in the plugin's own file. */
function frameOf(error: unknown, source: PluginSource): Position | undefined {
	const stack = error instanceof Error ? (error.stack ?? "") : "";
	for (const frame of stack.matchAll(
		/\(?((?:file:)?\/[^()\n]*?|[A-Z]:[^()\n]*?):(\d+):(\d+)\)?$/gm,
	)) {
		const [, path = "", line, column] = frame;
		const file = path.startsWith("file:") ? fileURLToPath(path) : path;
		if (file === source.file) {
			const place = createOriginalPlace(source);
			return { file, ...place(Number(line), Number(column)) };
		}
	}
	return undefined;
}

/** The text that jiti puts before a module, on its first line. */
const WRAPPER =
	"(async function (exports, require, module, __filename, __dirname, jitiImport, jitiESMResolve) { ";
