import { lstat, readlink } from "node:fs/promises";
import { dirname, join, parse, relative, resolve } from "node:path";
import type { Snapshot } from "./reading.ts";

/** The folders to watch, each with the relevant names in it. Undefined for all names. */
export type Places = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/**
 * Finds the places where a change of any input is visible. For a file these are its folder, the parent folders from `top` down,
 * because each may be replaced, and the folder of every symbolic link on the way: Kubernetes swaps the link `..data`, and never
 * writes a mounted file. For a missing folder it is the folder in which it would appear.
 *
 * @param top the absolute path of a folder that exists as long as the project.
 */
export async function findPlaces(
	{ files, choices }: Snapshot,
	top: string,
): Promise<Places> {
	const places = new Map<string, Set<string> | undefined>();
	const trail = createTrail(top, (folder, name) => {
		if (!places.has(folder)) places.set(folder, new Set());
		places.get(folder)?.add(name);
	});
	for (const file of files.keys()) await trail(file);
	const looked = new Set<string>();
	for (const { find } of choices) await find((folder) => looked.add(folder));
	for (const folder of looked) {
		await trail(folder);
		places.set(folder, undefined);
	}
	return places;
}

// --- helpers ---

/** The limit of Linux (path_resolution(7)). */
const LINKS_MAX = 40;

function createTrail(
	top: string,
	note: (folder: string, name: string) => void,
): (path: string) => Promise<void> {
	/** Returns the type of a path: false if it is missing, true for a file or a folder, the target for a link. */
	const known = new Map<string, Promise<boolean | string>>();
	const ask = (path: string): Promise<boolean | string> => {
		let answer = known.get(path);
		if (answer === undefined) {
			answer = whatIs(path);
			known.set(path, answer);
		}
		return answer;
	};
	return async (path) => {
		let { folder, rest } = split(path);
		for (let links = 0; ; ) {
			const name = rest.shift();
			if (name === undefined) return;
			const full = join(folder, name);
			const found = await ask(full);
			const isLink = typeof found === "string";
			const isLast = rest.length === 0 || found === false;
			if (isLast || isLink || isInside(folder, top)) note(folder, name);
			if (found === false || (isLink && ++links > LINKS_MAX)) return;
			if (isLink) {
				({ folder, rest } = split(resolve(folder, found, ...rest)));
			} else folder = full;
		}
	};
}

async function whatIs(path: string): Promise<boolean | string> {
	try {
		return (await lstat(path)).isSymbolicLink() ? await readlink(path) : true;
	} catch {
		return false;
	}
}

function split(path: string): { folder: string; rest: string[] } {
	const { root } = parse(path);
	return { folder: root, rest: path.slice(root.length).split(/[\\/]/) };
}

function isInside(folder: string, top: string): boolean {
	const way = relative(top, folder);
	return folder === dirname(top) || !/^\.\.(?:[\\/]|$)/.test(way);
}
