import { listWords } from "../finding/suggest.ts";
import type { HandlerSpec, HandlerSpecs, SchemaPart } from "./handler-spec.ts";

/** Adds the types of a table to the schema of routes.yaml: `handler`, `fallback`, and their definitions. */
export function addHandlerTypes(
	root: SchemaPart,
	table: HandlerSpecs,
): SchemaPart {
	const types = [...table.values()];
	const fallbacks = types.filter(({ isFallback = false }) => isFallback);
	const own = types.map(({ schema }) => schema.defs ?? {});
	return {
		...root,
		$defs: Object.assign(
			{ ...(root.$defs as SchemaPart) },
			{
				handler: choiceOf("handler", types),
				fallback: choiceOf("fallback", fallbacks),
			},
			...own,
		),
	};
}

// --- helpers ---

/** The schema of an object with exactly one of several types, or of a string if a type needs no settings. */
function choiceOf(title: string, types: readonly HandlerSpec[]): SchemaPart {
	const names = types.map(({ name }) => name);
	const bare = types.filter(({ isBare }) => isBare).map(({ name }) => name);
	const beside = types.flatMap(({ name, schema }) =>
		Object.keys(schema.keys)
			.filter((key) => key !== name)
			.map((key) => [key, [name]]),
	);
	const object = {
		oneOf: names.map((name) => ({ required: [name] })),
		...(beside.length > 0 && { dependentRequired: Object.fromEntries(beside) }),
	};
	return {
		title,
		description: `Set exactly one of ${listWords(names, "and")}.`,
		type: bare.length > 0 ? ["string", "object"] : "object",
		additionalProperties: false,
		...(bare.length > 0
			? {
					// A pattern is for texts alone, what stands under `else` for objects.
					// For editors, which offer these.
					anyOf: [{ enum: bare }, {}],
					pattern: `^(?:${bare.join("|")})$`,
					expects: `${listWords(bare)}, or a mapping`,
					if: { type: "string" },
					else: object,
				}
			: object),
		properties: Object.assign({}, ...types.map(({ schema }) => schema.keys)),
	};
}
