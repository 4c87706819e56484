import { setTimeout } from "node:timers/promises";
import type { Server, Usage } from "./server.ts";

/** Waits until a server that counts has handled `count` more, and returns how many a second. Throws when it takes a minute. */
export async function rateOf(
	server: Server,
	count: number,
	from?: Usage,
): Promise<number> {
	const first = from ?? (await server.usage());
	for (;;) {
		const { handled, atMs } = await server.usage();
		const elapsedMs = atMs - first.atMs;
		if (handled - first.handled >= count)
			return ((handled - first.handled) * 1000) / elapsedMs;
		if (elapsedMs > LIMIT_MS)
			throw new Error(`${handled - first.handled} of ${count} in a minute`);
		await setTimeout(LOOK_MS);
	}
}

/** Counted, after a warm-up of as many as a compiler needs. */
export const COUNTED = 25_000;
export const WARM_UP = 10_000;
/** Deliveries for one round; the worker holds 500. */
export const ENOUGH = COUNTED + WARM_UP + 2000;

// --- helpers ---

const LOOK_MS = 20;
const LIMIT_MS = 60_000;
