import type { ErrorObject } from "ajv";
import { asRecord } from "../event/is-record.ts";
import type { Wording } from "./finding.ts";
import { didYouMean, joinWords, listWords } from "./suggest.ts";

/**
 * The language of the author of a value: an object of JSON is a mapping of YAML. Messages about payloads use the terms of JSON,
 * those about routes.yaml and its options the terms of YAML.
 */
export type Language = "JSON" | "YAML";

/**
 * Removes errors that only repeat another one. The error that no branch of an `anyOf` or `oneOf` fits makes the errors of its
 * branches redundant, and `if` adds nothing to its `then`.
 */
export function withoutEchoes(errors: readonly ErrorObject[]): ErrorObject[] {
	const forks = errors.filter(
		({ keyword }) => keyword === "anyOf" || keyword === "oneOf",
	);
	return errors.filter(
		({ keyword, instancePath, schemaPath }) =>
			keyword !== "if" &&
			!forks.some(
				(fork) =>
					schemaPath.startsWith(`${fork.schemaPath}/`) &&
					`${instancePath}/`.startsWith(`${fork.instancePath}/`),
			),
	);
}

/** Returns the key that an error refers to. Undefined if it refers to the value itself. */
export function keyOf({ params }: ErrorObject): string | undefined {
	const key: unknown =
		params.additionalProperty ??
		params.unevaluatedProperty ??
		params.propertyName;
	return typeof key === "string" ? key : undefined;
}

/** Lists the keys that a schema names. */
export function namesOf(schema: unknown): string[] {
	return Object.keys(asRecord(asRecord(schema).properties));
}

/** Describes a key that the schema does not have: suggests a similar one, or lists all. */
export function unknownKey(
	key: string,
	known: readonly string[],
	where: string,
): Wording {
	const what = `unknown key \`${key}\` in ${where}`;
	const [, name = ""] = /^([\w-]+):[^/]/.exec(key) ?? [];
	if (known.includes(name)) {
		return { what, todo: `put a space after the colon: \`${name}: …\`` };
	}
	const todo = didYouMean(key, known);
	if (todo !== undefined) return { what, todo };
	return { what, expected: known.length === 0 ? "no key" : listWords(known) };
}

/** Describes a value that is not one of the allowed ones, with a suggestion for a text. */
export function notAmong(
	what: string,
	value: unknown,
	allowed: readonly unknown[],
): Wording {
	const words = allowed.map(String);
	const todo = typeof value === "string" ? didYouMean(value, words) : undefined;
	return { what, expected: listWords(words), todo };
}

/** Names the types that a schema allows: `text, a list or \`true\``. */
export function nameTypes(
	types: readonly unknown[],
	language: Language = "YAML",
): string {
	const names = types.flatMap((type) => {
		if (type === "object" && language === "JSON") return "an object";
		return TYPES[String(type)] ?? String(type);
	});
	return joinWords(names);
}

/** Names the type of a value, without the value. */
export function nameTypeOf(value: unknown): string {
	if (value === null || value === undefined) return "empty";
	if (Array.isArray(value)) return "a list";
	if (typeof value === "object") return "a mapping";
	if (typeof value === "string") return "text";
	return typeof value === "number" ? "a number" : `\`${String(value)}\``;
}

/** Describes the rule that a value violates, as the rest of a sentence and without the value, which may be personal: `must be text`. */
export function describeRule(
	{ keyword, params, message, schema }: ErrorObject,
	language: Language = "JSON",
): string {
	switch (keyword) {
		case "required":
		case "dependentRequired":
		case "dependencies":
			return "is missing";
		case "additionalProperties":
		case "unevaluatedProperties":
			return "is not a field of the schema";
		case "type":
			return `must be ${nameTypes([params.type].flat(), language)}`;
		case "const":
			return `must be ${JSON.stringify(params.allowedValue)}`;
		case "enum":
			return `must be one of ${asList(params.allowedValues)
				.map((value) => JSON.stringify(value))
				.join(", ")}`;
		case "anyOf":
			return describeBranches(asList(schema));
		case "oneOf":
			return params.passingSchemas
				? "fits more than one form, must fit exactly one"
				: describeBranches(asList(schema));
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

// --- helpers ---

const TYPES: Readonly<Record<string, string | readonly string[]>> = {
	string: "text",
	integer: "a whole number",
	number: "a number",
	boolean: ["`true`", "`false`"],
	object: "a mapping",
	array: "a list",
	null: "null",
};

/** Names the fields that the branches require, the purpose of a kind's `anyOf`. */
function describeBranches(branches: readonly unknown[]): string {
	const names = branches.map((branch) =>
		asList(asRecord(branch).required)
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
