import { asRecord } from "../event/is-record.ts";
import type { Kind } from "./kind.ts";

/**
 * Narrows an open kind with the schema of a route. A payload is decoded by both and must be valid in both. Everything
 * else, such as name, levels and answer, comes from the kind.
 */
export function narrowKind(kind: Kind, own: Kind): Kind {
	return {
		...kind,
		// On a path of both, the narrower is asked first.
		precedence: kind.precedence + 0.5,
		schema: joinSchemas(kind.schema, own.schema),
		recognizes: (payload) =>
			kind.recognizes(payload) && own.recognizes(payload),
		decode: (parsed, encoding) =>
			own.decode(kind.decode(parsed, encoding), encoding),
		validate(payload) {
			const problems = [
				...(kind.validate(payload) ?? []),
				...(own.validate(payload) ?? []),
			];
			return problems.length > 0 ? problems : undefined;
		},
		compile: () => [...(kind.compile?.() ?? []), ...(own.compile?.() ?? [])],
	};
}

// --- helpers ---

/** Joins the fields of two schemas, for callers that list them. The checks above do not use it. */
function joinSchemas(
	kind: Kind["schema"],
	own: Kind["schema"],
): Kind["schema"] {
	const join = (key: string) => {
		const joined = { ...asRecord(kind[key]), ...asRecord(own[key]) };
		return Object.keys(joined).length > 0 ? { [key]: joined } : {};
	};
	return { ...kind, ...own, ...join("properties"), ...join("$defs") };
}
