import { readFileSync } from "node:fs";
import type { ServerSettings } from "../config/settings.ts";
import type { ListenOptions } from "./server.ts";

/**
 * Limits the server to three quarters of the file descriptors that the process may open. Without free descriptors the router
 * cannot accept, store or forward anything, and a stranger who uses all of them would lock everybody out.
 */
export function boundsOf(
	{ headLimitBytes, maxConnections }: ServerSettings,
	descriptors: number = readDescriptorLimit(),
): Pick<ListenOptions, "headLimitBytes" | "maxConnections"> {
	const spare = Math.max(1, Math.floor((descriptors * 3) / 4));
	return { headLimitBytes, maxConnections: Math.min(maxConnections, spare) };
}

// --- helpers ---

/** Reads the limit, on Linux only. Elsewhere, and without a limit, returns Infinity. Node has raised the soft limit to the hard one. */
function readDescriptorLimit(): number {
	let limits: string;
	try {
		limits = readFileSync("/proc/self/limits", "latin1");
	} catch {
		return Number.POSITIVE_INFINITY;
	}
	const soft = Number(/^Max open files +(\d+)/m.exec(limits)?.[1]);
	return Number.isNaN(soft) ? Number.POSITIVE_INFINITY : soft;
}
