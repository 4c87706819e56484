import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { sizeOf } from "./open-file.ts";

/**
 * The room that an inbox's file may take where nobody says: what it takes now, and half of what its disk has free. Undefined
 * where the system does not say how much that is.
 */
export async function defaultRoom(file: string): Promise<number | undefined> {
	for (let folder = dirname(file); ; folder = dirname(folder)) {
		try {
			const { bavail, bsize } = await statfs(folder);
			const bytes = sizeOf(file) + Math.floor((bavail * bsize) / 2);
			return Number.isSafeInteger(bytes) ? bytes : undefined;
		} catch {
			// Not made yet: the disk is that of the folder around it.
			if (folder === dirname(folder)) return undefined;
		}
	}
}
