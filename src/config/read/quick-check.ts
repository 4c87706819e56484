import type { ValidateFunction } from "ajv";
import { asRecord, isRecord } from "../../event/is-record.ts";
import { createAjv } from "../../finding/ajv.ts";
import { once } from "../../memo.ts";

/** Returns true if a value fits the schema. */
export type QuickCheck = (value: unknown) => boolean;

/**
 * Creates a check that only tells whether a value fits. It compiles the schema without the properties whose keys occur nowhere
 * in the first value, because a schema says nothing about absent properties. Most configurations use a small part of the keys,
 * and the whole schema takes four times as long to compile. It is compiled when a later value has other keys.
 *
 * @param part the position of the part to check by: `#/$defs/included`. Default: the whole schema
 */
export function createQuickCheck(schema: object, part = ""): QuickCheck {
	const whole = once(() => compile(schema, part));
	let first: Compiled | undefined;
	return (value) => {
		const keys = new Set<string>();
		addKeys(value, keys);
		if (first === undefined) {
			first = { keys, fits: compile(withoutOthers(schema, keys), part) };
		}
		const { keys: known } = first;
		const isKnown = [...keys].every((key) => known.has(key));
		return isKnown ? first.fits(value) : whole()(value);
	};
}

/** The options for the schema of routes.yaml. A test compiles it in strict mode. Here that would only cost time. */
export const TRUSTED = {
	strict: false,
	validateSchema: false,
	meta: false,
	// Compiles in half the time, and checks as fast.
	inlineRefs: false,
	code: { optimize: false },
} as const;

// --- helpers ---

interface Compiled {
	readonly keys: ReadonlySet<string>;
	readonly fits: ValidateFunction;
}

function compile(schema: unknown, part: string): ValidateFunction {
	const ajv = createAjv({ ...TRUSTED, messages: false });
	ajv.addSchema(schema as object, "routes");
	return ajv.getSchema(`routes${part}`) as ValidateFunction;
}

/** Adds the keys of a value and of all its parts. */
function addKeys(value: unknown, keys: Set<string>): void {
	if (typeof value !== "object" || value === null) return;
	if (Array.isArray(value)) {
		for (const item of value) addKeys(item, keys);
		return;
	}
	// A list of the keys of each part would be most of the work.
	for (const key in value) {
		keys.add(key);
		addKeys((value as Readonly<Record<string, unknown>>)[key], keys);
	}
}

/** Copies a schema without the properties with other keys, and without what only editors use. */
function withoutOthers(schema: unknown, keys: ReadonlySet<string>): unknown {
	if (Array.isArray(schema)) {
		return schema.map((part) => withoutOthers(part, keys));
	}
	if (!isRecord(schema)) return schema;
	const kept = Object.entries(schema).filter(
		([keyword, part]) => keyword !== "anyOf" || !allowsAll(part),
	);
	return Object.fromEntries(
		kept.map(([keyword, part]) => {
			if (VALUES.has(keyword)) return [keyword, part];
			if (keyword === "oneOf" && schema.type === "object") {
				return [keyword, withoutOthers(possibleOf(part, keys), keys)];
			}
			if (!MAPPINGS.has(keyword)) return [keyword, withoutOthers(part, keys)];
			const parts = Object.entries(part as object)
				.filter(([key]) => keyword !== "properties" || keys.has(key))
				.map(([key, inner]) => [key, withoutOthers(inner, keys)]);
			return [keyword, Object.fromEntries(parts)];
		}),
	);
}

/** The keywords that hold schemas by key. */
const MAPPINGS = new Set([
	"properties",
	"patternProperties",
	"dependentSchemas",
	"$defs",
]);

/** The keywords that hold values of the file. */
const VALUES = new Set(["const", "enum", "default", "examples"]);

/** Returns the alternatives of an object without those that require another key. */
function possibleOf(alternatives: unknown, keys: ReadonlySet<string>): unknown {
	if (!Array.isArray(alternatives)) return alternatives;
	const possible = alternatives.filter((one) => {
		const { required } = asRecord(one);
		return !Array.isArray(required) || required.every((key) => keys.has(key));
	});
	// A list of alternatives must not be empty.
	return possible.length > 0 ? possible : alternatives;
}

/** Returns true for alternatives that are suggestions: one of them takes everything. */
function allowsAll(alternatives: unknown): boolean {
	return (
		Array.isArray(alternatives) &&
		alternatives.some((one) => isRecord(one) && Object.keys(one).length === 0)
	);
}
