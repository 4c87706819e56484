import type { ErrorObject } from "ajv";
import type { Wording } from "../../finding/finding.ts";
import type { Place } from "../../finding/site.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import {
	DURATION_FORM,
	guessDuration,
	guessSize,
	SIZE_FORM,
} from "../../finding/units.ts";
import {
	namesOf,
	nameTypeOf,
	nameTypes,
	unknownKey,
} from "../../finding/words.ts";

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
			return strayKey(
				error.params.additionalProperty as string,
				namesOf(schema),
				name,
				isIncluded,
			);
		case "required":
			return missingKey(error.params.missingProperty as string, schema, name);
		case "propertyNames":
			return {
				what: `${place.isSecret() ? "this" : `\`${error.params.propertyName}\``} cannot be a name in ${name}`,
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
			return oneOfSeveral(error.data as object, schema, name);
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

/** The parts of a schema that messages are made from. */
interface SchemaPart {
	readonly properties?: Readonly<Record<string, SchemaPart>>;
	readonly examples?: readonly unknown[];
	readonly unit?: string;
	readonly expects?: string;
	readonly type?: string | readonly string[];
	readonly oneOf?: readonly { readonly required?: readonly string[] }[];
	readonly minimum?: number;
	readonly maximum?: number;
}

/** The sections that only the file has that is read first. */
const FIRST_ONLY: ReadonlySet<string> = new Set([
	"server",
	"inbox",
	"defaults",
]);

function strayKey(
	key: string,
	known: readonly string[],
	name: string,
	isIncluded: boolean,
): Wording {
	if (!isIncluded || !FIRST_ONLY.has(key)) return unknownKey(key, known, name);
	return {
		what: `\`${key}\` stands in an included file`,
		expected: listWords(known),
		todo: "move it to the file that is read first",
	};
}

function missingKey(key: string, schema: SchemaPart, name: string): Wording {
	const [whole] = schema.examples ?? [];
	const example =
		schema.properties?.[key]?.examples?.[0] ??
		(whole as Readonly<Record<string, unknown>> | undefined)?.[key];
	return {
		what: `${name} has no \`${key}\``,
		todo:
			example === undefined
				? undefined
				: `write for example \`${key}: ${toFlow(example)}\``,
	};
}

function emptyHint(name: string): { readonly todo?: string } {
	if (name === "`firewall`") {
		return { todo: "name networks, or `any` to admit every address" };
	}
	if (name === "`match`") {
		return { todo: "take it out to match every payload" };
	}
	if (name === "`retry`") return { todo: "write `none` to try once only" };
	if (["`orderBy`", "`by`", "`dedupe`"].includes(name)) {
		return { todo: "write `false` for none" };
	}
	return {};
}

/** Of a handler's types, or the places of a secret, there is exactly one. */
function oneOfSeveral(
	data: object,
	{ oneOf = [] }: SchemaPart,
	name: string,
): Wording {
	const keys = oneOf.flatMap(({ required }) => required ?? []);
	const written = keys.filter((key) => key in data);
	const expected = `exactly one of ${listWords(keys, "and")}`;
	if (written.length > 0) {
		return { what: `${name} has ${listWords(written, "and")}`, expected };
	}
	const isHandler = name === "`handler`" || name === "`fallback`";
	return isHandler
		? { what: `${name} does not say what answers`, expected }
		: { what: `${name} has none of ${listWords(keys, "and")}`, expected };
}

/** Writes a small value the way it would stand in one line of YAML. */
function toFlow(value: unknown): string {
	if (typeof value !== "object" || value === null) {
		const text = String(value);
		// A flow collection would read the braces of a reference as its own.
		return text.includes("${") ? `"${text}"` : text;
	}
	if (Array.isArray(value)) return `[${value.map(toFlow).join(", ")}]`;
	const pairs = Object.entries(value).map(
		([key, item]) => `${key}: ${toFlow(item)}`,
	);
	return `{ ${pairs.join(", ")} }`;
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

/** Words a value of another type than the schema says. */
function wrongType(
	error: ErrorObject,
	place: Place,
	schema: SchemaPart,
): Wording {
	const name = nameOf(place);
	const { data } = error;
	const what = `${name} is ${nameTypeOf(data)}`;
	if (typeof data === "number" && schema.unit !== undefined) {
		return bareNumber(data, schema.unit, name);
	}
	const types = [schema.type ?? []].flat();
	// Where there are several, their form says more than their names.
	const form = types.length > 1 ? schema.expects : undefined;
	const expected = formOf(schema.unit) ?? form ?? nameTypes(types);
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

/** Words a text that does not have its form. */
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
