import { readFile } from "node:fs/promises";
import type { Finding, Position, Wording } from "../../finding/finding.ts";
import type { KeyPath } from "../../finding/located.ts";
import { toPointer } from "../../finding/pointer.ts";
import { parseSource } from "../../finding/source.ts";
import type { PlacedRead } from "../template/doubts.ts";
import { hasSpeakTag, isTemplate, withoutMarkup } from "../template/engine.ts";
import type { OutsideTexts } from "../template/outside.ts";
import type { TemplateScope } from "../template/scope.ts";
import { compileTree, type TreeOptions } from "../template/tree.ts";
import { fixesHost } from "../template/urls.ts";
import type { NccoChecker } from "./check.ts";
import { type NccoProblem, optionName } from "./words.ts";

/** An NCCO whose texts may contain expressions. */
export type NccoTemplate =
	/** True if no text has an expression, so that it is the same for every event. */
	| { readonly type: "static"; readonly ncco: unknown }
	/** `render` throws HANDLER_FAILED if a limit is exceeded, a filter refuses or a table lacks a row. */
	| {
			readonly type: "dynamic";
			render(scope: TemplateScope): unknown;
			/** Names of headers that its expressions read, in lower case. */
			readonly readsHeaders: readonly string[];
	  };

/** An NCCO in its source form: a parsed file (a `Source`), or a list in routes.yaml. */
export interface TemplateInput {
	readonly value: unknown;
	locate(path: KeyPath, part?: "key" | "value"): Position;
}

export interface TemplateOptions extends Pick<TreeOptions, "engine" | "urls"> {
	/** The tables of the configuration. Default: none. */
	readonly tables?: TreeOptions["tables"];
	readonly checker: NccoChecker;
	/** The texts from the environment. Default: none. */
	readonly outside?: OutsideTexts | undefined;
	/** The documented fields of the kind, for advice about misspelled names. Default: none. */
	readonly payloadFields?: readonly string[];
}

/** A template exists exactly if no finding is an error. */
export interface CompiledTemplate {
	readonly template: NccoTemplate | undefined;
	readonly findings: readonly Finding[];
	/** The names that its templates read, which a route may lack. */
	readonly reads: readonly PlacedRead[];
}

/** Reads and compiles an NCCO from a YAML or JSON file. `usedAt` is the position of a finding if there is no file. */
export async function readNccoTemplate(
	file: string,
	options: TemplateOptions & { readonly usedAt: Position },
): Promise<CompiledTemplate> {
	let text: string;
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		const what = `the NCCO ${file} cannot be read (${code})`;
		return {
			template: undefined,
			reads: [],
			findings: [{ ...options.usedAt, severity: "error", what }],
		};
	}
	const { source, findings } = parseSource(text, file);
	if (source === undefined) return { template: undefined, reads: [], findings };
	return compileNccoTemplate(source, options);
}

/**
 * Compiles an NCCO: parses every text with an expression, and checks the rest. Only texts are templates, individually inside
 * the parsed structure, and their result stays a text, so a value can change neither the structure nor the type. Names of
 * options are not templates.
 */
export function compileNccoTemplate(
	input: TemplateInput,
	options: TemplateOptions,
): CompiledTemplate {
	const { checker, outside, payloadFields = [], tables = new Map() } = options;
	const tree = compileTree(input.value, {
		...options,
		payloadFields,
		tables,
		what: "the NCCO",
		isSecret: (path) => outside?.secret.has(toPointer(path)) ?? false,
		isLiteral: (path) => outside?.literal.has(toPointer(path)) ?? false,
		locate: (path) => input.locate(path),
		nameOf: (path) => `[${path[0]}] ${optionName(input.value, path)}`,
		finish: (path, text) =>
			isSpoken(path) && !hasSpeakTag(text) ? withoutMarkup : unchanged,
	});
	const findings: Finding[] = [...tree.findings];
	const isTable = (name: string): boolean => tables.has(name);
	const { errors, warnings } = checker.check(input.value, {
		isOpen: (value) => typeof value === "string" && isTemplate(value),
		isHostOpen: (url) => !fixesHost(url, isTable),
	});
	for (const [severity, problems] of [
		["error", errors],
		["warning", warnings],
	] as const) {
		for (const problem of problems) {
			findings.push({ ...site(input, problem), severity, ...words(problem) });
		}
	}
	findings.sort((a, b) => a.line - b.line || a.column - b.column);
	const { reads, render, readsHeaders } = tree;
	if (findings.some(({ severity }) => severity === "error")) {
		return { template: undefined, reads, findings };
	}
	const template: NccoTemplate =
		render === undefined
			? { type: "static", ncco: input.value }
			: { type: "dynamic", render, readsHeaders };
	return { template, reads, findings };
}

// --- helpers ---

/** Returns true for an option that the platform speaks: `talk.text`, and the prompts of `pay`. */
function isSpoken([, option]: KeyPath): boolean {
	return option === "text" || option === "prompts";
}

function unchanged(text: string): string {
	return text;
}

function site(input: TemplateInput, { path, part }: NccoProblem): Position {
	return input.locate(path, part ?? "value");
}

function words({ what, expected, todo }: NccoProblem): Wording {
	return { what, expected, todo };
}
