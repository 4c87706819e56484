import { asRecord, isRecord } from "../event/is-record.ts";
import {
	fieldsOf,
	findPart,
	type Json,
	subschemasOf,
	TYPE,
	typesOf,
} from "./subschemas.ts";

/** A field that a schema does not name. */
export interface UnknownField {
	/** How many names of the path lead to the value that lacks it. */
	readonly depth: number;
	/** The fields that the schema names there. */
	readonly known: readonly string[];
	/** True where no other field can ever be: the schema forbids it, or the value is a text or a number. */
	readonly isImpossible: boolean;
}

/**
 * Follows a path of names and indexes into a schema, and finds the first field that it does not name. Undefined where
 * it names them all, and where it says nothing of what may be there.
 */
export function findUnknownField(
	root: unknown,
	path: readonly (string | number)[],
): UnknownField | undefined {
	let schema: unknown = root;
	for (const [depth, name] of path.entries()) {
		const parts = subschemasOf(schema, root);
		const types = typesOf(parts, root);
		const isScalar = types !== 0 && (types & (TYPE.object | TYPE.array)) === 0;
		if (typeof name === "number" || isOfList(name, types)) {
			schema = findPart(parts, "items");
			if (!isRecord(schema)) return undefined;
			continue;
		}
		// Texts, lists and objects have one.
		if (name === "size") return undefined;
		const fields = fieldsOf(parts, root);
		const found = fields.get(name);
		if (found !== undefined) {
			schema = found;
			continue;
		}
		const conditional = parts.own.flatMap(conditionsOf);
		const known = [...new Set([...fields.keys(), ...conditional])];
		if (isScalar) return { depth, known: [], isImpossible: true };
		if (known.length === 0 || conditional.includes(name)) return undefined;
		if (parts.own.some((part) => allowsBy(part, name))) return undefined;
		const isImpossible = parts.own.some(
			({ additionalProperties, unevaluatedProperties }) =>
				additionalProperties === false || unevaluatedProperties === false,
		);
		return { depth, known, isImpossible };
	}
	return undefined;
}

// --- helpers ---

function isOfList(name: string, types: number): boolean {
	return (name === "first" || name === "last") && (types & TYPE.array) !== 0;
}

/** Names of fields that only a condition asks for: they may be there. */
function conditionsOf(part: Json): string[] {
	const inner = [
		part.if,
		part.then,
		part.else,
		...Object.values(asRecord(part.dependentSchemas)),
	];
	return inner.flatMap((schema) =>
		Object.keys(asRecord(asRecord(schema).properties)),
	);
}

/** True where a pattern, or a schema for all others, says what a field of any such name holds. */
function allowsBy(
	{ patternProperties, additionalProperties }: Json,
	name: string,
): boolean {
	if (isRecord(additionalProperties)) return true;
	return Object.keys(asRecord(patternProperties)).some((pattern) => {
		try {
			return new RegExp(pattern, "u").test(name);
		} catch {
			// The validator refuses such a schema, and says where.
			return true;
		}
	});
}
