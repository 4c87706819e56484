import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { InboxStoreSettings, ServerSettings } from "../config/settings.ts";

/**
 * Returns the number of workers of a router. An inbox in memory, and no inbox, belong to one process.
 *
 * @param cores default: the cores that this process may use
 */
export function countWorkers(
	workers: ServerSettings["workers"],
	{ type }: Pick<InboxStoreSettings, "type">,
	cores: () => number = readCores,
): number {
	if (type === "memory" || type === "none") return 1;
	return workers === "auto" ? cores() : workers;
}

// --- helpers ---

/** Counts the cores, and on Linux no more than a container may use. */
function readCores(): number {
	const cores = availableParallelism();
	try {
		// cgroup v2: `200000 100000` is two cores, `max 100000` has no limit.
		const [quota, period] = readFileSync("/sys/fs/cgroup/cpu.max", "latin1")
			.trim()
			.split(" ");
		const allowed = Math.ceil(Number(quota) / Number(period));
		return allowed >= 1 ? Math.min(cores, allowed) : cores;
	} catch {
		return cores;
	}
}
