import { chmod, readdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, startProgram } from "../end-to-end/process.ts";
import { makeReachableFolder, unprivileged } from "../unprivileged.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const DEPLOY = join(ROOT, "deploy");

/** A folder that stands in for the root of a container or a machine. */
export interface Outside {
	readonly folder: string;
	/** Replaces each absolute path in a text by the same path below the folder. */
	map(text: string): string;
	remove(): Promise<void>;
}

/** Creates a folder for what is written for a container, so that it can be run without one. Every user can enter it. */
export async function createOutside(): Promise<Outside> {
	const folder = makeReachableFolder("switchhook-outside-");
	await chmod(folder, 0o755);
	return {
		folder,
		map: (text) =>
			text.replaceAll(
				/(?<![\w./-])\/(?=(?:etc|opt|run\/secrets|src|srv|usr\/local|var\/lib)\b)/g,
				`${folder}/`,
			),
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}

/** Reads a file of `deploy/`. */
export function readDeployed(...path: readonly string[]): Promise<string> {
	return readFile(join(DEPLOY, ...path), "utf8");
}

/** Starts a program as a container or a service does: with these variables, and not as root, but as the user 1000. */
export function startUnprivileged(
	words: readonly string[],
	cwd: string,
	env: Readonly<Record<string, string>> = {},
): Command {
	const user = unprivileged() ? ["setpriv", ...USER] : [];
	const variables = Object.entries(env).map(
		([name, value]) => `${name}=${value}`,
	);
	return startProgram(["env", ...variables, ...user, ...words], cwd);
}

/** The paths of all files below a folder, relative to it. */
export async function listFiles(folder: string): Promise<readonly string[]> {
	const entries = await readdir(folder, {
		recursive: true,
		withFileTypes: true,
	});
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => relative(folder, join(entry.parentPath, entry.name)))
		.sort();
}

// --- helpers ---

const USER = ["--reuid", "1000", "--regid", "1000", "--clear-groups"];
