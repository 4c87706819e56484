import { defineField } from "../event/define-field.ts";
import { asRecord, isRecord } from "../event/is-record.ts";
import { isTooDeep } from "../event/json-depth.ts";
import type { Encoding, Payload } from "../event/webhook.ts";
import { Shape } from "./shape.ts";
import { FRACTION, TYPE } from "./subschemas.ts";

/** Turns parsed text or JSON into the one shape that a schema states. */
export type Decoder = (parsed: Payload, encoding: Encoding) => Payload;

/**
 * Makes the decoder of a schema. The schema's type wins over the encoding: a number where it says
 * `string` becomes text, numeric text a number, `true` and `false` booleans, JSON text an object
 * or a list. What does not fit stays as it is, for validation to refuse. A field whose value is
 * null is an absent one; in a query or a form so is the text `null`.
 *
 * A payload that needs no change is returned as it is; none is ever changed in place.
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
 * Leaves out the fields that are null, and with `isText` those that are the text `null`: the
 * platform writes it into queries and forms for a value that it does not have.
 */
export function withoutAbsent(payload: Payload, isText: boolean): Payload {
	if (!isRecord(payload)) return payload;
	for (const name in payload) {
		if (isAbsent(payload[name], isText)) return dropAbsent(payload, isText);
	}
	return payload;
}

/** Turns a decoded payload back, so that what may come as text or as an object is the text. */
export type TextRestorer = (payload: Payload) => Payload;

/** Makes that for a schema; undefined where no field of it may come in two ways. */
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

/** Puts a scalar that stands for an object into the field that it is. */
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

/** True for a number that keeps its digits: a whole one past 2^53 is better refused than wrong. */
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
