import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts a thread from its file, which runs compiled or from its source.
 *
 * @param entry the file without its ending
 */
export function startThread(entry: URL, options: WorkerOptions): Worker {
	const isSource = import.meta.url.endsWith(".ts");
	const url = new URL(`${entry.href}${isSource ? ".ts" : ".js"}`);
	if (!isSource || "typescript" in process.features)
		return new Worker(url, options);
	// A thread of Node 20 does not inherit the loader of its process, and has to register its own.
	const { resolve } = createRequire(import.meta.url);
	const loader = JSON.stringify(resolve("tsx/cjs"));
	const file = JSON.stringify(fileURLToPath(url));
	return new Worker(`require(${loader}); require(${file});`, {
		...options,
		eval: true,
	});
}
