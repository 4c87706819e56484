import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** Ends the watching. */
export type StopWatching = () => void;

/**
 * Calls back when one of the files changes, appears or goes, a moment after the last change of many. A folder among them stands for
 * everything in it. It watches the folders around the files, so that an editor may write a file anew and put it in the old one's place.
 */
export function watchFiles(
	files: readonly string[],
	onChange: () => void,
): StopWatching {
	const watchers: FSWatcher[] = [];
	let timer: NodeJS.Timeout | undefined;
	const changed = (): void => {
		clearTimeout(timer);
		timer = setTimeout(onChange, CALM_MS);
	};
	const start = (
		folder: string,
		recursive: boolean,
		isMeant: (name: string) => boolean,
	): void => {
		try {
			const watcher = watch(folder, { recursive }, (_, name) => {
				if (name === null || isMeant(name)) changed();
			});
			// A folder that goes away takes its watcher along.
			watcher.on("error", () => watcher.close());
			watchers.push(watcher);
		} catch {
			// Not there: nothing in it can change.
		}
	};
	const names = new Map<string, Set<string>>();
	for (const file of files) {
		start(file, true, () => true);
		const folder = dirname(file);
		const known = names.get(folder) ?? new Set();
		names.set(folder, known.add(basename(file)));
	}
	for (const [folder, known] of names)
		start(folder, false, (name) => known.has(name));
	return () => {
		clearTimeout(timer);
		for (const watcher of watchers) watcher.close();
	};
}

// --- helpers ---

/** Milliseconds without a change after which a save, or a checkout, is taken to be over. */
const CALM_MS = 100;
