import { hash } from "node:crypto";
import { isRecord, type Payload } from "../event/webhook.ts";

/**
 * What tells a webhook from all others of its route: the values of `fields`, or undefined where that
 * cannot be told and every webhook is to be taken. Equal keys mean one webhook sent twice.
 *
 * Fields of one list are often alternatives (`uuid`, `call_uuid`) or come only sometimes (`err-code`), and
 * nothing says which: where some are missing, a digest of the payload stands in for them, so that two
 * different webhooks never share a key and the same one sent again always does. Without the first
 * field, and without any that is named as an id, there is no key: a bare status names nothing.
 */
export function dedupeKeyOf(
	fields: readonly string[],
	payload: unknown,
): string | undefined {
	if (!isRecord(payload) || fields.length === 0) return undefined;
	const values = valuesOf(fields, payload);
	if (!values.includes(null)) return toKey(values);
	if (!fields.some((field, index) => names(field, index, values)))
		return undefined;
	const digest = digestOf(payload);
	return digest === undefined ? undefined : toKey([...values, digest]);
}

/**
 * The sequence that a webhook belongs to: the values of `fields`, or undefined where none of them is
 * there and no order is kept.
 */
export function orderKeyOf(
	fields: readonly string[],
	payload: unknown,
): string | undefined {
	if (!isRecord(payload) || fields.length === 0) return undefined;
	const values = valuesOf(fields, payload);
	return values.every((value) => value === null) ? undefined : toKey(values);
}

// --- helpers ---

/** Longer keys, in characters, are replaced by their digest: an index must stay small. */
const KEY_LENGTH_MAX = 200;

/** A scalar as text, an object or list as it is, null where there is nothing. */
type KeyValue = string | object | null;

function valuesOf(
	fields: readonly string[],
	payload: Payload,
): readonly KeyValue[] {
	return fields.map((field) => {
		const value = valueAt(payload, field);
		// An id that is empty names nothing; all that have one would share it.
		if (value === undefined || value === null || value === "") return null;
		return typeof value === "object" ? value : String(value);
	});
}

/** A field by its whole name first: `session.calledid` is one name, `metadata.deliveryId` a way inwards. */
function valueAt(payload: Payload, field: string): unknown {
	if (Object.hasOwn(payload, field)) return payload[field];
	if (!field.includes(".")) return undefined;
	let value: unknown = payload;
	for (const name of field.split(".")) {
		if (typeof value !== "object" || value === null) return undefined;
		if (!Object.hasOwn(value, name)) return undefined;
		value = (value as Payload)[name];
	}
	return value;
}

function names(
	field: string,
	index: number,
	values: readonly KeyValue[],
): boolean {
	return values[index] !== null && (index === 0 || /id$/i.test(field));
}

/** JSON text cannot be read in two ways, whatever the values hold. */
function toKey(values: readonly KeyValue[]): string | undefined {
	const text = stringify(values);
	if (text === undefined || text.length <= KEY_LENGTH_MAX) return text;
	return `sha256:${hash("sha256", text, "hex")}`;
}

/** What a repetition has in common; it may be signed anew, which is no other webhook. */
function digestOf(payload: Payload): string | undefined {
	const isSigned = Object.hasOwn(payload, "sig");
	const entries = Object.keys(payload)
		.filter((name) => !(isSigned && SIGNING_FIELDS.has(name)))
		.sort()
		.map((name) => [name, payload[name]]);
	const text = stringify(entries);
	return text && hash("sha256", text, "base64url");
}

/** Parameters that the platform's signing reference adds to an SMS webhook. */
const SIGNING_FIELDS: ReadonlySet<string> = new Set([
	"sig",
	"nonce",
	"timestamp",
]);

/** Undefined for what is nested too deeply to be written. */
function stringify(value: unknown): string | undefined {
	try {
		return JSON.stringify(value);
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}
