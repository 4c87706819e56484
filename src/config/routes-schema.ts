import type { Schemes } from "../gate/schemes/table.ts";
import { weakMemo } from "../memo.ts";
import { CONDITIONS } from "../route/conditions/index.ts";
import type { Conditions } from "../route/conditions/table.ts";
import { addHandlerTypes } from "./handler-schema.ts";
import type { HandlerSpecs, SchemaPart } from "./handler-spec.ts";
import { readRoutesSchema } from "./read/shape.ts";

/** The tables that add their parts to the schema of routes.yaml. */
export interface SchemaTables {
	readonly schemes: Schemes;
	readonly handlerTypes: HandlerSpecs;
	/** Default the built-in ones. */
	readonly conditions?: Conditions;
}

/** Returns the schema of routes.yaml for its tables, always the same object for the same ones. */
export function routesSchemaOf({
	schemes,
	handlerTypes,
	conditions = CONDITIONS,
}: SchemaTables): SchemaPart {
	const ofSchemes = weakMemo(SCHEMAS, schemes, () => new WeakMap());
	const ofTypes = weakMemo(ofSchemes, handlerTypes, () => new WeakMap());
	return weakMemo(ofTypes, conditions, () => {
		const root = readRoutesSchema();
		const $defs = {
			...(root.$defs as SchemaPart),
			...schemes.definitions,
			condition: conditions.schema,
		};
		return addHandlerTypes({ ...root, $defs }, handlerTypes);
	});
}

// --- helpers ---

const SCHEMAS = new WeakMap<
	Schemes,
	WeakMap<HandlerSpecs, WeakMap<Conditions, SchemaPart>>
>();
