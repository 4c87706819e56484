import { hash } from "node:crypto";
import { isRecord } from "../../event/is-record.ts";
import type { Payload } from "../../event/webhook.ts";
import type { KeyField } from "../../kind/kind.ts";
import {
	createFieldReader,
	parseField,
	type Subject,
} from "../../route/field.ts";

/** Reads a key from a webhook. Returns undefined if it has none. */
export type KeyOf = (webhook: Subject) => string | undefined;

/**
 * Compiles the fields of a dedupe key, which identifies a webhook of its route. Equal keys mean one webhook that was sent
 * twice. Without a key every webhook is accepted. The fields are those of a `match`.
 *
 * Fields may be optional (`err-code`), and nothing declares which ones. If some are missing, a digest of the payload replaces
 * them, so that two different webhooks never share a key and a repeated one always has the same key. There is
 * no key if the first field and all id fields are missing, because a mere status identifies nothing. Neither is there one if a
 * header, parameter or claim among the fields is missing, or one of `needs`, because two webhooks with the same bytes may then be
 * different.
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
 * Compiles the fields of an order key, which identifies the sequence of a webhook. The key is undefined if none of the fields
 * exists, and the order is then not preserved.
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

/** Longer keys, in characters, are replaced by their digest, so that the index stays small. */
const KEY_LENGTH_MAX = 200;

const NO_FIELDS: Payload = Object.freeze({});

/** A scalar as text, an object or list as it is, and null for a missing value. */
type KeyValue = string | object | null;

type Read = (webhook: Subject) => KeyValue;

interface Part {
	readonly read: Read;
	/** True for a field that identifies a webhook and does not only describe its status. */
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

/** Returns true for a field outside of the payload, such as a header. */
function isBeside(field: KeyField): boolean {
	const names = typeof field === "string" ? [field] : field;
	return names.every((name) => parseField(name).source !== "payload");
}

const readNothing: Read = () => null;

function createRead(field: string): Read {
	const read = createFieldReader(field);
	return (webhook) => toValue(read(webhook));
}

/** An empty id identifies nothing: all webhooks with an empty id would share it. */
function toValue(value: unknown): KeyValue {
	if (value === undefined || value === null || value === "") return null;
	return typeof value === "object" ? value : String(value);
}

/** JSON text is unambiguous for all values. */
function toKey(values: readonly KeyValue[]): string | undefined {
	const text = stringify(values);
	if (text === undefined || text.length <= KEY_LENGTH_MAX) return text;
	return `sha256:${hash("sha256", text, "hex")}`;
}

/** Digests the parts that a repetition shares with the first webhook, because it may be signed again. */
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

/** Undefined for a value that is nested too deeply. */
function stringify(value: unknown): string | undefined {
	try {
		return JSON.stringify(value);
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}
