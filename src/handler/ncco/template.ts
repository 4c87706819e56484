import { readFile } from "node:fs/promises";
import type { Template } from "liquidjs";
import { HookError } from "../../errors.ts";
import type {
	Finding,
	Position,
	Remark,
	Wording,
} from "../../finding/finding.ts";
import type { KeyPath } from "../../finding/located.ts";
import { parseSource } from "../../finding/source.ts";
import { analyzeTemplate } from "../template/analysis.ts";
import {
	hasSpeakTag,
	isTemplate,
	RENDER_LIMIT_MS,
	type TemplateEngine,
	type TemplateScope,
	withoutMarkup,
} from "../template/engine.ts";
import { fixesHost, type RouteUrls } from "../template/urls.ts";
import type { NccoChecker } from "./check.ts";
import { type NccoProblem, optionName } from "./words.ts";

/** An NCCO whose texts may hold expressions. */
export type NccoTemplate =
	/** No text holds any: it is the same for every event. */
	| { readonly type: "static"; readonly ncco: unknown }
	/** `render` throws HANDLER_FAILED when a bound is passed or a filter refuses. */
	| {
			readonly type: "dynamic";
			render(scope: TemplateScope): unknown;
			/** Names of headers that its expressions read, in lower case. */
			readonly readsHeaders: readonly string[];
	  };

/** An NCCO as it is written: a parsed file (a `Source` is one), or a list in routes.yaml. */
export interface TemplateInput {
	readonly value: unknown;
	locate(path: KeyPath, part?: "key" | "value"): Position;
}

export interface TemplateOptions {
	readonly checker: NccoChecker;
	readonly engine: TemplateEngine;
	readonly urls: RouteUrls;
	/** Fields that the kind documents, for a warning about one that is nearly it. Default: none. */
	readonly payloadFields?: readonly string[];
}

/** A template is there exactly when no finding is an error. */
export interface CompiledTemplate {
	readonly template: NccoTemplate | undefined;
	readonly findings: readonly Finding[];
}

/** Reads and compiles an NCCO from a YAML or JSON file. `usedAt` is where a finding stands when there is no file. */
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
			findings: [{ ...options.usedAt, severity: "error", what }],
		};
	}
	const { source, findings } = parseSource(text, file);
	if (source === undefined) return { template: undefined, findings };
	return compileNccoTemplate(source, options);
}

/**
 * Compiles an NCCO: parses every text with an expression, and checks the whole as far as it is known.
 * Only texts are templates, one by one inside the parsed structure, and what they render to stays
 * text: a value can change neither the structure nor the type. Names of options are no templates.
 */
export function compileNccoTemplate(
	input: TemplateInput,
	options: TemplateOptions,
): CompiledTemplate {
	const findings: Finding[] = [];
	const readsHeaders = new Set<string>();
	const compiling = { input, options, findings, readsHeaders };
	const root = toNode(input.value, [], compiling);
	const { errors, warnings } = options.checker.check(input.value, {
		isOpen: (value) => typeof value === "string" && isTemplate(value),
		isHostOpen: (url) => !fixesHost(url),
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
	if (findings.some(({ severity }) => severity === "error")) {
		return { template: undefined, findings };
	}
	if (root === undefined) {
		return { template: { type: "static", ncco: input.value }, findings };
	}
	const { engine } = options;
	const render = (scope: TemplateScope): unknown =>
		root({ engine, scope, deadline: performance.now() + RENDER_LIMIT_MS });
	return {
		template: { type: "dynamic", render, readsHeaders: [...readsHeaders] },
		findings,
	};
}

// --- helpers ---

const DEPTH_MAX = 32;

interface Rendering {
	readonly engine: TemplateEngine;
	readonly scope: TemplateScope;
	readonly deadline: number;
}

/** Makes a value anew for one event. */
type Node = (rendering: Rendering) => unknown;

interface Compiling {
	readonly input: TemplateInput;
	readonly options: TemplateOptions;
	readonly findings: Finding[];
	/** In lower case. */
	readonly readsHeaders: Set<string>;
}

/** Undefined where a value holds no expression: then it is used as it is, by every event. */
function toNode(
	value: unknown,
	path: KeyPath,
	compiling: Compiling,
): Node | undefined {
	if (typeof value === "string") {
		return isTemplate(value) ? toTextNode(value, path, compiling) : undefined;
	}
	if (typeof value !== "object" || value === null) return undefined;
	if (path.length > DEPTH_MAX) {
		const what = `the NCCO is nested deeper than ${DEPTH_MAX} levels`;
		pushFinding(compiling, path, { severity: "error", what });
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
	compiling: Compiling,
): Node | undefined {
	const { engine, urls, payloadFields = [] } = compiling.options;
	let template: readonly Template[];
	try {
		template = engine.parse(text);
	} catch (error) {
		pushFinding(compiling, path, {
			severity: "error",
			what: `not a valid template: ${withoutPlace(error as Error)}`,
		});
		return undefined;
	}
	const reads = engine.reads(template);
	for (const [root, name] of reads) {
		if (root === "headers" && typeof name === "string")
			compiling.readsHeaders.add(name.toLowerCase());
	}
	for (const fault of analyzeTemplate(template, reads, {
		urls,
		payloadFields,
	})) {
		pushFinding(compiling, path, fault);
	}
	const name = optionName(compiling.input.value, path);
	const isPlain = isSpoken(path) && !hasSpeakTag(text);
	return ({ scope, deadline }) => {
		try {
			const rendered = engine.render(template, scope, deadline);
			return isPlain ? withoutMarkup(rendered) : rendered;
		} catch (error) {
			throw new HookError(
				"HANDLER_FAILED",
				`[${path[0]}] ${name}: the template failed: ${(error as Error).message}`,
				{ cause: error },
			);
		}
	};
}

/** True for an option that the platform speaks: `talk.text`, and what `pay` asks. */
function isSpoken([, option]: KeyPath): boolean {
	return option === "text" || option === "prompts";
}

/** LiquidJS counts lines and columns from the text's start, which only misleads beside the file's own. */
function withoutPlace({ message }: Error): string {
	return message.replace(/, line:\d+, col:\d+$/, "");
}

function pushFinding(
	{ input, findings }: Compiling,
	path: KeyPath,
	remark: Remark,
): void {
	findings.push({ ...input.locate(path), ...remark });
}

function site(input: TemplateInput, { path, part }: NccoProblem): Position {
	return input.locate(path, part ?? "value");
}

function words({ what, expected, todo }: NccoProblem): Wording {
	return { what, expected, todo };
}
