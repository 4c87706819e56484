import { asRecord, isRecord } from "../event/is-record.ts";
import {
	fieldsOf,
	findPart,
	type Json,
	subschemasOf,
	TYPE,
	typesOf,
} from "./subschemas.ts";

/** A field that is not in a schema. */
export interface UnknownField {
	/** The number of path segments up to the value without this field. */
	readonly depth: number;
	/** The fields in the schema at that place. */
	readonly known: readonly string[];
	/** True if no other field can exist: the schema forbids it, or the value is a string or a number. */
	readonly isImpossible: boolean;
}

/**
 * Follows a path of names and indexes into a schema, and finds the first field that is not in it. Returns undefined if all
 * are, or if the schema does not restrict the fields there.
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

/** Returns the names of fields that only a condition requires. They may exist. */
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

/** Returns true if a pattern, or a schema for all other fields, defines a field of this name. */
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
