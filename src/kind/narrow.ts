import { asRecord } from "../event/is-record.ts";
import type { Kind } from "./kind.ts";

/**
 * Narrows an open kind by a schema of a route: a payload is decoded and has to be valid by both. All else, such as its name, levels
 * and answer, stays the kind's.
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

/** Joins what two schemas say of fields, for those who ask which there are; the checks above do not use it. */
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
