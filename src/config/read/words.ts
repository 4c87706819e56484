import type { ErrorObject } from "ajv";
import type { Wording } from "../../finding/finding.ts";
import { guessRate, RATE_FORM } from "../../finding/rate.ts";
import type { Site } from "../../finding/site.ts";
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
	notAmong,
	unknownKey,
} from "../../finding/words.ts";

/** Everything that a message about a file depends on, apart from the error. */
export interface Setting {
	readonly isIncluded: boolean;
	/** The keys of a handler: its types, and `options`. */
	readonly handlerKeys: readonly string[];
}

/** Describes an error of AJV at `site` in plain words. */
export function wordError(
	error: ErrorObject,
	site: Site,
	setting: Setting,
): Wording {
	const schema = error.parentSchema as SchemaPart;
	const name = nameOf(site);
	switch (error.keyword) {
		case "additionalProperties":
			return adviseInner(
				error.params.additionalProperty as string,
				site,
				strayKey(
					error.params.additionalProperty as string,
					namesOf(schema),
					name,
					setting,
				),
			);
		case "required":
			return missingKey(error.params.missingProperty as string, schema, name);
		case "propertyNames":
			return {
				what: `${site.isSecret() ? "this" : `\`${error.params.propertyName}\``} cannot be a name in ${name}`,
				expected: (error.schema as SchemaPart).expects,
			};
		case "type":
			return wrongType(error, site, schema);
		case "const":
			return {
				what: `${name} is ${site.show(error.data)}`,
				expected: String(error.params.allowedValue),
			};
		case "enum":
			return notAllowed(error, site);
		case "pattern":
			return misspelled(error.data, site, schema);
		case "minItems":
		case "minLength":
		case "minProperties":
			return { what: `${name} is empty`, todo: EMPTY_HINTS[name] };
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

/** Returns true for a key that is written one level too high: on a route, and not in its handler. */
export function belongsToHandler(
	key: string,
	known: readonly string[],
	handlerKeys: readonly string[],
): boolean {
	return (
		known.includes("handler") &&
		!known.includes(key) &&
		handlerKeys.includes(key)
	);
}

// --- helpers ---

/** The parts of a schema that messages use. */
interface SchemaPart {
	readonly properties?: Readonly<Record<string, SchemaPart>>;
	readonly examples?: readonly unknown[];
	readonly unit?: string;
	readonly pattern?: string;
	readonly expects?: string;
	readonly type?: string | readonly string[];
	readonly oneOf?: readonly { readonly required?: readonly string[] }[];
	readonly minimum?: number;
	readonly maximum?: number;
}

/** The sections that only the first file can have. */
const FIRST_ONLY: ReadonlySet<string> = new Set([
	"server",
	"admin",
	"inbox",
	"alerts",
	"platform",
	"defaults",
]);

function strayKey(
	key: string,
	known: readonly string[],
	name: string,
	{ isIncluded, handlerKeys }: Setting,
): Wording {
	if (belongsToHandler(key, known, handlerKeys)) {
		const inner = key === "options" ? "plugin: …, options" : key;
		return {
			what: `\`${key}\` is a key of \`handler\`, not of ${name}`,
			todo: `write \`handler: { ${inner}: … }\``,
		};
	}
	if (!isIncluded || !FIRST_ONLY.has(key)) return unknownKey(key, known, name);
	return {
		what: `\`${key}\` is in an included file`,
		expected: listWords(known),
		todo: "move it to the file that is read first",
	};
}

