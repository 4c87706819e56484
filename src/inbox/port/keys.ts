import { hash } from "node:crypto";
import { isRecord } from "../../event/is-record.ts";
import type { Headers, Payload } from "../../event/webhook.ts";
import type { KeyField } from "../../kind/kind.ts";

/** Reads a key off a webhook; undefined where it has none. */
export type KeyOf = (payload: unknown, headers: Headers) => string | undefined;

/**
 * Compiles the fields of a dedupe key, which tells a webhook from all others of its route. Equal keys
 * mean one webhook sent twice; without a key every webhook is taken. `headers.<name>` is a request
 * header, anything else a field of the payload.
 *
 * Fields may come only sometimes (`err-code`), and nothing says which: where some are missing, a digest
 * of the payload stands in for them, so that two different webhooks never share a key and the same one
 * sent again always does. There is no key without the first field and any that is named as an id, for a
 * bare status names nothing; without a header that a field names and nothing else; and without one of
 * `needs`, for then two webhooks of the same bytes may well be two.
 */
export function createDedupeKey(
	fields: readonly KeyField[],
	needs: readonly KeyField[] = [],
): KeyOf {
	if (fields.length === 0) return () => undefined;
	const parts = fields.map(toPart);
	const needed = [...needs, ...fields.filter(isHeader)].map(toPart);
	return (payload, headers) => {
		const record = isRecord(payload) ? payload : NO_FIELDS;
		if (needed.some(({ read }) => read(record, headers) === null))
			return undefined;
		const values = parts.map(({ read }) => read(record, headers));
		if (!values.includes(null)) return toKey(values);
		if (!parts.some(({ isId }, index) => isId && values[index] !== null))
			return undefined;
		const digest = digestOf(record);
		return digest === undefined ? undefined : toKey([...values, digest]);
	};
}

/**
 * Compiles the fields of an order key, which names the sequence that a webhook belongs to. The key is
 * undefined where none of the fields is there, and no order is kept.
 */
export function createOrderKey(fields: readonly KeyField[]): KeyOf {
	if (fields.length === 0) return () => undefined;
	const parts = fields.map(toPart);
	return (payload, headers) => {
		const record = isRecord(payload) ? payload : NO_FIELDS;
		const values = parts.map(({ read }) => read(record, headers));
		return values.every((value) => value === null) ? undefined : toKey(values);
	};
}

// --- helpers ---

/** Longer keys, in characters, are replaced by their digest: an index must stay small. */
const KEY_LENGTH_MAX = 200;

const NO_FIELDS: Payload = Object.freeze({});

const HEADER = "headers.";

/** A scalar as text, an object or list as it is, null where there is nothing. */
type KeyValue = string | object | null;

type Read = (payload: Payload, headers: Headers) => KeyValue;

interface Part {
	readonly read: Read;
	/** True for what names a webhook, and does not only say how it stands. */
	readonly isId: boolean;
}

function toPart(field: KeyField, index: number): Part {
	const names = typeof field === "string" ? [field] : field;
	const isId = index === 0 || names.some((name) => /id$/i.test(name));
	const [first = readNothing, ...others] = names.map(createRead);
	if (others.length === 0) return { read: first, isId };
	return {
		isId,
		read(payload, headers) {
			let value = first(payload, headers);
			for (const read of others) value ??= read(payload, headers);
			return value;
		},
	};
}

function isHeader(field: KeyField): boolean {
	const names = typeof field === "string" ? [field] : field;
	return names.every((name) => name.startsWith(HEADER));
}

const readNothing: Read = () => null;

/** A field by its whole name first: `session.calledid` is one name, `metadata.deliveryId` a way inwards. */
function createRead(field: string): Read {
	if (field.startsWith(HEADER)) {
		const name = field.slice(HEADER.length).toLowerCase();
		return (_, headers) => toValue(ownOf(headers, name));
	}
	if (!field.includes(".")) return (payload) => toValue(ownOf(payload, field));
	const way = field.split(".");
	return (payload) => {
		if (Object.hasOwn(payload, field)) return toValue(payload[field]);
		let value: unknown = payload;
		for (const name of way) value = ownOf(value, name);
		return toValue(value);
	};
}

function ownOf(value: unknown, name: string): unknown {
	if (typeof value !== "object" || value === null) return undefined;
	return Object.hasOwn(value, name) ? (value as Payload)[name] : undefined;
}

/** An id that is empty names nothing; all that have one would share it. */
function toValue(value: unknown): KeyValue {
	if (value === undefined || value === null || value === "") return null;
	return typeof value === "object" ? value : String(value);
}

/** JSON text cannot be read in two ways, whatever the values hold. */
function toKey(values: readonly KeyValue[]): string | undefined {
	const text = stringify(values);
	if (text === undefined || text.length <= KEY_LENGTH_MAX) return text;
	return `sha256:${hash("sha256", text, "hex")}`;
}

/** Digests what a repetition has in common with its first: it may be signed again, and is still the same webhook. */
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
