import type { JsonSchema } from "../operation.ts";

/** A time of the API. */
export const TIME: JsonSchema = {
	type: "integer",
	description: "Milliseconds since the epoch.",
};

export const TEXT: JsonSchema = { type: "string" };
export const COUNT: JsonSchema = { type: "integer", minimum: 0 };

/** Counts by name, such as an outcome. */
export const COUNTS: JsonSchema = {
	type: "object",
	additionalProperties: COUNT,
};

/** Creates the schema of an object. Properties that are not named in `optional` are required. */
export function objectOf(
	properties: Readonly<Record<string, JsonSchema>>,
	optional: readonly string[] = [],
): JsonSchema {
	return {
		type: "object",
		required: Object.keys(properties).filter((key) => !optional.includes(key)),
		properties,
		additionalProperties: false,
	};
}

export function listOf(items: JsonSchema): JsonSchema {
	return { type: "array", items };
}

/** Adds a description to a schema. */
export function about(description: string, schema: JsonSchema): JsonSchema {
	return { ...schema, description };
}

/** The lines of a file that a finding is about, with secrets hidden. */
const FRAME: JsonSchema = listOf(
	objectOf(
		{
			number: about("Absent for carets and for lines left out.", COUNT),
			text: TEXT,
			sort: { enum: ["source", "carets", "gap"] },
		},
		["number"],
	),
);

/** A finding of `check`. */
export const FINDING: JsonSchema = objectOf(
	{
		frame: about(
			"The lines that it is about, with carets below the part. Only with `frames`, for the first 50.",
			FRAME,
		),
		severity: { enum: ["error", "warning", "note"] },
		file: about("Relative to the folder of the configuration.", TEXT),
		line: COUNT,
		column: COUNT,
		what: TEXT,
		expected: TEXT,
		todo: TEXT,
	},
	["frame", "expected", "todo"],
);
