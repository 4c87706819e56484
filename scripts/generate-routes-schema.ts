import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { schemaWith } from "../src/config/handler-schema.ts";
import { HANDLER_TYPES } from "../src/handler/types.ts";

/** The schema of routes.yaml as published. */
const SCHEMA = fileURLToPath(
	new URL("../schemas/routes.schema.json", import.meta.url),
);

/** Writes what the folders of handler types say into the schema of routes.yaml; all else in it is written by hand. */
export function generateRoutesSchema(): string {
	const text = readFileSync(SCHEMA, "utf8");
	const schema = schemaWith(HANDLER_TYPES);
	// The formatter keeps the short form of an object where a person chose it.
	if (isDeepStrictEqual(JSON.parse(text), schema)) return text;
	return `${JSON.stringify(schema, undefined, "\t")}\n`;
}
