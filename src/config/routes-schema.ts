import type { Schemes } from "../gate/schemes/table.ts";
import { addHandlerTypes } from "./handler-schema.ts";
import type { HandlerSpecs, SchemaPart } from "./handler-spec.ts";
import { readRoutesSchema } from "./read/shape.ts";

/** The tables that add their parts to the schema of routes.yaml. */
export interface SchemaTables {
	readonly schemes: Schemes;
	readonly handlerTypes: HandlerSpecs;
}

/** Returns the schema of routes.yaml for its tables, always the same object for the same two of them. */
export function routesSchemaOf({
	schemes,
	handlerTypes,
}: SchemaTables): SchemaPart {
	let ofSchemes = SCHEMAS.get(schemes);
	if (ofSchemes === undefined) {
		ofSchemes = new WeakMap();
		SCHEMAS.set(schemes, ofSchemes);
	}
	let schema = ofSchemes.get(handlerTypes);
	if (schema === undefined) {
		const root = readRoutesSchema();
		const $defs = { ...(root.$defs as SchemaPart), ...schemes.definitions };
		schema = addHandlerTypes({ ...root, $defs }, handlerTypes);
		ofSchemes.set(handlerTypes, schema);
	}
	return schema;
}

// --- helpers ---

const SCHEMAS = new WeakMap<Schemes, WeakMap<HandlerSpecs, SchemaPart>>();
