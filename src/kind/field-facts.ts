import { asRecord, isRecord } from "../event/is-record.ts";
import {
	fieldsOf,
	findPart,
	type Json,
	type Subschemas,
	subschemasOf,
	TYPE,
	typesOf,
} from "./subschemas.ts";

/** The facts that a schema states about one field. */
export interface FieldFacts {
	/** Allowed types as bits of `TYPE`; 0 where the schema does not say. */
	readonly types: number;
	/** All values that the schema allows, as strings. Undefined if others are valid too. */
	readonly values: readonly string[] | undefined;
	/** The values that the sender documents. More may be added. */
	readonly known: readonly string[];
	/** True if no payload is valid without it. */
	readonly isRequired: boolean;
	/** The paths of the fields inside it. */
	readonly fields: readonly string[];
	/** The name of the field inside it that a text in its place becomes; undefined for most. */
	readonly textField: string | undefined;
}

/**
 * Looks up a field by its path in the schema of a payload. A name that contains dots takes precedence over a path, as in a
 * payload. Returns undefined if the schema defines the parent object without this field.
 */
export function findField(schema: Json, path: string): FieldFacts | undefined {
	const known = FOUND.get(schema) ?? new Map();
	FOUND.set(schema, known);
	if (!known.has(path)) {
		const names = path.split(".");
		const way = { schema, root: schema, names, path, isRequired: true };
		known.set(path, walk(way));
	}
	return known.get(path);
}

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
		if (isScalar) return { depth, known: [], isImpossible: true };
		if (mayHave(parts, root, name, fields)) return undefined;
		const conditional = parts.own.flatMap(conditionsOf);
		const known = [...new Set([...fields.keys(), ...conditional])];
		const isImpossible = parts.own.some(
			({ additionalProperties, unevaluatedProperties }) =>
				additionalProperties === false || unevaluatedProperties === false,
		);
		return { depth, known, isImpossible };
	}
	return undefined;
}

/** Lists the paths of all fields that a schema names; of a list those of its first item. */
export function listFields(schema: unknown): readonly string[] {
	return listInside(schema, schema, "", 0);
}

/** Returns true if the field can equal a string, which includes numbers and booleans. */
export function allowsText({ types }: FieldFacts, text: string): boolean {
	if (types === 0 || types & TYPE.string) return true;
	if (types & TYPE.boolean && (text === "true" || text === "false"))
		return true;
	return (types & TYPE.number) !== 0 && isNumeric(text);
}

/** Names the types of a field for a message: `a number or true or false`. */
export function nameFieldTypes({ types }: FieldFacts): string {
	const names = [
		types & TYPE.string && "a text",
		types & TYPE.number && "a number",
		types & TYPE.boolean && "`true` or `false`",
		types & TYPE.object && "an object",
		types & TYPE.array && "a list",
	];
	return names.filter((name) => typeof name === "string").join(" or ");
}

// --- helpers ---

/** The cached facts by schema and path, because thousands of routes use the same few fields. */
const FOUND = new WeakMap<Json, Map<string, FieldFacts | undefined>>();

/** The maximum depth of listed objects, because a schema can refer to itself. */
const DEPTH_MAX = 4;

interface Way {
	readonly schema: unknown;
	readonly root: unknown;
	/** The segments that are left. */
	readonly names: readonly string[];
	/** The whole path. */
	readonly path: string;
	readonly isRequired: boolean;
}

const UNKNOWN: FieldFacts = Object.freeze({
	types: 0,
	values: undefined,
	known: [],
	isRequired: false,
	fields: [],
	textField: undefined,
});

function walk(way: Way): FieldFacts | undefined {
	const { schema, root, names } = way;
	const subschemas = subschemasOf(schema, root);
	if (names.length === 0) return factsOf(subschemas, way);
	const fields = fieldsOf(subschemas, root);
	for (let count = names.length; count > 0; count--) {
		const name = names.slice(0, count).join(".");
		const inner = fields.get(name);
		if (inner === undefined) continue;
		return walk({
			...way,
			schema: inner,
			names: names.slice(count),
			isRequired: way.isRequired && isRequiredIn(subschemas, name),
		});
	}
	const items = findPart(subschemas, "items");
	if (/^\d+$/.test(names[0] ?? "") && isRecord(items)) {
		const rest = names.slice(1);
		return walk({ ...way, schema: items, names: rest, isRequired: false });
	}
	return mayHave(subschemas, root, names[0] ?? "", fields)
		? UNKNOWN
		: undefined;
}

function isRequiredIn({ own }: Subschemas, name: string): boolean {
	return own.some(
		({ required }) => Array.isArray(required) && required.includes(name),
	);
}

/** True where a value may well have a field of that name which its schema does not describe. */
function mayHave(
	subschemas: Subschemas,
	root: unknown,
	name: string,
	fields: ReadonlyMap<string, unknown>,
): boolean {
	const { own } = subschemas;
	const conditional = own.flatMap(conditionsOf);
	if (conditional.includes(name)) return true;
	if (own.some((part) => allowsBy(part, name))) return true;
	const types = typesOf(subschemas, root);
	const mayHold = types === 0 || (types & (TYPE.object | TYPE.array)) !== 0;
	return fields.size === 0 && conditional.length === 0 && mayHold;
}

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
	if (isRecord(additionalProperties) || additionalProperties === true)
		return true;
	return Object.keys(asRecord(patternProperties)).some((pattern) => {
		try {
			return new RegExp(pattern, "u").test(name);
		} catch {
			// The validator refuses such a schema, and says where.
			return true;
		}
	});
}

function factsOf(subschemas: Subschemas, way: Way): FieldFacts {
	const { own } = subschemas;
	const types = typesOf(subschemas, way.root) & ~TYPE.null;
	const listed = own.flatMap((part) =>
		"const" in part
			? [[part.const]]
			: Array.isArray(part.enum)
				? [part.enum as readonly unknown[]]
				: [],
	);
	const known = findPart(subschemas, "x-known-values");
	const inner =
		types & TYPE.object
			? listInside(way.schema, way.root, `${way.path}.`, 0)
			: [];
	const textField = findPart(subschemas, "x-text-field");
	return {
		types,
		textField: typeof textField === "string" ? textField : undefined,
		values: listed.length === 1 ? textsOf(listed[0]) : undefined,
		known: textsOf(known),
		isRequired: way.isRequired,
		fields: inner,
	};
}

function textsOf(values: unknown): readonly string[] {
	if (!Array.isArray(values)) return [];
	return values.filter((value) => value !== null).map(String);
}

function listInside(
	schema: unknown,
	root: unknown,
	prefix: string,
	depth: number,
): readonly string[] {
	const subschemas = subschemasOf(schema, root);
	const items = findPart(subschemas, "items");
	const inItems = isRecord(items)
		? listInside(items, root, `${prefix}0.`, depth + 1)
		: [];
	const fields = [...fieldsOf(subschemas, root)].flatMap(([name, inner]) => {
		const path = `${prefix}${name}`;
		if (depth >= DEPTH_MAX || asRecord(inner).$ref !== undefined) return [path];
		return [path, ...listInside(inner, root, `${path}.`, depth + 1)];
	});
	return [...fields, ...inItems];
}

function isNumeric(text: string): boolean {
	return text.trim() !== "" && Number.isFinite(Number(text));
}
