import type { Evicted } from "../../inbox/port/store.ts";
import { SYSTEM_TIMING, type Timing } from "../../inbox/worker/timing.ts";
import type { Log } from "../../observe/log.ts";

/**
 * Logs evictions: one line at once, then at most one a second, with the number since the previous line. A flood from strangers
 * must not make the log grow as fast.
 */
export class EvictionLog {
	readonly #log: Pick<Log, "warn">;
	readonly #message: string;
	readonly #timing: Pick<Timing, "setTimer">;
	#count = 0;
	#last: Evicted | undefined;
	#isResting = false;

	/** @param message says what happened to the evicted deliveries */
	constructor(
		log: Pick<Log, "warn">,
		message: string,
		timing: Pick<Timing, "setTimer"> = SYSTEM_TIMING,
	) {
		this.#log = log;
		this.#message = message;
		this.#timing = timing;
	}

	note(evicted: readonly Evicted[]): void {
		this.#count += evicted.length;
		this.#last = evicted.at(-1) ?? this.#last;
		if (!this.#isResting) this.#write();
	}

	/** Writes the evictions that have no line yet. Called at shutdown. */
	flush(): void {
		if (this.#last === undefined) return;
		const { id, route } = this.#last;
		this.#log.warn({ id, route, count: this.#count }, this.#message);
		this.#count = 0;
		this.#last = undefined;
	}

	#write(): void {
		if (this.#last === undefined) return;
		this.flush();
		this.#isResting = true;
		this.#timing.setTimer(() => {
			this.#isResting = false;
			this.#write();
		}, REST_MS);
	}
}

// --- helpers ---

const REST_MS = 1000;
