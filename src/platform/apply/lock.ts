import { mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Held while one process writes to the platform. */
export interface Lock {
	release(): Promise<void>;
}

/** Takes the lock at a path; returns the id of the process that has it otherwise. One left by a process that is gone counts as free. */
export async function takeLock(file: string): Promise<Lock | number> {
	await mkdir(dirname(file), { recursive: true, mode: 0o700 });
	for (;;) {
		try {
			const handle = await open(file, "wx", 0o600);
			await handle.write(String(process.pid));
			await handle.close();
			return { release: () => rm(file, { force: true }) };
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
		}
		const holder = await readHolder(file);
		if (holder !== undefined && isAlive(holder)) return holder;
		await rm(file, { force: true });
	}
}

// --- helpers ---

/** The process that a lock names; this one while another is between making the file and writing it. */
async function readHolder(file: string): Promise<number | undefined> {
	const text = await readFile(file, "utf8").catch(() => undefined);
	if (text === undefined) return undefined;
	return /^\d+$/.test(text) ? Number(text) : undefined;
}

function isAlive(id: number): boolean {
	try {
		process.kill(id, 0);
		return true;
	} catch (error) {
		// It is there, and somebody else's.
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}
