import type { ErrorObject } from "ajv/dist/2020.js";
import type { Place } from "./place.ts";
import type { Wording } from "./report.ts";
import { didYouMean, listWords } from "./suggest.ts";
import { DURATION_FORM, guessDuration, guessSize, SIZE_FORM } from "./units.ts";

/** Says in a person's words what AJV found at `place`. */
export function wordError(
	error: ErrorObject,
	place: Place,
	isIncluded: boolean,
): Wording {
	const schema = error.parentSchema as SchemaPart;
	const name = nameOf(place);
	switch (error.keyword) {
		case "additionalProperties":
			return unknownKey(
				error.params.additionalProperty as string,
				Object.keys(schema.properties ?? {}),
				name,
				isIncluded,
			);
		case "required":
			return missingKey(error.params.missingProperty as string, schema, name);
		case "propertyNames":
			return {
				what: `\`${error.params.propertyName}\` cannot be a name in ${name}`,
				expected: (error.schema as SchemaPart).expects,
			};
		case "type":
			return wrongType(error, place, schema);
		case "const":
			return {
				what: `${name} is ${place.show(error.data)}`,
				expected: String(error.params.allowedValue),
			};
		case "enum":
			return notAllowed(error, place);
		case "pattern":
			return misspelled(error.data, place, schema);
		case "minItems":
		case "minLength":
		case "minProperties":
			return { what: `${name} is empty`, ...emptyHint(name) };
		case "oneOf":
			return handlerTypes(error.data as object, schema, name);
		case "not":
			return {
				what: `${name} has more than one body`,
				expected: "at most one of `text`, `json` and `file`",
				todo: "take the others out",
			};
		case "dependentRequired":
			return {
				what: `${name} has \`options\` without \`plugin\``,
				todo: "take `options` out: only a plugin has options",
			};
		case "minimum":
		case "maximum":
			return {
				what: `${name} is ${String(error.data)}`,
				expected: `${schema.minimum} to ${schema.maximum}`,
			};
		default:
			return { what: `${name} ${error.message ?? "is wrong"}` };
	}
}

// --- helpers ---

/** What this file reads of a part of the schema. */
interface SchemaPart {
	readonly properties?: Readonly<Record<string, SchemaPart>>;
	readonly examples?: readonly unknown[];
	readonly unit?: string;
	readonly expects?: string;
	readonly type?: string | readonly string[];
	readonly items?: unknown;
	readonly minimum?: number;
	readonly maximum?: number;
}

/** `server`, a route, the file: what a message calls the value at a place. */
function nameOf({ path }: Place): string {
	const keys = path.filter((key) => !/^\d+$/.test(String(key)));
	const last = keys.at(-1);
	if (last === undefined) return "the file";
	const isItem = /^\d+$/.test(String(path.at(-1)));
	if (last === "routes" && isItem) return "the route";
	return isItem ? `an item of \`${last}\`` : `\`${last}\``;
}

function unknownKey(
	key: string,
	known: readonly string[],
	name: string,
	isIncluded: boolean,
): Wording {
	const what = `unknown key \`${key}\` in ${name}`;
	if (isIncluded && (key === "server" || key === "defaults")) {
		return {
			what: `\`${key}\` stands in an included file`,
			expected: listWords(known),
			todo: "move it to the file that is read first",
		};
	}
	const todo = didYouMean(key, known);
	if (todo !== undefined) return { what, todo };
	return { what, expected: listWords(known) };
}

function missingKey(key: string, schema: SchemaPart, name: string): Wording {
	const example = schema.properties?.[key]?.examples?.[0];
	return {
		what: `${name} has no \`${key}\``,
		todo:
			example === undefined
				? undefined
				: `write for example \`${key}: ${toFlow(example)}\``,
	};
}

function wrongType(
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
	const expected =
		formOf(schema.unit) ??
		types.map((type) => TYPES[type] ?? type).join(" or ");
	const isScalar = typeof data === "number" || typeof data === "boolean";
	if (name === "`listen`" && typeof data === "number") {
		return { what, expected, todo: `write \`":${data}"\`` };
	}
	if (name === "`handler`" && typeof data === "string") {
		const plugin = place.isSecret() ? "name" : data;
		return { what, expected, todo: `write \`{ plugin: ${plugin} }\`` };
	}
	return {
		what,
		expected,
		todo:
			isScalar && types.includes("string") && schema.unit === undefined
				? `write it in quotes: \`"${data}"\``
				: undefined,
	};
}

const TYPES: Readonly<Record<string, string>> = {
	string: "text",
	object: "a mapping",
	array: "a list",
	integer: "a whole number",
	boolean: "`true` or `false`",
};

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
		todo: unit === "duration" ? guessDuration(data) : guessSize(data),
	};
}

function formOf(unit: string | undefined): string | undefined {
	if (unit === "duration") return DURATION_FORM;
	return unit === "size" ? SIZE_FORM : undefined;
}

function notAllowed(error: ErrorObject, place: Place): Wording {
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

function misspelled(
	data: unknown,
	place: Place,
	{ unit, expects }: SchemaPart,
): Wording {
	const isSecret = place.isSecret();
	const name = nameOf(place);
	if (unit !== undefined && /^\d+$/.test(String(data)) && !isSecret) {
		return bareNumber(data, unit, name);
	}
	const guess = unit === "duration" ? guessDuration : guessSize;
	return {
		what: `${name} is ${place.show(data)}`,
		expected: formOf(unit) ?? expects,
		todo: unit === undefined || isSecret ? undefined : guess(data),
	};
}

function emptyHint(name: string): { readonly todo?: string } {
	if (name === "`firewall`") {
		return { todo: "name networks, or `any` to admit every address" };
	}
	if (name === "`match`") {
		return { todo: "take it out to match every payload" };
	}
	return {};
}

function handlerTypes(data: object, schema: SchemaPart, name: string): Wording {
	const types = Object.keys(schema.properties ?? {}).filter(
		(key) => key !== "options",
	);
	const written = types.filter((type) => type in data);
	const expected = `exactly one of ${listWords(types, "and")}`;
	return written.length === 0
		? { what: `${name} does not say what answers`, expected }
		: { what: `${name} has ${listWords(written, "and")}`, expected };
}

/** Writes a small value the way it would stand in one line of YAML. */
function toFlow(value: unknown): string {
	if (typeof value !== "object" || value === null) return String(value);
	if (Array.isArray(value)) return `[${value.map(toFlow).join(", ")}]`;
	const pairs = Object.entries(value).map(
		([key, item]) => `${key}: ${toFlow(item)}`,
	);
	return `{ ${pairs.join(", ")} }`;
}
