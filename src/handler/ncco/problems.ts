import type { ErrorObject } from "ajv";
import { asRecord } from "../../event/is-record.ts";
import { fromPointer } from "../../finding/pointer.ts";
import { didYouMean, listWords, nearest } from "../../finding/suggest.ts";
import { notAmong, withoutEchoes } from "../../finding/words.ts";
import {
	ADVICE,
	adviceOf,
	branchNames,
	isAdvice,
	NUMERIC_TEXT,
	resolveSchema,
	type Schema,
} from "./schema.ts";
import {
	describeSchema,
	describeValue,
	type NccoProblem,
	type NccoVerdict,
	optionName,
} from "./words.ts";

/** The options of `toNccoVerdict`. */
export interface WordingOptions {
	/** The whole NCCO schema, for resolving `$ref`. */
	readonly root: Schema;
	/** Returns true for a value that is not known yet: text with a template expression. */
	readonly isOpen: (value: unknown) => boolean;
	/** Allows showing a value that is one short word. */
	readonly quote: boolean;
}

/**
 * Converts AJV's errors (of a validator with `explain`) into problems, at most 20 of each severity. An open value counts as any
 * text: it is only refused in the place of a list or mapping, or as a name that decides about the other options.
 */
export function toNccoVerdict(
	ncco: unknown,
	found: readonly ErrorObject[],
	options: WordingOptions,
): NccoVerdict {
	const { refusals, advice } = separate(
		withoutEchoes(found).filter((error) => !isUntagged(error, found)),
	);
	const firstAdvice = new Map<string, ErrorObject>();
	for (const error of advice) {
		const { instancePath } = error;
		if (!firstAdvice.has(instancePath)) firstAdvice.set(instancePath, error);
	}
	const errors = new Map<string, NccoProblem>();
	for (const error of refusals) {
		if (errors.size === PROBLEMS_MAX) break;
		const isForm = FORM_KEYWORDS.has(error.keyword);
		if (options.isOpen(error.data) && !isForm) continue;
		// The advice describes the expectation best: a number from 1 to 20, not merely "no list".
		const telling = isForm ? firstAdvice.get(error.instancePath) : undefined;
		add(errors, toProblem(ncco, telling ?? error, options));
	}
	const warnings = new Map<string, NccoProblem>();
	for (const error of advice) {
		if (warnings.size === PROBLEMS_MAX) break;
		if (options.isOpen(error.data)) continue;
		const problem = toProblem(ncco, error, options);
		if (errors.has(keyOf(problem))) continue;
		const isEmpty = error.data === null || error.data === "";
		add(
			warnings,
			isEmpty
				? { ...problem, todo: "leave it out if you do not need it" }
				: problem,
		);
	}
	return { errors: [...errors.values()], warnings: [...warnings.values()] };
}

// --- helpers ---

const PROBLEMS_MAX = 20;

/** Keywords that restrict the JSON type of a value. An empty text counts as left out. */
const FORM_KEYWORDS = new Set(["type", "maxLength", "minLength"]);

function separate(errors: readonly ErrorObject[]) {
	const refusals: ErrorObject[] = [];
	const advice: ErrorObject[] = [];
	for (const error of errors) {
		// Each part of the advice reports itself.
		if (error.keyword === ADVICE) continue;
		(isAdvice(error) ? advice : refusals).push(error);
	}
	return { refusals, advice };
}

/** Adds a problem unless its value already has one. The first error is the most useful: the type before the bounds. */
function add(problems: Map<string, NccoProblem>, problem: NccoProblem): void {
	const key = keyOf(problem);
	if (!problems.has(key)) problems.set(key, problem);
}

function keyOf({ path }: NccoProblem): string {
	return JSON.stringify(path);
}

/** Returns true for a mapping without the name of its type. `required` reports that too. */
function isUntagged(
	{ keyword, instancePath, params }: ErrorObject,
	errors: readonly ErrorObject[],
): boolean {
	return (
		keyword === "discriminator" &&
		errors.some(
			(error) =>
				error.keyword === "required" &&
				error.instancePath === instancePath &&
				error.params.missingProperty === params.tag,
		)
	);
}

