import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { UNCOUNTED } from "./program.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Runs the compiler in a folder, which has its tsconfig.json, and returns what it says; empty where all is right. */
export function runTsc(folder: string, ...args: readonly string[]): string {
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		[`${ROOT}node_modules/typescript/bin/tsc`, "--noEmit", ...args],
		{ cwd: folder, env: UNCOUNTED, encoding: "utf8" },
	);
	const said = stdout + stderr;
	if (status !== 0 && said === "") throw new Error(`tsc ended with ${status}`);
	return said;
}
