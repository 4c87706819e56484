import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isAlive } from "../../is-alive.ts";

/** Ensures that only one process writes to the platform. */
export interface Lock {
	release(): Promise<void>;
}

/** Takes the lock at a path. If another process has it, returns its id. The lock of a dead process counts as free. */
export async function takeLock(file: string): Promise<Lock | number> {
	await mkdir(dirname(file), { recursive: true, mode: 0o700 });
	// Linked when it is complete, so that no process finds a lock without an id in it.
	const own = `${file}.${randomUUID()}`;
	await writeFile(own, String(process.pid), { mode: 0o600 });
	try {
		for (;;) {
			try {
				await link(own, file);
				return { release: () => rm(file, { force: true }) };
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
			}
			const holder = await readHolder(file);
			if (holder !== undefined && isAlive(holder)) return holder;
			await rm(file, { force: true });
		}
	} finally {
		await rm(own, { force: true });
	}
}

// --- helpers ---

/** The process that a lock names; undefined where there is none any more. */
async function readHolder(file: string): Promise<number | undefined> {
	const text = await readFile(file, "utf8").catch(() => undefined);
	if (text === undefined) return undefined;
	return /^\d+$/.test(text) ? Number(text) : undefined;
}
