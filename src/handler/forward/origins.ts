import type { Upstream } from "./upstream.ts";

/** An upstream while an event uses it. */
export interface UsedUpstream {
	readonly upstream: Upstream;
	/** MUST be called once, after the exchange. */
	release(): void;
}

/**
 * Holds the upstreams of a route whose URLs name the host. There are at most `max`: the one that was not used for longest is closed for
 * another one, so that no sender can open connections without end.
 */
export class Origins {
	readonly #open: (origin: string) => Upstream;
	readonly #max: number;
	/** The one that was not used for longest comes first. */
	readonly #entries = new Map<string, Entry>();

	/** @param max default 256 */
	constructor(open: (origin: string) => Upstream, max = ORIGINS_MAX) {
		this.#open = open;
		this.#max = max;
	}

	/** Returns the upstream of an origin. Undefined if so many others are in use that none can be closed for it. */
	take(origin: string): UsedUpstream | undefined {
		const entry = this.#entries.get(origin) ?? this.#add(origin);
		if (entry === undefined) return undefined;
		this.#entries.delete(origin);
		this.#entries.set(origin, entry);
		entry.users += 1;
		return {
			upstream: entry.upstream,
			release() {
				entry.users -= 1;
			},
		};
	}

	async close(): Promise<void> {
		const entries = [...this.#entries.values()];
		this.#entries.clear();
		await Promise.all(entries.map(({ upstream }) => upstream.close()));
	}

	#add(origin: string): Entry | undefined {
		if (this.#entries.size >= this.#max && !this.#makeRoom()) return undefined;
		return { upstream: this.#open(origin), users: 0 };
	}

	#makeRoom(): boolean {
		for (const [origin, { upstream, users }] of this.#entries) {
			if (users > 0) continue;
			this.#entries.delete(origin);
			// Nothing is under way, so there is nothing to wait for.
			void upstream.close();
			return true;
		}
		return false;
	}
}

// --- helpers ---

const ORIGINS_MAX = 256;

interface Entry {
	readonly upstream: Upstream;
	users: number;
}
