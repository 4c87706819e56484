import {
	lchownSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A user and a group, by number. */
export interface Identity {
	readonly uid: number;
	readonly gid: number;
}

/** The user that does what root must not, such as running PostgreSQL; undefined where the process is not root's. None is made. */
export function unprivileged(): Identity | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const users = readFileSync("/etc/passwd", "utf8")
		.split("\n")
		.map((line) => line.split(":"));
	const found =
		users.find(([name]) => name === "postgres") ??
		users.find(([name]) => name === "nobody");
	if (found === undefined)
		throw new Error("no user `postgres` or `nobody` on this machine");
	return { uid: Number(found[2]), gid: Number(found[3]) };
}

/** Makes an empty folder (mode 0700) at a place that every user can reach: `TMPDIR` may lie where only root can go. */
export function makeReachableFolder(prefix: string): string {
	const places = [tmpdir(), "/tmp", "/var/tmp"];
	const place = places.find((each) => isEnterable(each)) ?? tmpdir();
	return mkdtempSync(join(place, prefix));
}

/** Whether every user can enter a folder and read what is in it. */
export function isEnterable(path: string): boolean {
	const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
	return (mode & 0o005) === 0o005 && isReachable(path);
}

/** Gives a folder with all that is in it to a user. */
export function handOver(folder: string, { uid, gid }: Identity): void {
	lchownSync(folder, uid, gid);
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) handOver(path, { uid, gid });
		else lchownSync(path, uid, gid);
	}
}

/**
 * Does something as the unprivileged user: root may write what nobody else may. Only at once, and with all modules loaded: the user
 * may not be able to read them, and whatever runs meanwhile would be that user's too.
 */
export function asUnprivileged<T>(act: () => T): T {
	const user = unprivileged();
	if (user === undefined) return act();
	process.seteuid?.(user.uid);
	try {
		return act();
	} finally {
		process.seteuid?.(0);
	}
}

// --- helpers ---

function isReachable(path: string): boolean {
	const parent = dirname(path);
	return (
		parent === path ||
		((statSync(parent).mode & 0o001) === 0o001 && isReachable(parent))
	);
}
