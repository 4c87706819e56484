/** A JSON Schema as the API sends it. */
export type Schema = Readonly<Record<string, unknown>>;

/** A payload or a part of it. */
export type Fields = Readonly<Record<string, unknown>>;

/** The control with which a value is edited. */
export type Control =
	| "text"
	| "number"
	| "boolean"
	/** One of a few values. */
	| "choice"
	/** One of the known values, or any other. */
	| "known"
	| "object"
	/** Any JSON, for lists and values without a type. */
	| "json";

/** A field of a form. */
export interface Field {
	/** Its name and those of the objects around it. */
	readonly path: readonly string[];
	readonly name: string;
	readonly schema: Schema;
	readonly isRequired: boolean;
	readonly value: unknown;
	readonly control: Control;
	/** The values of `choice` and `known`. */
	readonly values: readonly unknown[];
}

/** The fields of an object: those that it has or needs, and the names of those that it may get. */
export interface FieldSet {
	readonly present: readonly Field[];
	readonly absent: readonly string[];
}

/** Lists the fields of an object: required ones first, then in the order of the schema, and unknown ones last. */
export function fieldsOf(
	schema: Schema,
	object: Fields,
	path: readonly string[] = [],
): FieldSet {
	const properties = recordOf(schema.properties);
	const required = new Set(textsOf(schema.required));
	const names = [
		...required,
		...Object.keys(properties).filter((name) => !required.has(name)),
		...Object.keys(object).filter(
			(name) => !required.has(name) && !Object.hasOwn(properties, name),
		),
	];
	const isPresent = (name: string): boolean =>
		required.has(name) || Object.hasOwn(object, name);
	return {
		present: names.filter(isPresent).map((name) => {
			const own = recordOf(properties[name]);
			const value = object[name];
			return {
				path: [...path, name],
				name,
				schema: own,
				isRequired: required.has(name),
				value,
				control: controlOf(own, value),
				values: valuesOf(own),
			};
		}),
		absent: names.filter((name) => !isPresent(name)),
	};
}

/** Returns a copy with another value at a path. Undefined takes the field away. */
export function setAt(
	object: Fields,
	[name, ...rest]: readonly string[],
	value: unknown,
): Fields {
	if (name === undefined) return object;
	if (rest.length > 0)
		return { ...object, [name]: setAt(recordOf(object[name]), rest, value) };
	if (value !== undefined) return { ...object, [name]: value };
	const { [name]: _, ...others } = object;
	return others;
}

/** Returns the first value for a field that is added: its example, or an empty one of its type. */
export function firstValue(schema: Schema): unknown {
	const [example] = Array.isArray(schema.examples) ? schema.examples : [];
	if (example !== undefined) return example;
	const [known] = valuesOf(schema);
	if (known !== undefined) return known;
	const [type] = typesOf(schema);
	switch (type) {
		case "object": {
			const { present } = fieldsOf(schema, {});
			return Object.fromEntries(
				present.map((field) => [field.name, firstValue(field.schema)]),
			);
		}
		case "array":
			return [];
		case "boolean":
			return false;
		case "integer":
		case "number":
			return 0;
		default:
			return "";
	}
}

/** Reads what was typed for a number. What is none stays a text, so that the gate can say so. */
export function toNumber(text: string): unknown {
	return /^-?\d+(?:\.\d+)?$/.test(text) && String(Number(text)) === text
		? Number(text)
		: text;
}

/** Describes what fits a field: its types and bounds. */
export function hintOf(schema: Schema): string {
	const bounds = [
		["minLength", "at least", "characters"],
		["maxLength", "at most", "characters"],
		["minimum", "at least", ""],
		["maximum", "at most", ""],
	] as const;
	return [
		typesOf(schema).join(" or "),
		...bounds.flatMap(([key, word, unit]) =>
			typeof schema[key] === "number"
				? [`${word} ${schema[key]} ${unit}`.trim()]
				: [],
		),
	]
		.filter((text) => text !== "")
		.join(", ");
}

export function recordOf(value: unknown): Fields {
	return isRecord(value) ? value : {};
}

export function isRecord(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

// --- helpers ---

function textsOf(value: unknown): readonly string[] {
	return Array.isArray(value) ? value.map(String) : [];
}

/** The types without null, which a form writes by leaving a field out. */
function typesOf({ type }: Schema): readonly string[] {
	return [type ?? []]
		.flat()
		.map(String)
		.filter((one) => one !== "null");
}

function valuesOf(schema: Schema): readonly unknown[] {
	if (schema.const !== undefined) return [schema.const];
	const { enum: all, "x-known-values": known } = schema;
	return Array.isArray(all) ? all : Array.isArray(known) ? known : [];
}

function controlOf(schema: Schema, value: unknown): Control {
	const isText = typeof value === "string" || value === undefined;
	if (schema.enum !== undefined || schema.const !== undefined) return "choice";
	if (isRecord(value)) return "object";
	if (typeof value === "object") return "json";
	if (valuesOf(schema).length > 0 && isText) return "known";
	const types = typesOf(schema);
	if (types.length > 0 && types.every((one) => one === "boolean"))
		return "boolean";
	if (typeof value === "boolean") return "boolean";
	const isNumber = (type: string): boolean =>
		type === "integer" || type === "number";
	if (typeof value === "number" || (types.length > 0 && types.every(isNumber)))
		return "number";
	if (value === undefined && types[0] === "object") return "object";
	return value === undefined && types[0] === "array" ? "json" : "text";
}
