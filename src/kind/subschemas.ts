import { asRecord, isRecord } from "../event/is-record.ts";
import { resolvePointer } from "../finding/pointer.ts";

/** JSON types as bits, so that a union is one number. `number` holds `integer`. */
export const TYPE = {
	string: 1,
	integer: 2,
	number: 2 | 4,
	boolean: 8,
	object: 16,
	array: 32,
	null: 64,
} as const;

/** The bit that distinguishes `number` from `integer`. */
export const FRACTION = 4;

/** A JSON object of a schema file. */
export type Json = Readonly<Record<string, unknown>>;

/** Schemas that apply to one value: all of `own`, and some of each group. */
export interface Subschemas {
	readonly own: readonly Json[];
	readonly groups: readonly (readonly unknown[])[];
}

/** Collects the schemas that apply together with a schema: itself, its `$ref` and `allOf`, and its branches. */
export function subschemasOf(schema: unknown, root: unknown): Subschemas {
	const own: Json[] = [];
	const groups: (readonly unknown[])[] = [];
	const seen = new Set<unknown>();
	const visit = (value: unknown): void => {
		if (!isRecord(value) || seen.has(value)) return;
		seen.add(value);
		own.push(value);
		if (typeof value.$ref === "string") {
			visit(resolvePointer(root, value.$ref));
		}
		for (const part of asList(value.allOf)) visit(part);
		for (const key of ["anyOf", "oneOf"]) {
			const group = asList(value[key]);
			if (group.length > 0) groups.push(group);
		}
	};
	visit(schema);
	return { own, groups };
}

/** Returns the allowed types as bits. 0 if the schema does not restrict them. */
export function typesOf(
	subschemas: Subschemas,
	root: unknown,
	depth = 0,
): number {
	const stated = subschemas.own.map(statedTypes);
	for (const group of depth < DEPTH_MAX ? subschemas.groups : []) {
		const branches = group.map((branch) =>
			typesOf(subschemasOf(branch, root), root, depth + 1),
		);
		stated.push(
			branches.includes(0) ? 0 : branches.reduce((all, one) => all | one, 0),
		);
	}
	const known = stated.filter((types) => types !== 0);
	return known.reduce((all, one) => all & one, known[0] ?? 0);
}

/** Returns the fields by name. A field that is only in branches can have any of their types. */
export function fieldsOf(
	subschemas: Subschemas,
	root: unknown,
	depth = 0,
): Map<string, Json> {
	const own = collect(
		subschemas.own.map((part) => asRecord(part.properties)),
		"allOf",
	);
	const branches = (depth < DEPTH_MAX ? subschemas.groups.flat() : []).map(
		(branch) => fieldsOf(subschemasOf(branch, root), root, depth + 1),
	);
	const fields = collect(
		branches.map((branch) => Object.fromEntries(branch)),
		"anyOf",
	);
	for (const [name, schema] of own) fields.set(name, schema);
	return fields;
}

/** Returns the first value of a key among the schemas of `own`. */
export function findPart(subschemas: Subschemas, key: string): unknown {
	return subschemas.own.find((part) => part[key] !== undefined)?.[key];
}

// --- helpers ---

/** The maximum depth of branches, because a schema can be its own branch. */
const DEPTH_MAX = 6;

function statedTypes(schema: Json): number {
	const names = asList(
		typeof schema.type === "string" ? [schema.type] : schema.type,
	);
	if (names.length > 0) {
		return names.reduce<number>(
			(all, name) => all | (TYPE[name as keyof typeof TYPE] ?? 0),
			0,
		);
	}
	const values = "const" in schema ? [schema.const] : asList(schema.enum);
	return values.reduce<number>((all, value) => all | typeOf(value), 0);
}

function typeOf(value: unknown): number {
	if (value === null) return TYPE.null;
	if (Array.isArray(value)) return TYPE.array;
	if (typeof value === "number") {
		return Number.isInteger(value) ? TYPE.integer : TYPE.number;
	}
	return TYPE[typeof value as "string" | "boolean" | "object"];
}

function collect(
	sources: readonly Json[],
	join: "allOf" | "anyOf",
): Map<string, Json> {
	const lists = new Map<string, Json[]>();
	for (const source of sources) {
		for (const [name, schema] of Object.entries(source)) {
			if (isRecord(schema))
				lists.set(name, [...(lists.get(name) ?? []), schema]);
		}
	}
	const fields = new Map<string, Json>();
	for (const [name, list] of lists) {
		const [only] = list;
		fields.set(
			name,
			list.length === 1 && only !== undefined ? only : { [join]: list },
		);
	}
	return fields;
}

function asList(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}
