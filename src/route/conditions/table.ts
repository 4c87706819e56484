import { isRecord } from "../../event/is-record.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { listWords } from "../../finding/suggest.ts";
import type { Table } from "../../table/table.ts";
import type { Condition, ConditionType, JsonSchema } from "./condition.ts";
import { readTexts, type ShortForm } from "./text.ts";

/** A table of condition types. */
export interface Conditions {
	readonly types: readonly ConditionType[];
	/** The JSON Schema of a condition, with the properties of all types. */
	readonly schema: JsonSchema;
	/** Reads the conditions of one field. Returns undefined, with findings, if something is wrong. */
	read(
		written: unknown,
		site: Site,
		surroundings: Surroundings,
	): readonly Condition[] | undefined;
}

/** The context in which conditions are read. */
export interface Surroundings {
	readonly tables: ReadonlyMap<string, Table>;
	readonly report: Report;
}

/** Creates a table of condition types. */
export function createConditions(types: readonly ConditionType[]): Conditions {
	const read: Conditions["read"] = (written, site, surroundings) => {
		if (!isRecord(written)) {
			const { report } = surroundings;
			const texts = readTexts(written as ShortForm, site, report);
			return texts && [texts];
		}
		const used = types.filter(({ keys }) =>
			Object.keys(keys).some((key) => Object.hasOwn(written, key)),
		);
		const conditions = used.map((type) =>
			type.read(written, {
				...surroundings,
				site,
				read: (inner, at) => read(inner, at, surroundings),
			}),
		);
		const right = conditions.filter((one) => one !== undefined);
		if (right.length < conditions.length) return undefined;
		return refuseClash(used, right, site, surroundings) ? undefined : right;
	};
	return { types, schema: schemaOf(types), read };
}

// --- helpers ---

/** Returns true, with a finding, if two conditions list the strings of the field, which only one may do. */
function refuseClash(
	types: readonly ConditionType[],
	conditions: readonly Condition[],
	site: Site,
	{ report }: Surroundings,
): boolean {
	const names = types
		.filter((_, index) => conditions[index]?.lookup !== undefined)
		.map(({ name }) => name);
	if (names.length < 2) return false;
	report.error(site.at(), {
		what: `${listWords(names, "and")} stand together`,
		expected: "one of them",
		todo: "write two routes, or take one out",
	});
	return true;
}

function schemaOf(types: readonly ConditionType[]): JsonSchema {
	return {
		title: "conditions",
		description:
			'The conditions for one field. A string must equal the field; with a star at its end (`"44*"`) it is a prefix. In a list, one of the strings must match. `true` and `false` count as strings. A mapping uses one or more of the keys below, and the field must meet all of them. [Matching](match.md#conditions) has examples.',
		type: ["string", "array", "boolean", "object"],
		minItems: 1,
		items: { type: "string" },
		minProperties: 1,
		additionalProperties: false,
		dependentRequired: Object.assign({}, ...types.map(({ needs }) => needs)),
		properties: Object.assign({}, ...types.map(({ keys }) => keys)),
		examples: ["447700900001", "44*", { not: "44*" }],
	};
}
