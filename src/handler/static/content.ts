import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname } from "node:path";

/** A file as it was found: its bytes in memory, or its path. */
export interface Content {
	readonly file: string;
	readonly size: number;
	/** Undefined for a streamed file. */
	readonly bytes: Buffer | undefined;
	/** The strong entity tag (RFC 9110 section 8.8.3). */
	readonly etag: string;
	/** The HTTP date (RFC 9110 section 5.6.7). */
	readonly lastModified: string;
}

/** The largest file that is kept in memory: 256 KiB. */
export const IN_MEMORY_BYTES = 256 * 1024;

/** Reads the facts of a file, and the bytes of a small one. Throws the system's error, or EISDIR. */
export async function readContent(file: string): Promise<Content> {
	// Checks before opening, because opening a pipe would wait for its writer.
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
			// Nanoseconds and size change with the bytes. Hashing a large file would delay the start.
			etag: `"${found.size.toString(36)}-${found.mtimeNs.toString(36)}"`,
			lastModified,
		};
	} finally {
		await handle.close();
	}
}

/** Returns a strong entity tag: a part of the bytes' SHA-256. */
export function hashTag(bytes: Uint8Array): string {
	const hash = createHash("sha256").update(bytes).digest("base64url");
	return `"${hash.slice(0, 27)}"`;
}

/**
 * Returns the content type for a file's name. XML and VoiceXML are `text/xml`, which the platform's Call API reads. JSON has no
 * charset (RFC 8259 section 11).
 */
export function contentTypeOf(file: string): string {
	const extension = extname(file).toLowerCase();
	const own = OWN_TYPES[extension];
	if (own !== undefined) return own;
	// The package's list of types is only loaded for types that are not in ours.
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
		super(`${file} is not a file`);
	}
}
