import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Places } from "./places.ts";

/** Watches folders by file system events. */
export interface Folders {
	/** Watches these places and no others. A replaced folder is watched again. */
	follow(places: Places): Promise<void>;
	/** Returns false if a folder cannot be watched, so that changes in it must be polled. */
	isComplete(): boolean;
	close(): void;
}

/** Options of `createFolders`. */
export interface FoldersOptions {
	/** Called for a possible change in a place, without details. */
	onChange(): void;
	/** Called once if a folder cannot be watched, for example with ENOSPC: the system has no more watches. */
	onIncomplete(code: string): void;
	/** Default that of `node:fs`. */
	readonly watch?: typeof watch | undefined;
}

/** Creates a watcher without folders. */
export function createFolders({
	onChange,
	onIncomplete,
	watch: watchFolder = watch,
}: FoldersOptions): Folders {
	const watched = new Map<string, Watched>();
	let isComplete = true;
	let isClosed = false;
	const drop = (folder: string): void => {
		watched.get(folder)?.watcher.close();
		watched.delete(folder);
	};
	const miss = (error: unknown): void => {
		const { code = "unknown" } = error as NodeJS.ErrnoException;
		if (code === "ENOENT" || code === "ENOTDIR") return;
		if (isComplete) onIncomplete(code);
		isComplete = false;
	};
	const open = (folder: string, id: string, names: Names): void => {
		try {
			const watcher = watchFolder(folder, { persistent: false });
			const entry: Watched = { watcher, id, names };
			watched.set(folder, entry);
			watcher.on("change", (_, name) => {
				if (isMeant(entry.names, name, folder)) onChange();
			});
			watcher.on("error", (error) => {
				if (watched.get(folder) === entry) drop(folder);
				miss(error);
				onChange();
			});
		} catch (error) {
			miss(error);
		}
	};
	return {
		async follow(places) {
			for (const folder of watched.keys()) {
				if (!places.has(folder)) drop(folder);
			}
			for (const [folder, names] of places) {
				const id = await idOf(folder);
				if (isClosed) return;
				const entry = watched.get(folder);
				if (entry !== undefined && entry.id === id) {
					entry.names = names;
					continue;
				}
				drop(folder);
				if (id !== undefined) open(folder, id, names);
			}
		},
		isComplete: () => isComplete,
		close() {
			isClosed = true;
			for (const folder of watched.keys()) drop(folder);
		},
	};
}

// --- helpers ---

type Names = ReadonlySet<string> | undefined;

interface Watched {
	readonly watcher: FSWatcher;
	/** Tells the folder from another one that takes its place. */
	readonly id: string;
	names: Names;
}

function isMeant(
	names: Names,
	name: string | Buffer | null,
	folder: string,
): boolean {
	if (names === undefined || name === null) return true;
	const text = name.toString();
	// A folder that is removed or moved reports its own name.
	return names.has(text) || text === basename(folder);
}

async function idOf(folder: string): Promise<string | undefined> {
	try {
		const { dev, ino } = await stat(folder, { bigint: true });
		return `${dev} ${ino}`;
	} catch {
		return undefined;
	}
}
