import type { Lease } from "../port/queue.ts";
import type { Lane } from "./locks.ts";

type LeaseKey = Pick<Lease, "id" | "attempt">;

/**
 * What a store remembers of the leases it gave: their lanes, so that a settlement takes its locks without
 * asking first, and which settlements a broken connection left in doubt. Only a help: what it has
 * forgotten is looked up.
 */
export class LeaseMemo {
	readonly #lanes = new Map<string, Lane | undefined>();
	readonly #doubtful = new Set<string>();

	note({ id, route, orderKey }: Lease): void {
		if (this.#lanes.size >= MAX_SIZE) this.#lanes.clear();
		this.#lanes.set(
			id,
			orderKey === undefined ? undefined : { route, orderKey },
		);
	}

	/** False where the lease was not given by this store, or is forgotten. */
	knows(id: string): boolean {
		return this.#lanes.has(id);
	}

	laneOf(id: string): Lane | undefined {
		return this.#lanes.get(id);
	}

	forget(ids: readonly string[]): void {
		for (const id of ids) this.#lanes.delete(id);
	}

	/** The settlement may have been written, or not. */
	doubt(lease: LeaseKey): void {
		if (this.#doubtful.size >= MAX_SIZE) this.#doubtful.clear();
		this.#doubtful.add(keyOf(lease));
	}

	/** True once where the settlement was in doubt. */
	takeDoubt(lease: LeaseKey): boolean {
		return this.#doubtful.delete(keyOf(lease));
	}
}

// --- helpers ---

const MAX_SIZE = 100_000;

function keyOf({ id, attempt }: LeaseKey): string {
	return `${attempt} ${id}`;
}
