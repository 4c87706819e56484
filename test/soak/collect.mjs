// Loaded into a router before its program: SIGUSR2 collects the garbage, and prints what is left.
import { writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
	process.on("SIGUSR2", () => {
		globalThis.gc();
		globalThis.gc();
		const { rss, heapUsed } = process.memoryUsage();
		writeSync(1, `collected ${rss} ${heapUsed}\n`);
	});
}
