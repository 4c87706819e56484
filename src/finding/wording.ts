import type { ErrorObject } from "ajv/dist/2020.js";
import type { Wording } from "./report.ts";
import type { Place } from "./site.ts";
import { didYouMean, listWords } from "./suggest.ts";
import {
	misspelled,
	nameOf,
	notAllowed,
	type SchemaPart,
	wrongType,
} from "./wording-values.ts";

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
		case "dependentRequired": {
			const { property, missingProperty } = error.params;
			return {
				what: `${name} has \`${property}\` without \`${missingProperty}\``,
				todo: `take \`${property}\` out: only a ${missingProperty} has ${property}`,
			};
		}
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

/** The sections that only the file has that is read first. */
const FIRST_ONLY: ReadonlySet<string> = new Set([
	"server",
	"inbox",
	"defaults",
]);

function unknownKey(
	key: string,
	known: readonly string[],
	name: string,
	isIncluded: boolean,
): Wording {
	const what = `unknown key \`${key}\` in ${name}`;
	if (isIncluded && FIRST_ONLY.has(key)) {
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
