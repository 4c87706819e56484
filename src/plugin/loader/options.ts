import type { ErrorObject } from "ajv";
import { asRecord } from "../../event/is-record.ts";
import { checkSchema, createAjv, EXPLAIN } from "../../finding/ajv.ts";
import type { Wording } from "../../finding/finding.ts";
import type { KeyPath } from "../../finding/located.ts";
import { parsePointer } from "../../finding/pointer.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import { describeRule } from "../../finding/words.ts";
import { toProblems } from "../../kind/words.ts";
import type { JsonSchema } from "../schema-type.ts";

/** A problem with a handler of a route; `keys` lead there from `handler`: `["options", "currency"]`. */
export interface HandlerProblem extends Wording {
	readonly keys: KeyPath;
}

/** Returns a copy of the options with the defaults filled in, and what is wrong with them. */
export type OptionsCheck = (options: unknown) => {
	readonly options: unknown;
	readonly problems: readonly HandlerProblem[];
};

/** Accepts all options, for a plugin without a schema of its options. */
export function anyOptions(options: unknown): ReturnType<OptionsCheck> {
	return { options: options ?? {}, problems: [] };
}

/** Compiles a plugin's schema of its options. Throws an Error if the schema is invalid, which includes unknown keywords. */
export function compileOptions(schema: JsonSchema): OptionsCheck {
	const errors = checkSchema(schema);
	if (errors.length > 0) throw new Error(wordsOf(errors));
	const validate = createAjv({
		...EXPLAIN,
		useDefaults: true,
		validateSchema: false,
		logger: false,
	}).compile(schema);
	const { properties, required } = schema;
	const names = [
		...new Set([
			...Object.keys(asRecord(properties)),
			...(Array.isArray(required) ? required.map(String) : []),
		]),
	];
	return (given) => {
		const options: unknown = structuredClone(given ?? {});
		if (validate(options)) return { options, problems: [] };
		const problems = toProblems(validate.errors ?? [], inYaml).map(
			({ path, message }) =>
				toHandlerProblem(parsePointer(path), message, { names, properties }),
		);
		return { options, problems };
	};
}

// --- helpers ---

function inYaml(error: ErrorObject): string {
	return describeRule(error, "YAML");
}

/** Describes the mistakes in a schema: the first error of each position, because AJV repeats it for every vocabulary. */
function wordsOf(errors: readonly ErrorObject[]): string {
	const words = new Map<string, string>();
	for (const { path, message } of toProblems(errors, describeRule)) {
		const name = parsePointer(path).join(".");
		if (words.has(name)) continue;
		words.set(name, name === "" ? `it ${message}` : `\`${name}\` ${message}`);
	}
	return [...words.values()].join("; ");
}

/** The options that a schema names. */
interface KnownOptions {
	readonly names: readonly string[];
	readonly properties: unknown;
}

function toHandlerProblem(
	path: readonly string[],
	message: string,
	{ names, properties }: KnownOptions,
): HandlerProblem {
	const keys = ["options", ...path];
	const name = path.join(".");
	if (path.length === 1 && !names.includes(name)) {
		return {
			keys,
			what: `unknown option \`${name}\``,
			expected: expectedNames(names),
			todo: didYouMean(name, names),
		};
	}
	const whose = name === "" ? "`options`" : `the option \`${name}\``;
	return {
		keys,
		what: `${whose} ${message}`,
		expected: descriptionOf(asRecord(properties)[path[0] ?? ""]),
		todo: undefined,
	};
}

/** Returns the words of the schema's author on an option. */
function descriptionOf(property: unknown): string | undefined {
	const { description } = asRecord(property);
	return typeof description === "string" ? description : undefined;
}

function expectedNames(names: readonly string[]): string {
	if (names.length === 0) return "no options";
	return names.length === 1 ? listWords(names) : `one of ${listWords(names)}`;
}
