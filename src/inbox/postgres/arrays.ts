/**
 * Arrays as parameters of the hot statements, in PostgreSQL's binary format. As text, the driver would write the bytes of a body
 * in hexadecimal and escape each text, and the server would parse both again: a quarter of its work of a put.
 */

/** A value, or null. */
type Nullable<Value> = Value | null | undefined;

/** Encodes texts. They MUST NOT contain the character 0. */
export function textArray(values: readonly Nullable<string>[]): Buffer {
	const lengths = values.map((value) =>
		value == null ? NULL : Buffer.byteLength(value),
	);
	const { bytes, fill } = allocate(TEXT, lengths);
	fill((at, from) => {
		bytes.write(values[at] as string, from);
	});
	return bytes;
}

/** Encodes bytes. */
export function byteaArray(values: readonly Uint8Array[]): Buffer {
	const { bytes, fill } = allocate(
		BYTEA,
		values.map(({ byteLength }) => byteLength),
	);
	fill((at, from) => {
		bytes.set(values[at] as Uint8Array, from);
	});
	return bytes;
}

/** Encodes integers as `bigint`. They MUST be safe integers. */
export function bigintArray(values: readonly Nullable<number>[]): Buffer {
	const { bytes, fill } = allocate(INT8, lengthsOf(values, 8));
	fill((at, from) => {
		const value = values[at] as number;
		bytes.writeInt32BE(Math.floor(value / 2 ** 32), from);
		bytes.writeUInt32BE(value >>> 0, from + 4);
	});
	return bytes;
}

/** Encodes integers as `integer`. */
export function integerArray(values: readonly number[]): Buffer {
	const { bytes, fill } = allocate(INT4, lengthsOf(values, 4));
	fill((at, from) => {
		bytes.writeInt32BE(values[at] as number, from);
	});
	return bytes;
}

/** Encodes integers as `smallint`. */
export function smallintArray(values: readonly Nullable<number>[]): Buffer {
	const { bytes, fill } = allocate(INT2, lengthsOf(values, 2));
	fill((at, from) => {
		bytes.writeInt16BE(values[at] as number, from);
	});
	return bytes;
}

/** Encodes booleans. */
export function booleanArray(values: readonly boolean[]): Buffer {
	const { bytes, fill } = allocate(BOOL, lengthsOf(values, 1));
	fill((at, from) => {
		bytes[from] = values[at] ? 1 : 0;
	});
	return bytes;
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

function lengthsOf(values: readonly unknown[], bytes: number): number[] {
	return values.map((value) => (value == null ? NULL : bytes));
}

/** Allocates an array of one dimension (`array_recv` in PostgreSQL's source). `fill` calls back for each value that is not null. */
function allocate(
	type: number,
	lengths: readonly number[],
): {
	readonly bytes: Buffer;
	fill(write: (at: number, from: number) => void): void;
} {
	let size = HEADER_BYTES;
	for (const length of lengths) size += LENGTH_BYTES + Math.max(0, length);
	const bytes = Buffer.allocUnsafe(size);
	bytes.writeInt32BE(1, 0);
	bytes.writeInt32BE(lengths.includes(NULL) ? 1 : 0, 4);
	bytes.writeInt32BE(type, 8);
	bytes.writeInt32BE(lengths.length, 12);
	bytes.writeInt32BE(1, 16);
	return {
		bytes,
		fill(write) {
			let from = HEADER_BYTES;
			for (const [at, length] of lengths.entries()) {
				bytes.writeInt32BE(length, from);
				from += LENGTH_BYTES;
				if (length === NULL) continue;
				write(at, from);
				from += length;
			}
		},
	};
}
