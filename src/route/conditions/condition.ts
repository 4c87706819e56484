import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import type { FieldFacts } from "../../kind/field-facts.ts";
import type { Table } from "../../table/table.ts";

/**
 * The value of a field as conditions see it: texts, and numbers and booleans as their text, since a query and a form have
 * nothing else. Lists and objects have no text, and count as there. Undefined where the field is missing or null.
 */
export type FieldValue = string | object | undefined;

/** A condition of a `match`, compiled. */
export interface Condition {
	/** The condition as plain data, the way that routes.yaml writes it. */
	readonly written: unknown;
	/**
	 * The texts that it takes, where they can be looked up: the matcher then never asks `fits`. Undefined for
	 * a condition that has to be asked.
	 */
	readonly lookup?: Lookup;
	/** True where the value fits. MUST take time in proportion to the value at most. */
	fits(value: FieldValue): boolean;
	/** Says it as a phrase that follows "is": `at least 10`. */
	describe(): string;
	/**
	 * Values worth a try when somebody looks for one that this condition and another one take. Any that it takes, so that an
	 * overlap with each condition of its own sort is found; none where nobody can tell.
	 */
	samples(): Iterable<FieldValue>;
	/** Says why no value of such a field fits; undefined where one may. */
	misfit?(facts: FieldFacts): Misfit | undefined;
}

/** The reason why a condition, or one text of it, never fits. */
export interface Misfit {
	/** The rest of a sentence that begins with the field: `is a number`. */
	readonly why: string;
	readonly expected?: string | undefined;
	readonly todo?: string | undefined;
	/** The text that never fits, where the condition has several. */
	readonly text?: string | undefined;
}

/** Texts that are found by a look-up, however many they are. */
export interface Lookup {
	readonly values: ReadonlySet<string>;
	/** Each fits the texts that begin so. */
	readonly prefixes: readonly string[];
	/** Its keys count. */
	readonly table?: Table;
}

/** Conditions by field; a field may have several, and all of them have to fit. */
export type Match = ReadonlyMap<string, readonly Condition[]>;

/**
 * A type of condition: all that the router knows of it. To add one, write a module beside this file and a line in
 * `index.ts`.
 */
export interface ConditionType {
	readonly name: string;
	/** The keys of a mapping that say it, with their JSON Schemas; a mapping with any of them has this condition. */
	readonly keys: Readonly<Record<string, JsonSchema>>;
	/** By key, the keys that have to stand beside it. */
	readonly needs?: Readonly<Record<string, readonly string[]>>;
	/** Makes a condition of its keys. Undefined, with findings, where it is wrong. */
	read(written: Written, context: ReadContext): Condition | undefined;
}

/** A mapping of conditions as written; the schema has seen to the types of its values. */
export type Written = Readonly<Record<string, unknown>>;

/** A part of a JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Holds everything that a condition depends on besides what is written. */
export interface ReadContext {
	/** The place of the mapping. */
	readonly site: Site;
	readonly tables: ReadonlyMap<string, Table>;
	readonly report: Report;
	/** Reads a condition inside this one, in any of its forms. Undefined, with findings, where it is wrong. */
	read(written: unknown, site: Site): readonly Condition[] | undefined;
}

/** Turns a field's value into what conditions see. */
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
