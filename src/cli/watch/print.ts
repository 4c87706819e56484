import { createHash } from "node:crypto";
import { type BigIntStats, statSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** Holds what a file was at a moment, to tell later whether it is another one. */
export interface Print {
	/** Changes with the file, and also where nothing in it does. */
	readonly stamp: string;
	/** Equal exactly for equal content. */
	readonly content: string;
	/** True where there is a file and something in it. */
	readonly isFilled: boolean;
	/** True where a later change must have changed the stamp: the clock of the file system has ticked since the last one. */
	readonly isOld: boolean;
}

/** The stamp of a file, by one look at its metadata. Links are followed. */
export function stampOf(path: string): string {
	return toStamp(statOf(path));
}

/** Takes the print of a file; `known` spares reading one that was not touched. */
export async function printOf(path: string, known?: Print): Promise<Print> {
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
		const content = createHash("sha256").update(bytes).digest("base64");
		return { stamp, content, isFilled: bytes.length > 0, isOld };
	} catch (error) {
		return { stamp, content: codeOf(error), isFilled: false, isOld: false };
	}
}

// --- helpers ---

/** Larger files are told apart by size and time: hashing a recording at each look would take long. */
const HASHED_BYTES = 4_000_000n;

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
	// A file in a folder that is gone is as missing as one in a folder that is there.
	return code === "ENOTDIR" ? "ENOENT" : code;
}
