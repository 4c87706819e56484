import { createHash } from "node:crypto";
import { type BigIntStats, statSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** The state of a file at a moment, for detecting changes. */
export interface Print {
	/** Changes with the file, possibly without a change of its content. */
	readonly stamp: string;
	/** Equal exactly for equal content. */
	readonly content: string;
	/** True if the file exists and is not empty. */
	readonly isFilled: boolean;
	/** True if a later change must change the stamp, because the clock of the file system has ticked since the last change. */
	readonly isOld: boolean;
}

/** Reads the stamp of a file from its metadata. Follows links. */
export function stampOf(path: string): string {
	return toStamp(statOf(path));
}

/** Reads the state of a file. With `known`, an unchanged file is not read. */
export async function printOf(
	path: string,
	known?: Print,
	readings = READINGS_MAX,
): Promise<Print> {
	const stats = statOf(path);
	const stamp = toStamp(stats);
	if (known?.stamp === stamp && known.isOld) return known;
	if (typeof stats === "string" || !stats.isFile()) {
		const content = typeof stats === "string" ? stats : "no file";
		return { stamp, content, isFilled: false, isOld: false };
	}
	const isOld = Date.now() - Number(stats.mtimeMs) > TICK_MS;
	const isFilled = stats.size > 0n;
	if (stats.size > HASHED_BYTES) {
		return { stamp, content: stamp, isFilled, isOld };
	}
	try {
		const bytes = await readFile(path);
		// Otherwise the stamp of the old content would stand beside the hash of the new one, and the change go unnoticed.
		if (stampOf(path) !== stamp && readings > 1)
			return printOf(path, known, readings - 1);
		const content = createHash("sha256").update(bytes).digest("base64");
		return { stamp, content, isFilled: bytes.length > 0, isOld };
	} catch (error) {
		return { stamp, content: codeOf(error), isFilled: false, isOld: false };
	}
}

// --- helpers ---

/** Larger files are compared by size and time, because hashing a recording at each check would take long. */
const HASHED_BYTES = 4_000_000n;

/** The most readings of a file that changes while it is read. */
const READINGS_MAX = 5;

/** The coarsest clock of a file system in use: FAT counts in two seconds. */
const TICK_MS = 2500;

function statOf(path: string): BigIntStats | string {
	try {
		return statSync(path, { bigint: true });
	} catch (error) {
		return codeOf(error);
	}
}

function toStamp(stats: BigIntStats | string): string {
	if (typeof stats === "string") return stats;
	const { dev, ino, size, mtimeNs, ctimeNs } = stats;
	return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}

function codeOf(error: unknown): string {
	const { code = "unreadable" } = error as NodeJS.ErrnoException;
	// A file in a missing folder is missing too.
	return code === "ENOTDIR" ? "ENOENT" : code;
}
