import { createHash } from "node:crypto";
import type { FileChange } from "../../admin/router.ts";
import type { Choice, Inputs } from "../../inputs.ts";
import { type Print, printOf, stampOf } from "./print.ts";

/** A file that changed since the configuration was read. */
export type Change = FileChange;

/** The inputs of one load, in their state at that time. */
export interface Snapshot {
	readonly files: ReadonlyMap<string, Print>;
	readonly choices: readonly Choice[];
}

/** Collects the inputs of one load. */
export interface Reading extends Inputs {
	/** Milliseconds since the epoch. */
	readonly startedAt: number;
	/** The texts of the files of the configuration, in the order of reading. */
	readonly texts: ReadonlyMap<string, string>;
	/** Returns the names of the inputs that directly depend on a file. */
	usersOf(file: string): Iterable<string>;
	/** Reads the state of each file. A file that changed since the load counts as changed later. */
	settle(): Promise<Snapshot>;
}

/** Starts to collect the inputs of a load. */
export function createReading(): Reading {
	const stamps = new Map<string, string>();
	const users = new Map<string, Set<string>>();
	const choices = new Map<string, Choice>();
	const texts = new Map<string, string>();
	let settled: Promise<Snapshot> | undefined;
	return {
		startedAt: Date.now(),
		texts,
		text: (path, text) => void texts.set(path, text),
		file(path, usedBy) {
			if (!stamps.has(path)) stamps.set(path, stampOf(path));
			if (usedBy === undefined) return;
			const known = users.get(path) ?? new Set();
			users.set(path, known.add(usedBy));
		},
		choice(choice) {
			choices.set(choice.name, choice);
		},
		usersOf: (file) => users.get(file) ?? [],
		settle() {
			settled ??= take(stamps, [...choices.values()]);
			return settled;
		},
	};
}

/** Finds the changed inputs, each file once. */
export async function compare({
	files,
	choices,
}: Snapshot): Promise<readonly Change[]> {
	const changes = new Map<string, Change>();
	for (const { found, find } of choices) {
		const now = new Set(await find(() => {}));
		for (const file of found) {
			if (!now.delete(file)) changes.set(file, { file, what: "removed" });
		}
		for (const file of now) changes.set(file, { file, what: "created" });
	}
	for (const [file, before] of files) {
		const now = await printOf(file, before);
		if (now.content === before.content) continue;
		changes.set(file, { file, what: tellApart(before, now) });
	}
	return [...changes.values()];
}

/** Returns a text that is equal for two loads exactly if they read the same. */
export function identify({ files }: Snapshot): string {
	const sum = createHash("sha256");
	for (const file of [...files.keys()].sort())
		sum.update(JSON.stringify([file, files.get(file)?.content]));
	return sum.digest("base64url");
}

// --- helpers ---

async function take(
	stamps: ReadonlyMap<string, string>,
	choices: readonly Choice[],
): Promise<Snapshot> {
	const files = new Map<string, Print>();
	for (const [file, stamp] of stamps) {
		const print = await printOf(file);
		files.set(
			file,
			print.stamp === stamp
				? print
				: {
						...print,
						stamp,
						content: "changed while it was read",
						isOld: false,
					},
		);
	}
	return { files, choices };
}

const MISSING = "ENOENT";

function tellApart(before: Print, now: Print): Change["what"] {
	if (now.content === MISSING) return "removed";
	if (before.stamp === MISSING) return "created";
	return before.isFilled && !now.isFilled ? "emptied" : "changed";
}
