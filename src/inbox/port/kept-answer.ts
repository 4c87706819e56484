import { isUtf8 } from "node:buffer";
import { basename } from "node:path";
import { isRecord } from "../../event/is-record.ts";
import type { FileBody, Reply } from "../../event/webhook.ts";

/** The stored answer to a webhook. */
export interface KeptAnswer {
	readonly status: number;
	/** The `content-type` header. */
	readonly type: string | undefined;
	/** The body or its start. Undefined if there was none or it is not text. */
	readonly body: string | undefined;
	/** The size of the body in bytes, if `body` is only a part of it. */
	readonly sizeBytes: number | undefined;
	/** The name of the file that was sent. Its bytes are not stored. */
	readonly file: string | undefined;
	/** True if the configuration itself defines the body and every webhook gets the same one, so that it contains no personal data. */
	readonly isFixed: boolean;
}

/** The maximum number of stored bytes of a body. An NCCO of a hundred actions is smaller. */
export const ANSWER_BYTES_MAX = 16 * 1024;

/** Writes a reply as JSON text. A frozen reply is the same for every webhook (`Reply`), and is written once. */
export function packAnswer(reply: Reply): string {
	if (!Object.isFrozen(reply)) return pack(reply, undefined);
	let packed = PACKED.get(reply);
	if (packed === undefined) {
		packed = pack(reply, reply.body === undefined ? undefined : true);
		PACKED.set(reply, packed);
	}
	return packed;
}

/** Parses the text of `packAnswer`. Returns undefined for any other text, which an import may contain. */
export function readAnswer(text: string): KeptAnswer | undefined {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}
	if (!isRecord(value) || !Number.isInteger(value.status)) return undefined;
	const { status, type, body, bytes, file, fixed } = value;
	return {
		status: Number(status),
		type: typeof type === "string" ? type : undefined,
		body: typeof body === "string" ? body : undefined,
		sizeBytes: typeof bytes === "number" ? bytes : undefined,
		file: typeof file === "string" ? file : undefined,
		isFixed: fixed === true,
	};
}

// --- helpers ---

/** Keyed by the reply itself, which lives as long as its handler. */
const PACKED = new WeakMap<Reply, string>();

function pack(
	{ status, headers, body }: Reply,
	fixed: true | undefined,
): string {
	const type = headers["content-type"];
	if (body === undefined) return JSON.stringify({ status, type });
	if (isFile(body)) {
		const bytes = body.end - body.start + 1;
		return JSON.stringify({
			status,
			type,
			file: basename(body.file),
			bytes,
			fixed,
		});
	}
	// A text has at most three bytes for each character, so most texts need not be measured.
	if (typeof body === "string" && body.length * 3 <= ANSWER_BYTES_MAX)
		return JSON.stringify({ status, type, body, fixed });
	const bytes = typeof body === "string" ? Buffer.from(body) : body;
	const part = cut(bytes);
	return JSON.stringify({
		status,
		type,
		body: isUtf8(part) ? toText(part) : undefined,
		bytes:
			part.length < bytes.length || !isUtf8(part) ? bytes.length : undefined,
		fixed,
	});
}

/** Returns the start of a body, without a partial character at its end. */
function cut(bytes: Uint8Array): Uint8Array {
	if (bytes.length <= ANSWER_BYTES_MAX) return bytes;
	let end = ANSWER_BYTES_MAX;
	// A continuation byte starts with the bits 10 (RFC 3629), and there are at most three.
	for (let back = 0; back < 3 && isContinued(bytes[end]); back += 1) end -= 1;
	return bytes.subarray(0, end);
}

function isContinued(byte: number | undefined): boolean {
	return byte !== undefined && (byte & 0xc0) === 0x80;
}

function toText({ buffer, byteOffset, byteLength }: Uint8Array): string {
	return Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
}

function isFile(body: Reply["body"]): body is FileBody {
	return typeof body === "object" && "file" in body;
}
