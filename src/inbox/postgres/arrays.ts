/**
 * Arrays as parameters of the hot statements, in PostgreSQL's binary format. As text, the driver would write the bytes of a body
 * in hexadecimal and escape each text, and the server would parse both again: a quarter of its work of a put.
 *
 * Nulls at the end are left out, so a column without values costs nothing. A statement MUST therefore read its arrays by one
 * `unnest`, which fills the shorter ones up, and one of them MUST have a value for each row.
 */

/** A value, or null. */
type Nullable<Value> = Value | null | undefined;

/** Encodes texts. They MUST NOT contain the character 0. */
export function textArray(values: readonly Nullable<string>[]): Buffer {
	return encode(TEXT, values, {
		size: (value) => Buffer.byteLength(value),
		write({ bytes }, value, from) {
			bytes.write(value, from);
		},
	});
}

/** Encodes bytes. */
export function byteaArray(values: readonly Uint8Array[]): Buffer {
	return encode(BYTEA, values, {
		size: ({ byteLength }) => byteLength,
		write({ bytes }, value, from) {
			bytes.set(value, from);
		},
	});
}

/** Encodes integers as `bigint`. They MUST be safe integers. */
export function bigintArray(values: readonly Nullable<number>[]): Buffer {
	return encode(INT8, values, {
		size: () => 8,
		write({ view }, value, from) {
			view.setInt32(from, Math.floor(value / 2 ** 32));
			view.setUint32(from + 4, value);
		},
	});
}

/** Encodes integers as `integer`. */
export function integerArray(values: readonly Nullable<number>[]): Buffer {
	return encode(INT4, values, {
		size: () => 4,
		write({ view }, value, from) {
			view.setInt32(from, value);
		},
	});
}

/** Encodes integers as `smallint`. */
export function smallintArray(values: readonly Nullable<number>[]): Buffer {
	return encode(INT2, values, {
		size: () => 2,
		write({ view }, value, from) {
			view.setInt16(from, value);
		},
	});
}

/** Encodes booleans. */
export function booleanArray(values: readonly Nullable<boolean>[]): Buffer {
	return encode(BOOL, values, {
		size: () => 1,
		write({ view }, value, from) {
			view.setUint8(from, value ? 1 : 0);
		},
	});
}

// --- helpers ---

/** The object ids of the types, the same on every server (`pg_type.dat`). */
const BOOL = 16;
const BYTEA = 17;
const INT8 = 20;
const INT2 = 21;
const INT4 = 23;
const TEXT = 25;

/** The length of a null in the format. */
const NULL = -1;

/** Dimensions, a flag for nulls, the type, and the size and first index of the one dimension. */
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;

/** The memory of an array, in two views. */
interface Memory {
	readonly bytes: Buffer;
	readonly view: DataView;
}

interface Format<Value> {
	/** Returns the bytes that a value takes. */
	size(value: Value): number;
	write(memory: Memory, value: Value, from: number): void;
}

/** Encodes an array of one dimension (`array_recv` in PostgreSQL's source). */
function encode<Value>(
	type: number,
	values: readonly Nullable<Value>[],
	{ size, write }: Format<Value>,
): Buffer {
	let count = values.length;
	while (count > 0 && values[count - 1] == null) count -= 1;
	let length = HEADER_BYTES + LENGTH_BYTES * count;
	let hasNull = false;
	for (let at = 0; at < count; at += 1) {
		const value = values[at];
		if (value == null) hasNull = true;
		else length += size(value);
	}
	const bytes = Buffer.allocUnsafe(length);
	const view = new DataView(bytes.buffer, bytes.byteOffset, length);
	view.setInt32(0, 1);
	view.setInt32(4, hasNull ? 1 : 0);
	view.setInt32(8, type);
	view.setInt32(12, count);
	view.setInt32(16, 1);
	let from = HEADER_BYTES;
	for (let at = 0; at < count; at += 1) {
		const value = values[at];
		const taken = value == null ? NULL : size(value);
		view.setInt32(from, taken);
		from += LENGTH_BYTES;
		if (value == null) continue;
		write({ bytes, view }, value, from);
		from += taken;
	}
	return bytes;
}
