import type { Socket } from "node:net";
import { DefaultSerializer, deserialize } from "node:v8";

/**
 * Writes a value as one frame: its length in four bytes, little-endian, and the value as structured clone data. Both ends are
 * processes of one router and one version of Node.
 */
export function writeFrame(socket: Socket, value: unknown): void {
	const serializer = new DefaultSerializer();
	// Room for the length, so that head and value are one buffer and one write.
	serializer.writeRawBytes(NO_LENGTH);
	serializer.writeHeader();
	serializer.writeValue(value);
	const frame = serializer.releaseBuffer();
	frame.writeUInt32LE(frame.length - HEAD_BYTES);
	socket.write(frame);
}

/** Reads frames from the chunks of a stream. Throws for a frame that is too large or unreadable. */
export class FrameReader {
	readonly #onValue: (value: unknown) => void;
	#chunks: Buffer[] = [];
	#bytes = 0;
	/** The bytes that the next frame needs with its head. */
	#needed = HEAD_BYTES;

	constructor(onValue: (value: unknown) => void) {
		this.#onValue = onValue;
	}

	/** Takes the next chunk, and calls back with each value that is complete. */
	read(chunk: Buffer): void {
		this.#chunks.push(chunk);
		this.#bytes += chunk.length;
		// A large frame comes in many chunks, which are joined once, when all of them are there.
		if (this.#bytes < this.#needed) return;
		const data =
			this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
		let at = 0;
		this.#needed = HEAD_BYTES;
		while (data.length - at >= HEAD_BYTES) {
			const length = data.readUInt32LE(at);
			if (length > FRAME_MAX_BYTES)
				throw new Error(`a frame of ${length} bytes is too large`);
			const end = at + HEAD_BYTES + length;
			if (end > data.length) {
				this.#needed = HEAD_BYTES + length;
				break;
			}
			const body = data.subarray(at + HEAD_BYTES, end);
			at = end;
			this.#onValue(deserialize(body));
		}
		this.#chunks = at < data.length ? [data.subarray(at)] : [];
		this.#bytes = data.length - at;
	}
}

// --- helpers ---

const HEAD_BYTES = 4;
const NO_LENGTH = Buffer.alloc(HEAD_BYTES);

/** A batch of puts has 4 MiB and one delivery at most, a bite of an export some more. */
const FRAME_MAX_BYTES = 512 * 1024 * 1024;
