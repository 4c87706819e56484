import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, unzip } from "node:zlib";
import { HookError } from "../errors.ts";
import { readBodyType } from "../gate/body.ts";

/**
 * Decodes a body that is compressed, or in another charset than UTF-8, into text. The bytes were read and verified before. The
 * unpacked size is limited, so that a small body cannot become a large one. Returns undefined for a plain UTF-8 body. Throws
 * BODY_TYPE, BODY_ENCODING and BODY_TOO_LARGE.
 */
export function unpackBody(
	headers: IncomingHttpHeaders,
	raw: Uint8Array,
	limitBytes: number,
): Promise<string> | undefined {
	const coding =
		headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
	const { charset } = readBodyType(headers["content-type"]);
	if (coding === "identity" && isUnicode(charset)) return undefined;
	return unpack(raw, { coding, charset, limitBytes });
}

// --- helpers ---

interface Packing {
	readonly coding: string;
	readonly charset: string;
	readonly limitBytes: number;
}

async function unpack(raw: Uint8Array, packing: Packing): Promise<string> {
	const { coding, charset } = packing;
	// Checks the charset first: a body with an unknown charset need not be unpacked.
	const decode = isUnicode(charset) ? decodeUtf8 : decoderOf(charset);
	return decode(coding === "identity" ? raw : await inflate(raw, packing));
}

function isUnicode(charset: string): boolean {
	return charset === "utf-8" || charset === "us-ascii";
}

function decodeUtf8(bytes: Uint8Array): string {
	if (isUtf8(bytes)) return Buffer.from(bytes).toString("utf8");
	throw new HookError("BODY_ENCODING", "the body is not valid UTF-8");
}

/** Finds the decoder for a label of the WHATWG encoding standard, which has no unsafe ones (`utf-7`, RFC 2152). */
function decoderOf(charset: string): (bytes: Uint8Array) => string {
	try {
		// Each text needs its own decoder, because a decoder has state.
		new TextDecoder(charset);
	} catch {
		throw new HookError("BODY_TYPE", `the charset ${charset} is unknown`);
	}
	return (bytes) => {
		const isBigEndian = charset === "utf-16" && startsBigEndian(bytes);
		const decoder = new TextDecoder(isBigEndian ? "utf-16be" : charset);
		// Decodes as a stream, because Node 20 reads a whole text in windows-1252 as ISO 8859-1 (nodejs/node issue 56542).
		return decoder.decode(bytes, { stream: true }) + decoder.decode();
	};
}

/** Determines the byte order by a byte order mark (RFC 2781 section 4.3), or by the first character of JSON or a form, which is ASCII. */
function startsBigEndian([first]: Uint8Array): boolean {
	return first === 0xfe || first === 0;
}

type Inflate = (
	bytes: Uint8Array,
	options: { readonly maxOutputLength: number },
) => Promise<Uint8Array>;

const INFLATE: ReadonlyMap<string, Inflate> = new Map<string, Inflate>([
	["gzip", promisify(unzip)],
	["deflate", promisify(unzip)],
	["br", promisify(brotliDecompress)],
]);

/** Unpacks a content coding. Stops as soon as the output exceeds the limit. */
async function inflate(
	raw: Uint8Array,
	{ coding, limitBytes }: Packing,
): Promise<Uint8Array> {
	const run = INFLATE.get(coding);
	if (run === undefined) {
		throw new HookError("BODY_TYPE", `the content coding ${coding} is unknown`);
	}
	try {
		return await run(raw, { maxOutputLength: limitBytes });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE")
			throw new HookError("BODY_ENCODING", `the body is not valid ${coding}`);
		throw new HookError(
			"BODY_TOO_LARGE",
			`the body unpacks to more than ${limitBytes} bytes`,
		);
	}
}
