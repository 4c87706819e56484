import type { watch } from "node:fs";
import { join, relative } from "node:path";
import {
	setImmediate as nextTurn,
	setTimeout as pause,
} from "node:timers/promises";
import {
	createReading,
	type Snapshot,
} from "../../../src/cli/watch/reading.ts";
import {
	type Clock,
	startWatching,
	type Watcher,
} from "../../../src/cli/watch/watch.ts";
import { findFiles } from "../../../src/config/read/glob.ts";
import { withFolder } from "../cli.ts";

/** A clock that moves when it is told to. */
export interface SetClock extends Clock {
	advance(ms: number): void;
}

export function createClock(): SetClock {
	let now = 0;
	const timers = new Set<{ readonly at: number; readonly run: () => void }>();
	return {
		now: () => now,
		after(ms, run) {
			const timer = { at: now + ms, run };
			timers.add(timer);
			return () => void timers.delete(timer);
		},
		advance(ms) {
			now += ms;
			for (const timer of timers) {
				if (timer.at > now) continue;
				timers.delete(timer);
				timer.run();
			}
		},
	};
}

/** A watcher of a folder, under test. */
export interface Watched {
	readonly folder: string;
	readonly clock: SetClock;
	readonly watcher: Watcher;
	/** Each reload as the changes that led to it: `nccos/a.yaml changed`. */
	readonly reloads: string[][];
	/** The codes of folders that cannot be watched. */
	readonly incomplete: string[];
	/** How often the watcher asked what was read. */
	looks(): number;
	/** Lets the clock go on until something is so, and no reload is under way that is not held. */
	until(isSo: () => boolean): Promise<void>;
	/** Holds reloads until the returned function is called. */
	hold(): () => void;
}

export interface WatchedOptions {
	readonly files: Readonly<Record<string, string>>;
	/** Paths in the folder that are read, also some that are missing. */
	readonly reads: readonly string[];
	/** A pattern whose files are read too. */
	readonly pattern?: string;
	/** Takes the place of the system's. */
	readonly watch?: typeof watch;
	/** False stops the looks without an event, default true. */
	readonly polls?: boolean;
	/** Prepares the folder before it is read. */
	readonly prepare?: (folder: string) => Promise<void>;
}

/** Watches files that nothing but a list of reads knows. */
export function withWatched(
	{ files, reads, pattern, watch, polls = true, prepare }: WatchedOptions,
	use: (watched: Watched) => Promise<void>,
): Promise<void> {
	return withFolder(files, async (folder) => {
		await prepare?.(folder);
		const clock = createClock();
		const reloads: string[][] = [];
		const incomplete: string[] = [];
		const faults: unknown[] = [];
		let looks = 0;
		let held: Promise<void> | undefined;
		let isReading = false;
		let isFollowing = false;
		const read = async (): Promise<Snapshot> => {
			const reading = createReading();
			const paths = reads.map((path) => join(folder, path));
			if (pattern !== undefined) {
				const find = (look?: (folder: string) => void) =>
					findFiles(pattern, folder, look);
				const found = await find();
				reading.choice({ name: pattern, found, find });
				paths.push(...found);
			}
			for (const path of paths) reading.file(path);
			await held;
			return reading.settle();
		};
		let snapshot = read();
		await snapshot;
		const watcher = startWatching({
			top: folder,
			clock: {
				now: clock.now,
				after(ms, run) {
					isFollowing = true;
					// Without the looks that come now and then, only the system's events are left.
					return polls || ms < 500 ? clock.after(ms, run) : () => {};
				},
			},
			snapshot() {
				looks += 1;
				return snapshot;
			},
			async reload(changes) {
				reloads.push(
					changes
						.map(({ file, what }) => `${relative(folder, file)} ${what}`)
						.sort(),
				);
				isReading = true;
				snapshot = read();
				await snapshot;
				isReading = false;
			},
			onIncomplete: (code) => incomplete.push(code),
			onFault: (error) => faults.push(error),
			...(watch === undefined ? {} : { watch }),
		});
		const until = async (isSo: () => boolean): Promise<void> => {
			// The next change is not to fall into the reload that the last one led to, unless that is the test.
			for (let turn = 1; !isSo() || (isReading && held === undefined); turn++) {
				if (faults.length > 0) throw faults[0];
				await nextTurn();
				// A look reads files meanwhile. It lasts longer by this clock where turns without a pause take the processor from it.
				if (turn % 8 === 0) await pause(1);
				clock.advance(10);
			}
		};
		try {
			// After its first look it says when the next one is: from then on the folders are watched.
			await until(() => isFollowing);
			await use({
				folder,
				clock,
				watcher,
				reloads,
				incomplete,
				looks: () => looks,
				until,
				hold() {
					let release = (): void => {};
					held = new Promise((done) => {
						release = () => {
							held = undefined;
							done();
						};
					});
					return release;
				},
			});
		} finally {
			await watcher.close();
		}
		if (faults.length > 0) throw faults[0];
	});
}
