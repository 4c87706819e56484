import { OPERATIONS } from "../../../admin/api/index.ts";
import { about, listOf, objectOf, TEXT } from "../../../admin/api/schemas.ts";
import type { JsonSchema } from "../../../admin/operation.ts";
import { isRecord } from "../../../event/is-record.ts";
import { describeCut, limit } from "../limit.ts";
import type { ToolResult } from "../tool.ts";

/** A part of every result that may be cut. */
const CUT = about(
	"Where something is missing, because it is long.",
	listOf(TEXT),
);

/** Creates the schema of arguments. `required` names those without a default. */
export function argumentsOf(
	properties: Readonly<Record<string, JsonSchema>>,
	required: readonly string[] = [],
): JsonSchema {
	return { type: "object", properties, required, additionalProperties: false };
}

/** Creates the schema of a result. */
export function resultOf(
	properties: Readonly<Record<string, JsonSchema>>,
	optional: readonly string[] = [],
): JsonSchema {
	return objectOf({ ...properties, cut: CUT }, [...optional, "cut"]);
}

/** Returns the schema that the answer of an operation has, for a tool that passes it on. */
export function answerOf(id: string): JsonSchema {
	const schema = OPERATIONS.find((one) => one.id === id)?.answers[200]?.schema;
	const properties = schema?.properties;
	if (schema === undefined || !isRecord(properties))
		throw new Error(`the operation ${id} answers no object`);
	return { ...schema, properties: { ...properties, cut: CUT } };
}

/** Makes a result that is not too long. */
export function toResult(
	data: Readonly<Record<string, unknown>>,
	lines: readonly string[],
): ToolResult {
	const { value, cut } = limit(data);
	const note = describeCut(cut);
	return {
		data: cut.length === 0 ? value : { ...value, cut },
		text: [...lines, ...(note === "" ? [] : [note])].join("\n"),
	};
}

/** The arguments of a list that comes in pages. */
export const PAGE_ARGUMENTS: Readonly<Record<string, JsonSchema>> = {
	offset: about("How many entries to skip: `next` of the page before.", {
		type: "integer",
		minimum: 0,
	}),
	max: about("How many entries, default 50.", {
		type: "integer",
		minimum: 1,
		maximum: 200,
	}),
};

/** A part of a list. */
export interface Page<T> {
	readonly items: readonly T[];
	readonly total: number;
	/** The offset of the next page. Undefined at the end. */
	readonly next: number | undefined;
}

/** Takes a page out of a list. */
export function pageOf<T>(
	items: readonly T[],
	{ offset = 0, max = 50 }: { readonly offset?: number; readonly max?: number },
): Page<T> {
	const end = offset + max;
	return {
		items: items.slice(offset, end),
		total: items.length,
		next: end < items.length ? end : undefined,
	};
}

/** Says how to go on. Empty at the end of a list. */
export function describeNext({ next, total }: Page<unknown>): string[] {
	return next === undefined
		? []
		: [`There are ${total}. Call again with "offset": ${next}.`];
}
