import type { ErrorObject } from "ajv";
import { toPointer } from "../finding/pointer.ts";
import type { Problem } from "./kind.ts";

/** More than anyone reads; a hostile payload could have thousands. */
export const PROBLEMS_MAX = 20;

/**
 * Says what is wrong with a payload, in words without a value of it: values may be personal. Names
 * are kept, cut to 200 characters. Wants errors of a validator with `verbose`, at most 20 come out.
 */
export function toProblems(errors: readonly ErrorObject[]): Problem[] {
	const problems = new Map<string, Problem>();
	for (const error of withoutBranches(errors)) {
		if (problems.size === PROBLEMS_MAX) break;
		const problem = { path: pathOf(error), message: describe(error) };
		problems.set(`${problem.path} ${problem.message}`, problem);
	}
	return [...problems.values()];
}

// --- helpers ---

const PATH_MAX = 200;

const WORDS: Readonly<Record<string, string>> = {
	string: "text",
	integer: "a whole number",
	number: "a number",
	boolean: "true or false",
	object: "an object",
	array: "a list",
	null: "null",
};

/** One error says that no branch fits; those of each branch would only be noise beside it. */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
	const forks = errors.filter(
		({ keyword }) => keyword === "anyOf" || keyword === "oneOf",
	);
	return errors.filter(
		({ keyword, schemaPath, instancePath }) =>
			keyword !== "if" &&
			!forks.some(
				(fork) =>
					schemaPath.startsWith(`${fork.schemaPath}/`) &&
					instancePath.startsWith(fork.instancePath),
			),
	);
}

function pathOf(error: ErrorObject): string {
	const { params, instancePath } = error;
	const name =
		params.missingProperty ??
		params.additionalProperty ??
		params.unevaluatedProperty ??
		params.propertyName;
	const path =
		typeof name === "string" ? instancePath + toPointer([name]) : instancePath;
	return path.length > PATH_MAX ? `${path.slice(0, PATH_MAX)}…` : path;
}

function describe(error: ErrorObject): string {
	const { keyword, params, message } = error;
	switch (keyword) {
		case "required":
		case "dependentRequired":
		case "dependencies":
			return "is missing";
		case "additionalProperties":
		case "unevaluatedProperties":
			return "is not a field of the schema";
		case "type":
			return describeType(params.type, error.data);
		case "const":
			return `must be ${JSON.stringify(params.allowedValue)}`;
		case "enum":
			return `must be one of ${asList(params.allowedValues)
				.map((value) => JSON.stringify(value))
				.join(", ")}`;
		case "anyOf":
			return describeBranches(asList(error.schema));
		case "oneOf":
			return params.passingSchemas
				? "fits more than one form, must fit exactly one"
				: describeBranches(asList(error.schema));
		case "not":
			return "has a form that the schema excludes";
		case "false schema":
			return "is not allowed";
		case "propertyNames":
			return "is not an allowed name";
		default:
			return message ?? `breaks the rule \`${keyword}\``;
	}
}

function describeType(type: unknown, data: unknown): string {
	const types = Array.isArray(type) ? type : [type];
	const wanted = types.map((name) => WORDS[name] ?? String(name)).join(" or ");
	return Array.isArray(data)
		? `must be ${wanted}, is a list (a name that is sent twice makes one)`
		: `must be ${wanted}`;
}

/** Names the fields where each branch asks for some, which is what a kind's `anyOf` is for. */
function describeBranches(branches: readonly unknown[]): string {
	const names = branches.map((branch) =>
		asList((branch as { required?: unknown } | null)?.required)
			.map((name) => `\`${name}\``)
			.join(" and "),
	);
	const known = names.filter((name) => name !== "");
	if (known.length === 0) return "fits none of the allowed forms";
	const other = known.length < names.length ? ", or another allowed form" : "";
	return `must have ${known.join(", or ")}${other}`;
}

function asList(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}