/** Explains an unknown key in a `match`, which is probably a nested field and must be written as a path. */
function adviseInner(key: string, { path }: Site, wording: Wording): Wording {
	if (path.at(-2) !== "match" || wording.todo !== undefined) return wording;
	const field = String(path.at(-1));
	return { ...wording, todo: `for a field inside, write \`${field}.${key}\`` };
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

/** The advice on an empty value. */
const EMPTY_HINTS: Readonly<Record<string, string>> = {
	"`firewall`": "name networks, or `any` to admit every address",
	"`match`": "take it out to match every payload",
	"`retry`": "write `none` to try once only",
	"`orderBy`": "write `false` for none",
	"`by`": "write `false` for none",
	"`dedupe`": "write `false` for none",
};

/** Describes alternatives of which exactly one is allowed, such as the types of a handler. */
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

/** Writes a small value as one line of YAML. */
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

/** Returns the name of the value at a position, for messages: `server`, the route, the file. */
function nameOf({ path }: Site): string {
	const keys = path.filter((key) => !/^\d+$/.test(String(key)));
	const last = keys.at(-1);
	if (last === undefined) return "the file";
	const isItem = /^\d+$/.test(String(path.at(-1)));
	if (last === "routes" && isItem) return "the route";
	return isItem ? `an item of \`${last}\`` : `\`${last}\``;
}

/** Describes a value of a wrong type. */
function wrongType(
	{ data }: ErrorObject,
	site: Site,
	schema: SchemaPart,
): Wording {
	const name = nameOf(site);
	const unit = UNITS[schema.unit ?? ""];
	if (typeof data === "number" && unit !== undefined) {
		return bareNumber(data, unit, name);
	}
	const types = [schema.type ?? []].flat();
	// Where there are several, their form says more than their names.
	const form = unit?.form ?? (types.length > 1 ? schema.expects : undefined);
	const isText = form === undefined && types.includes("string");
	return {
		what: `${name} is ${nameTypeOf(data)}`,
		expected: form ?? nameTypes(types),
		todo: adviseType(data, name, site.isSecret(), isText),
	};
}

/** Returns the replacement for a value of a wrong type, if that is clear. */
function adviseType(
	data: unknown,
	name: string,
	isSecret: boolean,
	isText: boolean,
): string | undefined {
	if (name === "`handler`" && typeof data === "string") {
		return `write \`{ plugin: ${isSecret ? "name" : data} }\``;
	}
	if (name === "`listen`" && typeof data === "number") {
		return `write \`":${data}"\``;
	}
	if (name === "`backlog`" && typeof data === "number") {
		const share = Math.round(data <= 1 ? data * 100 : data);
		return `write \`${isSecret ? "80" : share}%\``;
	}
	if (name === "`retry`" && typeof data === "number") {
		return "write a delay for each try, such as `[1s, 10s, 1m]`";
	}
	const isScalar = typeof data === "number" || typeof data === "boolean";
	if (!isText || !isScalar) return undefined;
	const quoted = isSecret ? "" : `: \`"${data}"\``;
	return `write it in quotes${quoted}`;
}

/** Describes a value that is not allowed. */
function notAllowed({ data, params }: ErrorObject, site: Site): Wording {
	const allowed = (params.allowedValues as readonly unknown[]).filter(
		(value) => value !== "true" && value !== "false",
	);
	const what = `${nameOf(site)} is ${data === null ? "empty" : site.show(data)}`;
	return notAmong(what, site.isSecret() ? undefined : data, allowed);
}

/** Describes a string with a wrong format. */
function misspelled(data: unknown, site: Site, schema: SchemaPart): Wording {
	const isSecret = site.isSecret();
	const name = nameOf(site);
	const unit = UNITS[schema.unit ?? ""];
	if (unit !== undefined && /^\d+$/.test(String(data)) && !isSecret) {
		return bareNumber(data, unit, name);
	}
	const isHandler = name === "`handler`" || name === "`fallback`";
	return {
		what: `${name} is ${site.show(data)}`,
		expected: unit?.form ?? schema.expects,
		todo: isSecret
			? undefined
			: isHandler
				? adviseHandler(String(data), schema)
				: unit?.guess(data),
	};
}

/** Suggests a handler for a string: a misspelled type, a type without its settings, or a plugin. */
function adviseHandler(
	text: string,
	{ properties = {}, pattern = "" }: SchemaPart,
): string {
	if (Object.hasOwn(properties, text)) return `write \`{ ${text}: … }\``;
	const bare = Object.keys(properties).filter((name) =>
		new RegExp(pattern).test(name),
	);
	return didYouMean(text, bare) ?? `write \`{ plugin: ${text} }\``;
}

/** A quantity with a unit: its format, and a suggestion for a wrong string. */
interface Unit {
	readonly form: string;
	readonly guess: (
		data: unknown,
		units?: readonly [string, string],
	) => string | undefined;
}

const UNITS: Readonly<Record<string, Unit>> = {
	duration: { form: DURATION_FORM, guess: guessDuration },
	size: { form: SIZE_FORM, guess: guessSize },
	rate: { form: RATE_FORM, guess: guessRate },
};

function bareNumber(data: unknown, unit: Unit, name: string): Wording {
	const units = /retention/i.test(name) ? (["h", "d"] as const) : undefined;
	return {
		what: `${name} is a number without a unit`,
		expected: unit.form,
		todo: unit.guess(data, units),
	};
}
