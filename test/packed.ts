import { execFile } from "node:child_process";
import {
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
	symlink,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A folder in which only the package is installed: its files are those that npm would publish. */
export interface Packed {
	/** Absolute path; without links, as tsc and Node see it. */
	readonly folder: string;
	/** `node_modules/switchhook` in it. */
	readonly home: string;
	remove(): Promise<void>;
}

/**
 * Packs the package as it is built, and installs it without a registry: what it depends on are links to the repository's own
 * `node_modules`, and nothing else is there.
 *
 * @param isBuilt false to build `dist/` first, which `npm pack` does
 */
export async function installPacked(isBuilt = false): Promise<Packed> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-packed-"));
	const home = join(folder, "node_modules/switchhook");
	await mkdir(home, { recursive: true });
	await run(
		"npm",
		[
			"pack",
			"--pack-destination",
			folder,
			"--loglevel",
			"error",
			...(isBuilt ? ["--ignore-scripts"] : []),
		],
		{ cwd: ROOT },
	);
	const archive = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
	if (archive === undefined) throw new Error("npm packed nothing");
	await run("tar", [
		"-xzf",
		join(folder, archive),
		"-C",
		home,
		"--strip-components=1",
	]);
	await rm(join(folder, archive));
	const text = await readFile(join(home, "package.json"), "utf8");
	const { dependencies } = JSON.parse(text) as { dependencies: object };
	for (const name of Object.keys(dependencies)) {
		const link = join(folder, "node_modules", name);
		await mkdir(dirname(link), { recursive: true });
		await symlink(join(ROOT, "node_modules", name), link);
	}
	return {
		folder,
		home,
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}
