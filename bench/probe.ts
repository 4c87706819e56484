import { execFile } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

/**
 * Runs a script of `probes/` in a process of its own, and reads the JSON that it prints. Its first
 * argument is the folder of the built router, found by its command.
 */
export async function probe<T>(
	script: string,
	router: string,
	...args: readonly string[]
): Promise<T> {
	const file = fileURLToPath(new URL(`probes/${script}.mjs`, import.meta.url));
	const dist = fileURLToPath(new URL("..", pathToFileURL(router)));
	const { stdout } = await run(process.execPath, [file, dist, ...args], {
		env: { ...process.env, NODE_ENV: "production" },
	});
	return JSON.parse(stdout) as T;
}

// --- helpers ---

const run = promisify(execFile);
