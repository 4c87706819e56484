import { hash } from "node:crypto";
import { isRecord } from "../../event/is-record.ts";
import type { Payload } from "../../event/webhook.ts";
import type { KeyField } from "../../kind/kind.ts";
import {
	createFieldReader,
	parseField,
	type Subject,
} from "../../route/field.ts";

/** Reads a key off a webhook; undefined where it has none. */
export type KeyOf = (webhook: Subject) => string | undefined;

/**
 * Compiles the fields of a dedupe key, which tells a webhook from all others of its route. Equal keys
 * mean one webhook sent twice; without a key every webhook is taken. Fields are those of a `match`.
 *
 * Fields may come only sometimes (`err-code`), and nothing says which: where some are missing, a digest
 * of the payload stands in for them, so that two different webhooks never share a key and the same one
 * sent again always does. There is no key without the first field and any that is named as an id, for a
 * bare status names nothing; without a header, parameter or claim that a field names and nothing else; and without one
 * of `needs`, for then two webhooks of the same bytes may well be two.
 */
export function createDedupeKey(
	fields: readonly KeyField[],
	needs: readonly KeyField[] = [],
): KeyOf {
	if (fields.length === 0) return () => undefined;
	const parts = fields.map(toPart);
	const needed = [...needs, ...fields.filter(isBeside)].map(toPart);
	return (webhook) => {
		if (needed.some(({ read }) => read(webhook) === null)) return undefined;
		const values = parts.map(({ read }) => read(webhook));
		if (!values.includes(null)) return toKey(values);
		if (!parts.some(({ isId }, index) => isId && values[index] !== null))
			return undefined;
		const { payload } = webhook;
		const digest = digestOf(isRecord(payload) ? payload : NO_FIELDS);
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
	return (webhook) => {
		const values = parts.map(({ read }) => read(webhook));
		return values.every((value) => value === null) ? undefined : toKey(values);
	};
}

// --- helpers ---

/** Longer keys, in characters, are replaced by their digest: an index must stay small. */
const KEY_LENGTH_MAX = 200;

const NO_FIELDS: Payload = Object.freeze({});

/** A scalar as text, an object or list as it is, null where there is nothing. */
type KeyValue = string | object | null;

type Read = (webhook: Subject) => KeyValue;

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
		read(webhook) {
			let value = first(webhook);
			for (const read of others) value ??= read(webhook);
			return value;
		},
	};
}

/** True for a field that is beside the payload, such as a header. */
function isBeside(field: KeyField): boolean {
	const names = typeof field === "string" ? [field] : field;
	return names.every((name) => parseField(name).source !== "payload");
}

const readNothing: Read = () => null;

function createRead(field: string): Read {
	const read = createFieldReader(field);
	return (webhook) => toValue(read(webhook));
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
