import { defineField } from "../event/define-field.ts";
import { asRecord, isRecord } from "../event/is-record.ts";
import { isTooDeep } from "../event/json-depth.ts";
import type { Encoding, Payload } from "../event/webhook.ts";
import { Shape } from "./shape.ts";
import { FRACTION, TYPE } from "./subschemas.ts";

/** Converts parsed text or JSON to the shape of a schema. */
export type Decoder = (parsed: Payload, encoding: Encoding) => Payload;

/**
 * Creates the decoder of a schema. The type in the schema takes precedence over the encoding: a number becomes a string if
 * the type is `string`, a numeric string becomes a number, `true` and `false` become booleans, and a JSON string becomes
 * an object or a list. Values that do not match stay unchanged, and validation rejects them. A field with the value null
 * is absent, and in a query or a form so is the string `null`.
 *
 * A payload that needs no change is returned as it is. Payloads are never changed in place.
 */
export function createDecoder(schema: unknown): Decoder {
	let shape: Shape | undefined;
	return (parsed, encoding) => {
		shape ??= new Shape(schema);
		const isText = encoding !== "json";
		if (!isRecord(parsed)) return decode(shape, parsed, 0) as Payload;
		return decodeFields(shape, withoutAbsent(parsed, isText), 0) as Payload;
	};
}

/**
 * Removes the fields that are null, and with `isText` also the string `null`, which the platform sends in queries and
 * forms for a missing value.
 */
export function withoutAbsent(payload: Payload, isText: boolean): Payload {
	if (!isRecord(payload)) return payload;
	for (const name in payload) {
		if (isAbsent(payload[name], isText)) return dropAbsent(payload, isText);
	}
	return payload;
}

/** Reverts the decoding of fields that can be a string or an object, so that they are strings. */
export type TextRestorer = (payload: Payload) => Payload;

/** Creates the reverse decoder of a schema. Undefined if no field has two forms. */
export function createTextRestorer(schema: unknown): TextRestorer | undefined {
	const wrapped = textFieldsOf(schema);
	if (wrapped.length === 0) return undefined;
	return (payload) => {
		if (!isRecord(payload)) return payload;
		const restored: Record<string, unknown> = { ...payload };
		for (const [name, inner] of wrapped) {
			const value = payload[name];
			if (!isRecord(value)) continue;
			const [key, ...others] = Object.keys(value);
			if (key === inner && others.length === 0) restored[name] = value[inner];
		}
		return restored;
	};
}

/** True for a path into a field that may come as text or as an object: `dtmf.digits`. */
export function isInTextField(schema: unknown, path: string): boolean {
	return textFieldsOf(schema).some(([name]) => path.startsWith(`${name}.`));
}

// --- helpers ---

/** The fields that may come as text, each with the name of the one inside it that the text becomes. */
function textFieldsOf(schema: unknown): readonly (readonly [string, string])[] {
	const fields = isRecord(schema) ? asRecord(schema.properties) : {};
	return Object.entries(fields).flatMap(([name, part]) => {
		const inner = asRecord(part)["x-text-field"];
		return typeof inner === "string" ? [[name, inner] as const] : [];
	});
}

/** Levels that are decoded: more than any webhook has, and few enough for the stack. */
const DEPTH_MAX = 64;

const NUMERIC = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const NESTED_JSON = /^\s*[{[]/;

type Fields = Readonly<Record<string, unknown>>;

function isAbsent(value: unknown, isText: boolean): boolean {
	return value === null || (isText && value === "null");
}

function dropAbsent(payload: Payload, isText: boolean): Payload {
	const kept: Record<string, unknown> = {};
	for (const name in payload) {
		const value = payload[name];
		if (isAbsent(value, isText)) continue;
		if (name === "__proto__") defineField(kept, name, value);
		else kept[name] = value;
	}
	return kept;
}

function decode(shape: Shape, value: unknown, depth: number): unknown {
	switch (typeof value) {
		case "string":
			return decodeText(shape, value, depth);
		case "number":
			if (allowsNumber(shape.types, value)) return value;
			return shape.types & TYPE.string
				? String(value)
				: wrap(shape, value, depth);
		case "boolean":
			return shape.types & TYPE.boolean || !(shape.types & TYPE.string)
				? value
				: String(value);
		default:
			if (depth >= DEPTH_MAX) return value;
			if (Array.isArray(value)) return decodeItems(shape, value, depth);
			return isRecord(value) ? decodeFields(shape, value, depth) : value;
	}
}

function decodeFields(shape: Shape, fields: Fields, depth: number): Fields {
	if (!shape.hasFields) return fields;
	let copy: Record<string, unknown> | undefined;
	for (const name in fields) {
		const inner = shape.field(name);
		if (inner === undefined) continue;
		const value = fields[name];
		const decoded = decode(inner, value, depth + 1);
		if (decoded === value) continue;
		// The copy has every field of its own, so that even `__proto__` is only assigned to.
		copy ??= { ...fields };
		copy[name] = decoded;
	}
	return copy ?? fields;
}

function decodeItems(
	shape: Shape,
	items: readonly unknown[],
	depth: number,
): readonly unknown[] {
	if (!shape.hasItems) return items;
	let copy: unknown[] | undefined;
	for (const [index, value] of items.entries()) {
		const inner = shape.item(index);
		if (inner === undefined) continue;
		const decoded = decode(inner, value, depth + 1);
		if (decoded === value) continue;
		copy ??= [...items];
		copy[index] = decoded;
	}
	return copy ?? items;
}

function decodeText(shape: Shape, text: string, depth: number): unknown {
	const { types } = shape;
	if (types === 0 || types === TYPE.string) return text;
	if (!(types & TYPE.string)) {
		if (types & TYPE.number && NUMERIC.test(text)) {
			const value = Number(text);
			if (allowsNumber(types, value) && isExact(value)) return value;
		}
		if (types & TYPE.boolean && (text === "true" || text === "false")) {
			return text === "true";
		}
	}
	if (types & (TYPE.object | TYPE.array) && NESTED_JSON.test(text)) {
		const parsed = parseNested(text);
		const type = Array.isArray(parsed) ? TYPE.array : TYPE.object;
		if (parsed !== undefined && types & type)
			return decode(shape, parsed, depth);
	}
	return wrap(shape, text, depth);
}

/** Converts a scalar to the object for which it stands. */
function wrap(shape: Shape, scalar: string | number, depth: number): unknown {
	const { textField } = shape;
	if (textField === undefined) return scalar;
	const inner = shape.field(textField);
	const value = inner === undefined ? scalar : decode(inner, scalar, depth + 1);
	return { [textField]: value };
}

function allowsNumber(types: number, value: number): boolean {
	if (types & FRACTION) return true;
	return (types & TYPE.integer) !== 0 && Number.isInteger(value);
}

/** Returns true for a number that keeps its digits. An integer beyond 2^53 is rejected, because it would be inexact. */
function isExact(value: number): boolean {
	return (
		Number.isFinite(value) &&
		(!Number.isInteger(value) || Number.isSafeInteger(value))
	);
}

function parseNested(text: string): object | undefined {
	if (isTooDeep(text)) return undefined;
	try {
		return JSON.parse(text) as object;
	} catch {
		return undefined;
	}
}
