import { readFileSync } from "node:fs";
import type { ServerSettings } from "../config/settings.ts";
import type { ListenOptions } from "./server.ts";

/**
 * The bounds of the server. No more connections than three quarters of the file descriptors that the
 * process may open: without one nothing can be accepted, kept or sent on, and a stranger who holds
 * them all would keep everybody out.
 */
export function boundsOf(
	{ headLimitBytes, maxConnections }: ServerSettings,
	descriptors: number = readDescriptorLimit(),
): Pick<ListenOptions, "headLimitBytes" | "maxConnections"> {
	const spare = Math.max(1, Math.floor((descriptors * 3) / 4));
	return { headLimitBytes, maxConnections: Math.min(maxConnections, spare) };
}

// --- helpers ---

/** Linux only; elsewhere, and where nothing is bounded, infinite. Node has raised the soft limit to the hard one. */
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
