import type { ErrorObject } from "ajv/dist/2020.js";
import type { Wording } from "./finding.ts";
import type { Place } from "./site.ts";
import { didYouMean, listWords } from "./suggest.ts";
import { DURATION_FORM, guessDuration, guessSize, SIZE_FORM } from "./units.ts";

/** What messages read of a part of the schema. */
export interface SchemaPart {
	readonly properties?: Readonly<Record<string, SchemaPart>>;
	readonly examples?: readonly unknown[];
	readonly unit?: string;
	readonly expects?: string;
	readonly type?: string | readonly string[];
	readonly oneOf?: readonly { readonly required?: readonly string[] }[];
	readonly minimum?: number;
	readonly maximum?: number;
}

/** `server`, a route, the file: what a message calls the value at a place. */
export function nameOf({ path }: Place): string {
	const keys = path.filter((key) => !/^\d+$/.test(String(key)));
	const last = keys.at(-1);
	if (last === undefined) return "the file";
	const isItem = /^\d+$/.test(String(path.at(-1)));
	if (last === "routes" && isItem) return "the route";
	return isItem ? `an item of \`${last}\`` : `\`${last}\``;
}

/** Words a value of another type than the schema says. */
export function wrongType(
	error: ErrorObject,
	place: Place,
	schema: SchemaPart,
): Wording {
	const name = nameOf(place);
	const { data } = error;
	const what = `${name} is ${describeType(data)}`;
	if (typeof data === "number" && schema.unit !== undefined) {
		return bareNumber(data, schema.unit, name);
	}
	const types = [schema.type ?? []].flat();
	// Where there are several, their form says more than their names.
	const form = types.length > 1 ? schema.expects : undefined;
	const expected = formOf(schema.unit) ?? form ?? listTypes(types);
	const isScalar = typeof data === "number" || typeof data === "boolean";
	if (name === "`listen`" && typeof data === "number") {
		return { what, expected, todo: `write \`":${data}"\`` };
	}
	if (name === "`handler`" && typeof data === "string") {
		const plugin = place.isSecret() ? "name" : data;
		return { what, expected, todo: `write \`{ plugin: ${plugin} }\`` };
	}
	if (name === "`retry`" && typeof data === "number") {
		const todo = "write a delay for each try, such as `[1s, 10s, 1m]`";
		return { what, expected, todo };
	}
	const isText =
		form === undefined &&
		isScalar &&
		types.includes("string") &&
		schema.unit === undefined;
	if (!isText) return { what, expected };
	const todo = place.isSecret()
		? "write it in quotes"
		: `write it in quotes: \`"${data}"\``;
	return { what, expected, todo };
}

/** Words a value that is none of those allowed. */
export function notAllowed(error: ErrorObject, place: Place): Wording {
	const allowed = (error.params.allowedValues as readonly unknown[]).filter(
		(value) => value !== "true" && value !== "false",
	);
	const words = allowed.map(String);
	const { data } = error;
	const what = `${nameOf(place)} is ${data === null ? "empty" : place.show(data)}`;
	const isText = typeof data === "string" && !place.isSecret();
	return {
		what,
		expected: listWords(words),
		todo: isText ? didYouMean(data, words) : undefined,
	};
}

/** Words a text that does not have its form. */
export function misspelled(
	data: unknown,
	place: Place,
	{ unit, expects }: SchemaPart,
): Wording {
	const isSecret = place.isSecret();
	const name = nameOf(place);
	if (unit !== undefined && /^\d+$/.test(String(data)) && !isSecret) {
		return bareNumber(data, unit, name);
	}
	return {
		what: `${name} is ${place.show(data)}`,
		expected: formOf(unit) ?? expects,
		todo:
			unit === undefined || isSecret
				? undefined
				: unit === "duration"
					? guessDuration(data)
					: guessSize(data),
	};
}

// --- helpers ---

const TYPES: Readonly<Record<string, string>> = {
	string: "text",
	object: "a mapping",
	array: "a list",
	integer: "a whole number",
	number: "a number",
	boolean: "`true` or `false`",
};

function listTypes(types: readonly string[]): string {
	const names = types.map((type) => TYPES[type] ?? type);
	if (names.length < 3) return names.join(" or ");
	return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

function describeType(value: unknown): string {
	if (value === null || value === undefined) return "empty";
	if (Array.isArray(value)) return "a list";
	if (typeof value === "object") return "a mapping";
	if (typeof value === "string") return "text";
	return typeof value === "number" ? "a number" : `\`${String(value)}\``;
}

function bareNumber(data: unknown, unit: string, name: string): Wording {
	return {
		what: `${name} is a number without a unit`,
		expected: formOf(unit),
		todo:
			unit === "duration"
				? guessDuration(data, /retention/i.test(name) ? ["h", "d"] : undefined)
				: guessSize(data),
	};
}

function formOf(unit: string | undefined): string | undefined {
	if (unit === "duration") return DURATION_FORM;
	return unit === "size" ? SIZE_FORM : undefined;
}
