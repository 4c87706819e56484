import { execFile } from "node:child_process";
import {
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
	symlink,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { once } from "../src/memo.ts";
import { UNCOUNTED } from "./program.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A folder in which only the package is installed: its files are those that npm would publish. */
export interface Packed {
	readonly folder: string;
	/** `node_modules/switchhook` in it. */
	readonly home: string;
	/** Its package.json. */
	readonly manifest: Readonly<Record<string, unknown>>;
	/** The size of the archive that npm would publish. */
	readonly archiveBytes: number;
	remove(): Promise<void>;
}

/**
 * Installs the package without a registry: what it depends on are links to the
 * repository's own `node_modules`; nothing else is there.
 */
export async function installPacked(): Promise<Packed> {
	const archive = await packOnce();
	const folder = await mkdtemp(join(tmpdir(), "switchhook-packed-"));
	const home = join(folder, "node_modules/switchhook");
	await mkdir(home, { recursive: true });
	const file = join(folder, "package.tgz");
	await writeFile(file, archive);
	await run("tar", ["-xzf", file, "-C", home, "--strip-components=1"]);
	await rm(file);
	const text = await readFile(join(home, "package.json"), "utf8");
	const manifest = JSON.parse(text) as { dependencies: object };
	for (const name of Object.keys(manifest.dependencies)) {
		const link = join(folder, "node_modules", name);
		await mkdir(dirname(link), { recursive: true });
		await symlink(join(ROOT, "node_modules", name), link);
	}
	return {
		folder,
		home,
		manifest: { ...manifest },
		archiveBytes: archive.length,
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}

/** Builds `dist/` and packs, once for all tests of a process, as `npm publish` would. Returns the archive. */
export const packOnce = once(async (): Promise<Buffer> => {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-pack-"));
	try {
		await run(
			"npm",
			["pack", "--pack-destination", folder, "--loglevel", "error"],
			{ cwd: ROOT, env: UNCOUNTED },
		);
		const [archive] = await readdir(folder);
		if (archive === undefined) throw new Error("npm packed nothing");
		return await readFile(join(folder, archive));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});
