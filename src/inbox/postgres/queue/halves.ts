import type { Connections } from "../connect/connections.ts";

/**
 * Returns true if a call is faster in two halves at the same time: two processes of the server share it, and its answer is read
 * while the other half is under way.
 *
 * @param count the deliveries of the call
 */
export function areHalvesFaster(
	connections: Connections,
	purpose: keyof typeof LARGE,
	count: number,
): boolean {
	return count >= LARGE[purpose] && connections.sizeOf(purpose) > 1;
}

// --- helpers ---

/** From here on a second statement saves more than it costs. For a lease that may be one more wait for the disk. */
const LARGE = { lease: 256, settle: 64 } as const;
