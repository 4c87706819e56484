import { execFile } from "node:child_process";
import { closeSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A file system of a few megabytes. */
export interface SmallDisk {
	readonly folder: string;
	/** Leaves no byte free. */
	fill(): void;
	/** Makes room again. */
	free(): void;
	/** Nothing can be written any more. */
	protect(): Promise<void>;
	remove(): Promise<void>;
}

/** Mounts one; undefined where this process may not. */
export async function mountSmallDisk(): Promise<SmallDisk | undefined> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-disk-"));
	try {
		await run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]);
	} catch {
		await rm(folder, { recursive: true });
		return undefined;
	}
	const filler = join(folder, "filler");
	return {
		folder,
		fill() {
			const file = openSync(filler, "w");
			try {
				for (const bytes of [65_536, 1])
					while (hasRoom(file, bytes)) {
						// The loop's condition writes.
					}
			} finally {
				closeSync(file);
			}
		},
		free: () => rmSync(filler),
		protect: async () => {
			await run("mount", ["-o", "remount,ro", folder]);
		},
		async remove() {
			await run("umount", [folder]);
			await rm(folder, { recursive: true });
		},
	};
}

/**
 * Bounds how long a file another process may make, as a quota does: to what these have now and a little, or not at all. False
 * where the system has no `prlimit`.
 */
export async function limitFiles(
	pid: number,
	files: readonly string[] | undefined,
): Promise<boolean> {
	const bytes =
		files === undefined
			? "unlimited"
			: Math.max(...files.map((file) => statSync(file).size)) + 20_000;
	try {
		await run("prlimit", [`--pid=${pid}`, `--fsize=${bytes}:`]);
		return true;
	} catch {
		return false;
	}
}

// --- helpers ---

function hasRoom(file: number, bytes: number): boolean {
	try {
		return writeSync(file, Buffer.alloc(bytes)) > 0;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOSPC") return false;
		throw error;
	}
}
