import type { Runtime } from "../../../runtime/runtime.ts";

/** The configurations that a reload replaced, until their running work has ended. */
export class Retired {
	readonly #spareMs: number;
	readonly #waiting = new Map<Ending, NodeJS.Timeout>();
	readonly #closing = new Set<Promise<void>>();

	/** @param options `spareMs`: the time for writing an answer after its handler ended, default 1,000 */
	constructor({ spareMs = 1000 } = {}) {
		this.#spareMs = spareMs;
	}

	/**
	 * Closes a configuration when nothing runs in it, at the latest after the longest timeout of its routes. MUST be called after
	 * the swap, because a closed configuration handles nothing more.
	 */
	add(runtime: Ending): void {
		const longestMs = Math.max(
			0,
			...runtime.routes.map(({ timeoutMs }) => timeoutMs),
		);
		const timer = setTimeout(
			() => this.#close(runtime),
			longestMs + this.#spareMs,
		);
		this.#waiting.set(runtime, timer.unref());
		void runtime.occupancy.emptied().then(() => this.#close(runtime));
	}

	/** Aborts the handlers that still run. */
	abort(reason: Error): void {
		for (const runtime of this.#waiting.keys()) runtime.abort(reason);
	}

	/** Closes them all. */
	async close(): Promise<void> {
		for (const runtime of this.#waiting.keys()) this.#close(runtime);
		await Promise.all(this.#closing);
	}

	#close(runtime: Ending): void {
		if (!this.#waiting.has(runtime)) return;
		clearTimeout(this.#waiting.get(runtime));
		this.#waiting.delete(runtime);
		const closing = runtime.close().finally(() => {
			this.#closing.delete(closing);
		});
		this.#closing.add(closing);
	}
}

// --- helpers ---

/** The parts of a runtime that its end needs. */
interface Ending extends Pick<Runtime, "occupancy" | "abort" | "close"> {
	readonly routes: readonly Pick<Runtime["routes"][number], "timeoutMs">[];
}
