import { readFileSync } from "node:fs";
import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

/** Reads `schemas/ncco.schema.json`, the only place where actions and options are listed. */
export function readNccoSchema(): Schema {
	const file = new URL("../../schemas/ncco.schema.json", import.meta.url);
	return JSON.parse(readFileSync(file, "utf8")) as Schema;
}

/**
 * Compiles the NCCO schema with the two keywords that plain validators leave out: `x-numeric-text`
 * (the bounds hold for numeric text too) and `x-spoken-length`. `explain` collects every error with
 * its value and schema; else the first one ends the run.
 */
export function compileNccoSchema(
	schema: Schema,
	{ explain }: { readonly explain: boolean },
): ValidateFunction {
	const ajv = new Ajv2020({
		discriminator: true,
		allowUnionTypes: true,
		strictRequired: false,
		strictTypes: false,
		validateSchema: false,
		meta: false,
		// Compiles in a third of the time, and the code is as fast.
		inlineRefs: false,
		code: { optimize: false },
		allErrors: explain,
		verbose: explain,
		messages: false,
	});
	ajv.addVocabulary([
		"x-expected",
		"x-unit",
		"x-alias-of",
		"x-known-values",
		"x-todo",
	]);
	ajv.addKeyword({
		keyword: "x-numeric-text",
		type: "string",
		schemaType: "boolean",
		errors: false,
		compile: (_, bounds: Schema) => {
			const minimum = Number(bounds.minimum ?? Number.NEGATIVE_INFINITY);
			const maximum = Number(bounds.maximum ?? Number.POSITIVE_INFINITY);
			const above = Number(bounds.exclusiveMinimum ?? Number.NEGATIVE_INFINITY);
			return (text: string) => {
				const number = Number(text);
				// Text that is no number is the business of `pattern`.
				if (Number.isNaN(number)) return true;
				return number >= minimum && number <= maximum && number > above;
			};
		},
	});
	ajv.addKeyword({
		keyword: "x-spoken-length",
		type: "string",
		schemaType: "number",
		errors: false,
		compile: (max: number) => (text: string) =>
			text.length <= max || isSpokenWithin(text, max),
	});
	return ajv.compile(schema);
}

/** Follows a `$ref`; what stands beside it wins. */
export function resolveSchema(root: Schema, schema: Schema): Schema {
	if (typeof schema.$ref !== "string") return schema;
	const name = schema.$ref.slice("#/$defs/".length);
	const target = (root.$defs as Readonly<Record<string, Schema>>)[name];
	return { ...(target ?? {}), ...schema };
}

/** Lists what a tag (`action`, an endpoint's `type`) may name: `#/$defs/sipEndpoint` is called `sip`. */
export function branchNames(schema: Schema): string[] {
	const branches = schema.oneOf as readonly { readonly $ref: string }[];
	return branches.map(({ $ref }) =>
		$ref.slice("#/$defs/".length).replace(/Endpoint$/, ""),
	);
}

/** True where a text is SSML: it starts with `<speak`, as the platform asks. */
export function isSsml(text: string): boolean {
	return /^\s*<speak\b/.test(text);
}

// --- helpers ---

// Characters are counted as people count them, not as UTF-16 does: an emoji is one.
function isSpokenWithin(text: string, max: number): boolean {
	const spoken = isSsml(text) ? text.replace(/<[^<>]*>/g, "") : text;
	if (spoken.length <= max) return true;
	return spoken.length <= max * 2 && [...spoken].length <= max;
}