function toProblem(
	ncco: unknown,
	error: ErrorObject,
	options: WordingOptions,
): NccoProblem {
	const path = fromPointer(error.instancePath, ncco);
	const name = optionName(ncco, path);
	const schema = error.parentSchema as Schema;
	const { keyword, params, data } = error;
	if (keyword === "required") {
		const missing = String(params.missingProperty);
		const properties = (schema.properties ?? {}) as Record<string, Schema>;
		const wanted = properties[missing];
		const what = `${name} has no \`${missing}\``;
		const others = Object.keys(asRecord(data)).filter(
			(key) => !Object.hasOwn(properties, key),
		);
		const typo = options.quote ? nearest(missing, others) : undefined;
		// Reports one finding for one mistake: at the mistyped name, which then no longer counts as an unknown option.
		if (typo !== undefined && typo.length <= missing.length + 2) {
			const todo = `write \`${missing}\` instead of \`${typo}\``;
			return { path: [...path, typo], part: "key", what, todo };
		}
		return {
			path: [...path, missing],
			what,
			expected: wanted && describeWanted(options.root, wanted),
		};
	}
	if (keyword === "discriminator") {
		return toTagProblem(ncco, path, error, options);
	}
	if (keyword === "anyOf") {
		return {
			path,
			what: `${name} is incomplete`,
			expected: describeSchema(schema),
		};
	}
	if (path.length === 0) {
		return {
			path,
			what:
				keyword === "minItems"
					? "the NCCO has no action, which ends the call at once"
					: `the NCCO is ${describeValue(data, options)}`,
			expected: describeSchema(schema),
		};
	}
	if (path.length === 1) {
		return {
			path,
			what: `the action is ${describeValue(data, options)}`,
			expected: "a mapping with `action`",
		};
	}
	return {
		path,
		what: `${name} is ${describeValue(options.quote ? toNumber(data, schema) : data, options)}`,
		expected: describeSchema(schema),
		todo: adviceFor(error),
	};
}

/** Describes an `action` or an endpoint's `type` with an unknown name. */
function toTagProblem(
	ncco: unknown,
	path: readonly (string | number)[],
	{ params, data, parentSchema }: ErrorObject,
	options: WordingOptions,
): NccoProblem {
	const tag = String(params.tag);
	const value = (data as Readonly<Record<string, unknown>>)[tag];
	const at = [...path, tag];
	const names = branchNames(parentSchema as Schema);
	// The name of an unknown action may be any text, so it is not shown.
	const name = path.length === 1 ? "`action`" : optionName(ncco, at);
	if (options.isOpen(value)) {
		return {
			path: at,
			what: `${name} is a template`,
			expected: listWords(names),
			todo: "write the word itself: a value must not decide what the call does",
		};
	}
	// A misspelled type is not personal. A word that is not similar to any type may be.
	const isMisspelled =
		typeof value === "string" && nearest(value, names) !== undefined;
	const quote = options.quote || isMisspelled;
	const what = `${name} is ${describeValue(value, { quote })}`;
	return { path: at, ...notAmong(what, value, names) };
}

/** Describes the values of an option, by its advice if there is any. */
function describeWanted(root: Schema, option: Schema): string | undefined {
	const full = resolveSchema(root, option);
	return describeSchema({ ...full, ...adviceOf(full) });
}

/** Parses a number in a text: "it is text" would not explain the mistake. */
function toNumber(data: unknown, schema: Schema): unknown {
	const isNumber =
		schema["x-numeric-text"] === true &&
		typeof data === "string" &&
		NUMERIC_TEXT.test(data);
	return isNumber ? Number(data) : data;
}

function adviceFor({ keyword, params, data, parentSchema }: ErrorObject) {
	const schema = parentSchema as Schema;
	if (keyword === "enum" && typeof data === "string") {
		const known = (schema.enum as readonly unknown[]).map(String);
		return didYouMean(data, known);
	}
	if (keyword !== "type") return undefined;
	const types: readonly unknown[] = [params.type].flat();
	if (typeof data === "number") {
		const fits = new RegExp(String(schema.pattern ?? ""), "u").test(`${data}`);
		return types.length === 1 && types[0] === "string" && fits
			? "write it in quotes"
			: undefined;
	}
	if (types.includes("string") && isUnquotedTemplate(data)) {
		return "put the template in quotes: `{{ }}` alone is a YAML mapping";
	}
	if (types.length === 1 && types[0] === "array" && data !== null) {
		return "write it as a list, in brackets";
	}
	return undefined;
}

function isUnquotedTemplate(data: unknown): boolean {
	if (typeof data !== "object" || data === null) return false;
	const [key, ...more] = Object.keys(data);
	return more.length === 0 && key !== undefined && key.startsWith("{ ");
}
