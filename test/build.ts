import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { BUILD } from "./program.ts";

/**
 * Compiles the sources once for all tests that start many routers: a process starts in a third of the time that it
 * takes from the sources. Call it where the tests are described; the function that it returns names the program.
 */
export function useBuild(): () => string {
	// A whole run has one already.
	const made = BUILD;
	if (made !== undefined) return () => join(made, "cli/main.js");
	let folder = "";
	shared.users += 1;
	before("compiles the router", async () => {
		shared.folder ??= build();
		folder = await shared.folder;
	});
	after(async () => {
		shared.users -= 1;
		if (shared.users > 0) return;
		const last = await shared.folder;
		shared.folder = undefined;
		if (last !== undefined) rmSync(last, { recursive: true, force: true });
	});
	return () => join(folder, "dist/cli/main.js");
}

// --- helpers ---

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const shared: { users: number; folder: Promise<string> | undefined } = {
	users: 0,
	folder: undefined,
};

/** A folder of its own: other tests may build `dist` anew at any time. */
async function build(): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), "switchhook-build-"));
	for (const name of ["node_modules", "schemas", "page", "package.json"])
		symlinkSync(join(ROOT, name), join(folder, name));
	await promisify(execFile)(process.execPath, [
		join(ROOT, "node_modules/typescript/bin/tsc"),
		"-p",
		join(ROOT, "tsconfig.build.json"),
		"--outDir",
		join(folder, "dist"),
	]);
	return folder;
}
