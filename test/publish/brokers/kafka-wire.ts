/** Reads the types of Kafka's protocol (KIP-482 for the compact ones). */
export class WireReader {
	readonly #bytes: Buffer;
	#at = 0;

	constructor(bytes: Buffer) {
		this.#bytes = bytes;
	}

	int8(): number {
		return this.#bytes.readInt8(this.#step(1));
	}

	int16(): number {
		return this.#bytes.readInt16BE(this.#step(2));
	}

	int32(): number {
		return this.#bytes.readInt32BE(this.#step(4));
	}

	int64(): bigint {
		return this.#bytes.readBigInt64BE(this.#step(8));
	}

	/** An unsigned variable-length integer. */
	uvarint(): number {
		let value = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = this.#bytes.readUInt8(this.#step(1));
			value |= (byte & 0x7f) << shift;
			if (byte < 0x80) return value >>> 0;
		}
	}

	/** A signed variable-length integer of at most 32 bits (zigzag). */
	varint(): number {
		const value = this.uvarint();
		return (value >>> 1) ^ -(value & 1);
	}

	bytes(length: number): Buffer {
		const at = this.#step(length);
		return this.#bytes.subarray(at, at + length);
	}

	/** Bytes with a signed length before them. Undefined for null. */
	varBytes(): Buffer | undefined {
		const length = this.varint();
		return length < 0 ? undefined : this.bytes(length);
	}

	/** Bytes with their compact length before them. Undefined for null. */
	compactBytes(): Buffer | undefined {
		const length = this.uvarint();
		return length === 0 ? undefined : this.bytes(length - 1);
	}

	compactString(): string | undefined {
		return this.compactBytes()?.toString();
	}

	string(): string | undefined {
		const length = this.int16();
		return length < 0 ? undefined : this.bytes(length).toString();
	}

	compactArray<T>(read: () => T): T[] {
		const length = this.uvarint();
		return Array.from({ length: Math.max(0, length - 1) }, read);
	}

	/** Skips the tagged fields at the end of a structure. */
	tags(): void {
		for (let left = this.uvarint(); left > 0; left--) {
			this.uvarint();
			this.bytes(this.uvarint());
		}
	}

	#step(length: number): number {
		const at = this.#at;
		this.#at += length;
		return at;
	}
}

/** Writes the same types. */
export class WireWriter {
	readonly #parts: Buffer[] = [];

	int8(value: number): this {
		const part = Buffer.alloc(1);
		part.writeInt8(value);
		return this.raw(part);
	}

	int16(value: number): this {
		const part = Buffer.alloc(2);
		part.writeInt16BE(value);
		return this.raw(part);
	}

	int32(value: number): this {
		const part = Buffer.alloc(4);
		part.writeInt32BE(value);
		return this.raw(part);
	}

	int64(value: bigint): this {
		const part = Buffer.alloc(8);
		part.writeBigInt64BE(value);
		return this.raw(part);
	}

	uvarint(value: number): this {
		const part: number[] = [];
		let left = value;
		while (left >= 0x80) {
			part.push((left & 0x7f) | 0x80);
			left >>>= 7;
		}
		part.push(left);
		return this.raw(Buffer.from(part));
	}

	string(value: string): this {
		return this.int16(Buffer.byteLength(value)).raw(Buffer.from(value));
	}

	/** Undefined for null. */
	compactString(value: string | undefined): this {
		if (value === undefined) return this.uvarint(0);
		return this.uvarint(Buffer.byteLength(value) + 1).raw(Buffer.from(value));
	}

	compactArray<T>(values: readonly T[], write: (value: T) => void): this {
		this.uvarint(values.length + 1);
		for (const value of values) write(value);
		return this;
	}

	/** Ends a structure without tagged fields. */
	tags(): this {
		return this.uvarint(0);
	}

	raw(part: Buffer): this {
		this.#parts.push(part);
		return this;
	}

	end(): Buffer {
		return Buffer.concat(this.#parts);
	}
}
