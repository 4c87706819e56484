import type { JsonSchema } from "../gate/schemes/scheme.ts";
import type { Schemes } from "../gate/schemes/table.ts";
import { readRoutesSchema } from "./read/shape.ts";

/** Returns the schema of routes.yaml for a table of signature schemes, always the same object for the same table. */
export function routesSchemaOf(schemes: Schemes): JsonSchema {
	let schema = SCHEMAS.get(schemes);
	if (schema === undefined) {
		const root = readRoutesSchema();
		const own = root.$defs as JsonSchema;
		schema = { ...root, $defs: { ...own, ...schemes.definitions } };
		SCHEMAS.set(schemes, schema);
	}
	return schema;
}

// --- helpers ---

const SCHEMAS = new WeakMap<Schemes, JsonSchema>();
