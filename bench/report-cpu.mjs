// Preloaded into every measured server: answers each message of the driver with what this process
// has used so far. The channel is unreferenced, so that it keeps no server alive.
import { readFileSync } from "node:fs";

// Those that count what they handle do so here: `config/plugins/count.ts`, `rivals/sink.mjs`.
const HANDLED = Symbol.for("switchhook.bench.handled");

// A worker of a router inherits this, and its channel belongs to the router.
if (process.send !== undefined && !process.env.SWITCHHOOK_WORKER) {
	process.on("message", (id) => {
		const { user, system } = process.cpuUsage();
		process.send?.({
			id,
			cpuMicroseconds: user + system,
			peakBytes: peakBytes(),
			handled: globalThis[HANDLED] ?? 0,
			atMs: performance.now(),
		});
	});
	process.channel?.unref();
}

// `maxRSS` of a fresh process starts at what its parent had when it forked (Linux keeps it over
// execve), so that a large driver would make a small server look large. VmHWM starts anew.
function peakBytes() {
	try {
		const status = readFileSync("/proc/self/status", "utf8");
		const found = /^VmHWM:\s+(\d+) kB$/m.exec(status);
		if (found !== null) return Number(found[1]) * 1024;
	} catch {
		// Not Linux.
	}
	return process.resourceUsage().maxRSS * 1024;
}
