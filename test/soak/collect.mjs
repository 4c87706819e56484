// Loaded into a router before its program: SIGUSR2 collects the garbage, and prints what is left.
import { writeSync } from "node:fs";
import { getHeapSnapshot } from "node:v8";
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
	process.on("SIGUSR2", () => {
		// A snapshot collects everything first, also what V8 otherwise keeps until memory runs short: the code of old scripts.
		getHeapSnapshot().destroy();
		globalThis.gc();
		const { rss, heapUsed } = process.memoryUsage();
		writeSync(1, `collected ${rss} ${heapUsed}\n`);
	});
}
