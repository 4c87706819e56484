import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import type { FieldFacts } from "../../kind/field-facts.ts";
import type { Table } from "../../table/table.ts";

/**
 * The value of a field as conditions see it. Numbers and booleans are strings, because a query and a form have only
 * strings. Lists and objects have no string, but are present. Undefined if the field is missing or null.
 */
export type FieldValue = string | object | undefined;

/** A condition of a `match`, compiled. */
export interface Condition {
	/** The condition as plain data, in the syntax of routes.yaml. */
	readonly written: unknown;
	/**
	 * The strings that it accepts, if they can be looked up. The matcher then never calls `fits`. Undefined for all other
	 * conditions.
	 */
	readonly lookup?: Lookup;
	/** Returns true if the value matches. MUST run in linear time. */
	fits(value: FieldValue): boolean;
	/** Describes the condition as a phrase that follows "is": `at least 10`. */
	describe(): string;
	/**
	 * Returns candidate values for the search for overlaps with another condition. They must include enough accepted
	 * values to find every overlap with a condition of the same type. Empty if that is not possible.
	 */
	samples(): Iterable<FieldValue>;
	/** Explains why no value of such a field matches. Undefined if one may. */
	misfit?(facts: FieldFacts): Misfit | undefined;
}

/** The reason why a condition, or one string of it, never matches. */
export interface Misfit {
	/** The rest of a sentence that starts with the field: `is a number`. */
	readonly why: string;
	readonly expected?: string | undefined;
	readonly todo?: string | undefined;
	/** The string that never matches, if the condition has several. */
	readonly text?: string | undefined;
}

/** Strings that are found by a look-up. */
export interface Lookup {
	readonly values: ReadonlySet<string>;
	/** The prefixes. */
	readonly prefixes: readonly string[];
	/** A table, whose keys match. */
	readonly table?: Table;
}

/** The conditions by field. A field can have several, and all of them must match. */
export type Match = ReadonlyMap<string, readonly Condition[]>;

/** A type of condition. To add one, write a module in this folder and a line in `index.ts`. */
export interface ConditionType {
	readonly name: string;
	/** The keys of this condition in a mapping, with their JSON Schemas. A mapping with any of them has this condition. */
	readonly keys: Readonly<Record<string, JsonSchema>>;
	/** The required other keys, by key. */
	readonly needs?: Readonly<Record<string, readonly string[]>>;
	/** Creates a condition from its keys. Returns undefined, with findings, if it is wrong. */
	read(written: Written, context: ReadContext): Condition | undefined;
}

/** A mapping of conditions as written. The schema has checked the types of its values. */
export type Written = Readonly<Record<string, unknown>>;

/** A part of a JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The context in which a condition is read. */
export interface ReadContext {
	/** The position of the mapping. */
	readonly site: Site;
	readonly tables: ReadonlyMap<string, Table>;
	readonly report: Report;
	/** Reads an inner condition, in any of its forms. Returns undefined, with findings, if it is wrong. */
	read(written: unknown, site: Site): readonly Condition[] | undefined;
}

/** Converts the value of a field for conditions. */
export function toFieldValue(value: unknown): FieldValue {
	switch (typeof value) {
		case "string":
			return value;
		case "number":
		case "boolean":
			return String(value);
		case "object":
			return value ?? undefined;
		default:
			return undefined;
	}
}
