import { execFile } from "node:child_process";
import { chmod, cp } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isEnterable, unprivileged } from "./unprivileged.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * Returns the `main.js` of a built program that every user can read: the given one, or a copy of it in a folder, with the packages
 * that it needs, if only root can enter the repository.
 */
export async function copyProgram(
	main: string,
	folder: string,
): Promise<string> {
	const built = dirname(dirname(main));
	if (unprivileged() === undefined || isEnterable(ROOT)) {
		// A build in a temporary folder is closed to others.
		if (dirname(built) !== resolve(ROOT)) await chmod(dirname(built), 0o755);
		return main;
	}
	const home = join(folder, "program");
	await cp(built, join(home, "dist"), { recursive: true });
	for (const name of ["schemas", "plugins", "package.json"])
		await cp(join(ROOT, name), join(home, name), { recursive: true });
	const { stdout } = await promisify(execFile)(
		"npm",
		["ls", "--omit=dev", "--parseable", "--all"],
		{ cwd: ROOT },
	);
	for (const path of stdout.trim().split("\n").slice(1))
		await cp(path, join(home, relative(ROOT, path)), { recursive: true });
	return join(home, "dist/cli/main.js");
}
