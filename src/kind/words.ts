import type { ErrorObject } from "ajv";
import type { Finding, Remark, Wording } from "../finding/finding.ts";
import type { KeyPath, Source } from "../finding/located.ts";
import { parsePointer, toPointer } from "../finding/pointer.ts";
import {
	describeRule,
	keyOf,
	namesOf,
	notAmong,
	unknownKey,
	withoutEchoes,
} from "../finding/words.ts";
import type { Problem } from "./kind.ts";

/** The maximum number of listed problems. A hostile payload could have thousands. */
export const PROBLEMS_MAX = 20;

/**
 * Converts AJV's errors about a payload to at most 20 problems. None contains a value of the payload, which may be
 * personal. Names are kept, up to 200 characters. The errors MUST be those of `EXPLAIN`.
 */
export function toProblems(
	errors: readonly ErrorObject[],
	describe: (error: ErrorObject) => string = describePayload,
): Problem[] {
	const problems = new Map<string, Problem>();
	for (const error of withoutEchoes(errors)) {
		if (problems.size === PROBLEMS_MAX) break;
		const problem = { path: pathOf(error), message: describe(error) };
		problems.set(`${problem.path} ${problem.message}`, problem);
	}
	return [...problems.values()];
}

/** Creates a finding at a value of a file, or at its key. It is an error unless the remark says otherwise. */
export function findingAt(
	source: Source,
	path: KeyPath,
	remark: Wording & Partial<Remark>,
	part: "key" | "value" = "value",
): Finding {
	const { line, column } = source.locate(path, part);
	return { severity: "error", ...remark, file: source.file, line, column };
}

/** Converts AJV's errors about a file's value at `base` to findings, one for each position. */
export function toFindings(
	errors: readonly ErrorObject[],
	source: Source,
	base: KeyPath,
): Finding[] {
	const findings = new Map<string, Finding>();
	for (const error of withoutEchoes(errors)) {
		const path = [...base, ...parsePointer(error.instancePath)];
		const stray: unknown = error.params.additionalProperty;
		const place = typeof stray === "string" ? [...path, stray] : path;
		const key = toPointer(place);
		if (findings.has(key)) continue;
		const finding =
			typeof stray === "string"
				? findingAt(
						source,
						place,
						unknownKey(stray, namesOf(error.parentSchema), nameOf(path)),
						"key",
					)
				: findingAt(source, place, wrongValue(path, error));
		findings.set(key, finding);
	}
	return [...findings.values()];
}

// --- helpers ---

const PATH_MAX = 200;

function describePayload(error: ErrorObject): string {
	const rule = describeRule(error);
	return error.keyword === "type" && Array.isArray(error.data)
		? `${rule}, is a list (a name that is sent twice makes one)`
		: rule;
}

function pathOf(error: ErrorObject): string {
	const { params, instancePath } = error;
	const key: unknown = params.missingProperty ?? keyOf(error);
	const path =
		typeof key === "string" ? instancePath + toPointer([key]) : instancePath;
	return path.length > PATH_MAX ? `${path.slice(0, PATH_MAX)}…` : path;
}

function wrongValue(path: KeyPath, error: ErrorObject): Wording {
	if (error.keyword === "required") {
		return {
			what: `${nameOf(path)} has no \`${error.params.missingProperty}\``,
		};
	}
	const what = `${nameOf(path)} is not valid`;
	if (error.keyword !== "enum") {
		return { what: `${what}: it ${describeRule(error)}` };
	}
	return notAmong(what, error.data, error.params.allowedValues);
}

function nameOf(path: KeyPath): string {
	return path.length === 0 ? "the schema" : `\`${path.join(".")}\``;
}
