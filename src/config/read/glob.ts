import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, parse, resolve } from "node:path";

/** Returns true for a path with `*` or `?`. */
export function isPattern(path: string): boolean {
	return /[*?]/.test(path);
}

/**
 * Finds the files that match a pattern, sorted by path: `*` is any part of a name, `?` one character, `**` any folders.
 * Names that start with a dot match only a pattern with the dot, and `node_modules` never matches. A missing folder has no
 * files.
 *
 * @param folder where a relative pattern starts.
 * @param look hears of every folder that is looked into, also of one that is not there.
 */
export async function findFiles(
	pattern: string,
	folder: string,
	look: (folder: string) => void = () => {},
): Promise<readonly string[]> {
	const absolute = resolve(folder, pattern);
	const { root } = parse(absolute);
	const segments = absolute.slice(root.length).split(/[\\/]/);
	const found = new Set<string>();
	await walk(root, segments, { found, look });
	return [...found].sort();
}

// --- helpers ---

interface Walk {
	readonly found: Set<string>;
	readonly look: (folder: string) => void;
}

async function walk(
	folder: string,
	segments: readonly string[],
	site: Walk,
): Promise<void> {
	const [head = "", ...rest] = segments;
	if (rest.length > 0 && !isPattern(head)) {
		return walk(join(folder, head), rest, site);
	}
	const isDeep = head === "**";
	// `**` at the end finds every file below.
	const below = isDeep && rest.length === 0 ? ["*"] : rest;
	if (isDeep) await walk(folder, below, site);
	site.look(folder);
	const fits = isDeep ? /^[^.]/ : toRegExp(head);
	for (const entry of await list(folder)) {
		if (!fits.test(entry.name) || entry.name === "node_modules") continue;
		const path = join(folder, entry.name);
		if (isDeep) {
			// Links are not followed here: one could lead back up.
			if (entry.isDirectory()) await walk(path, segments, site);
		} else if (rest.length > 0) {
			await walk(path, rest, site);
		} else if (await isFile(entry, path)) {
			site.found.add(path);
		}
	}
}

async function list(folder: string): Promise<readonly Dirent[]> {
	try {
		return await readdir(folder, { withFileTypes: true });
	} catch {
		return [];
	}
}

async function isFile(entry: Dirent, path: string): Promise<boolean> {
	if (!entry.isSymbolicLink()) return entry.isFile();
	try {
		return (await stat(path)).isFile();
	} catch {
		return false;
	}
}

function toRegExp(segment: string): RegExp {
	const hidden = segment.startsWith(".") ? "" : "(?!\\.)";
	const body = segment
		.replace(/[.+^${}()|[\]\\]/g, "\\$&")
		.replace(/\*+/g, "[^]*")
		.replaceAll("?", "[^]");
	return new RegExp(`^${hidden}${body}$`);
}
