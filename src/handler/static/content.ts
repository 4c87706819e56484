import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname } from "node:path";

/** A file as it was found: its bytes in memory, or where they are. */
export interface Content {
	readonly file: string;
	readonly size: number;
	/** Undefined for a file that is streamed. */
	readonly bytes: Buffer | undefined;
	/** Strong entity tag (RFC 9110 section 8.8.3). */
	readonly etag: string;
	/** HTTP date (RFC 9110 section 5.6.7). */
	readonly lastModified: string;
}

/** Files up to this size are kept in memory: 256 KiB. */
export const IN_MEMORY_BYTES = 256 * 1024;

/** Reads what is known of a file, and a small one's bytes. Throws the system's error, or EISDIR. */
export async function readContent(file: string): Promise<Content> {
	// Asked before it is opened: opening a pipe would wait for its writer.
	if (!(await stat(file)).isFile()) throw new NoFileError(file);
	const handle = await open(file, "r");
	try {
		const found = await handle.stat({ bigint: true });
		const lastModified = new Date(Number(found.mtimeMs)).toUTCString();
		if (found.size <= IN_MEMORY_BYTES) {
			const bytes = await handle.readFile();
			const size = bytes.length;
			return { file, size, bytes, etag: hashTag(bytes), lastModified };
		}
		return {
			file,
			size: Number(found.size),
			bytes: undefined,
			// Nanoseconds and size change with the bytes, and hashing a large file would delay the start.
			etag: `"${found.size.toString(36)}-${found.mtimeNs.toString(36)}"`,
			lastModified,
		};
	} finally {
		await handle.close();
	}
}

/** The strong entity tag of some bytes: a part of their SHA-256. */
export function hashTag(bytes: Uint8Array): string {
	const hash = createHash("sha256").update(bytes).digest("base64url");
	return `"${hash.slice(0, 27)}"`;
}

/**
 * The content type that a file's name says. XML and VoiceXML are `text/xml`, which the platform's Call
 * API reads; JSON has no charset (RFC 8259 section 11).
 */
export function contentTypeOf(file: string): string {
	const extension = extname(file).toLowerCase();
	const own = OWN_TYPES[extension];
	if (own !== undefined) return own;
	// Its list of all types is only read for a file that has none of ours.
	const { contentType } = require("mime-types") as typeof import("mime-types");
	return contentType(extension) || "application/octet-stream";
}

// --- helpers ---

const require = createRequire(import.meta.url);

const OWN_TYPES: Readonly<Record<string, string>> = {
	".xml": "text/xml; charset=utf-8",
	".vxml": "text/xml; charset=utf-8",
	".json": "application/json",
};

class NoFileError extends Error {
	readonly code = "EISDIR";

	constructor(file: string) {
		super(`${file} is no file`);
	}
}
