import type { InboxStats, PruneRules } from "../port/delivery.ts";
import type { Desk } from "../port/desk.ts";
import { Outage, type OutageListener } from "./outage.ts";
import { SYSTEM_TIMING, type Timing } from "./timing.ts";

/** Hears of the housekeeping. None of these may throw. */
export interface HousekeepingListener extends OutageListener {
	/** Called after each round with the counts and the size of the inbox. */
	onStats?(stats: InboxStats): void;
}

/** The store, the rules and the rhythm of the housekeeping. */
export interface HousekeepingOptions {
	readonly store: Pick<Desk, "prune" | "stats">;
	/** Read each round: a reload may change them. */
	rules(): Omit<PruneRules, "max">;
	readonly listener?: HousekeepingListener;
	readonly timing?: Timing;
	/** Milliseconds between rounds, default 60,000. The first comes after 5,000 at most. */
	readonly everyMs?: number;
	/** Deliveries removed at most in one call to the store, default 500: other calls wait behind it. */
	readonly bite?: number;
}

/** Removes deliveries whose retention is over, round by round, and reports how large the inbox is. */
export interface Housekeeping {
	start(): void;
	/** Begins the next round now, because room is short; not again at once after a round that found nothing to remove. */
	hurry(): void;
	/** Resolves when no call to the store is under way. */
	stop(): Promise<void>;
}

/** Makes the housekeeping; nothing happens before `start`. */
export function createHousekeeping(options: HousekeepingOptions): Housekeeping {
	return new Rounds(options);
}

// --- helpers ---

const EVERY_MS = 60_000;
const FIRST_MS = 5000;
const BITE = 500;

/** Milliseconds between two hurried rounds, after one that removed something and after one that did not. */
const HURRY_MS = 100;
const IN_VAIN_MS = 5000;

/** Milliseconds between two bites at least, so that they take half of the store's time at most. */
const PAUSE_MIN_MS = 10;

class Rounds implements Housekeeping {
	readonly #options: HousekeepingOptions;
	readonly #listener: HousekeepingListener;
	readonly #timing: Timing;
	readonly #everyMs: number;
	readonly #outage: Outage;
	#cancelTimer: (() => void) | undefined;
	#stage: "new" | "working" | "stopped" = "new";
	#round: Promise<void> = Promise.resolve();
	#pruned = 0;
	/** Between two rounds. */
	#isResting = false;
	#isHurried = false;
	/** By `Timing.nowMs`. */
	#mayHurryAtMs = 0;

	constructor(options: HousekeepingOptions) {
		const { listener = {}, timing = SYSTEM_TIMING } = options;
		this.#options = options;
		this.#listener = listener;
		this.#timing = timing;
		this.#everyMs = options.everyMs ?? EVERY_MS;
		this.#outage = new Outage(listener);
	}

	start(): void {
		if (this.#stage !== "new") return;
		this.#stage = "working";
		this.#rest(Math.min(this.#everyMs, FIRST_MS));
	}

	hurry(): void {
		const isEarly = this.#timing.nowMs() < this.#mayHurryAtMs;
		if (!this.#isResting || isEarly) return;
		this.#cancelTimer?.();
		this.#isHurried = true;
		this.#bite(0);
	}

	async stop(): Promise<void> {
		this.#stage = "stopped";
		this.#isResting = false;
		this.#cancelTimer?.();
		await this.#round;
	}

	#rest(ms: number): void {
		this.#bite(ms);
		this.#isResting = this.#stage === "working";
	}

	#bite(afterMs: number): void {
		this.#isResting = false;
		if (this.#stage !== "working") return;
		this.#cancelTimer = this.#timing.setTimer(() => {
			this.#isResting = false;
			this.#round = this.#prune();
		}, afterMs);
	}

	async #prune(): Promise<void> {
		const { store, rules, bite = BITE } = this.#options;
		const beganMs = this.#timing.nowMs();
		try {
			const count = await store.prune({ ...rules(), max: bite });
			this.#outage.worked("prune");
			this.#pruned += count;
			const tookMs = this.#timing.nowMs() - beganMs;
			if (count >= bite) this.#bite(Math.max(PAUSE_MIN_MS, tookMs));
			else await this.#report();
		} catch (error) {
			this.#outage.failed("prune", error);
			await this.#report();
		}
	}

	/** Ends a round. The size matters most where nothing could be removed. */
	async #report(): Promise<void> {
		const count = this.#pruned;
		this.#pruned = 0;
		this.#mayHurryAtMs =
			this.#timing.nowMs() + (count > 0 ? HURRY_MS : IN_VAIN_MS);
		// Counting a full inbox takes long: a hurried round leaves it to the next.
		if (this.#stage === "working" && !this.#isHurried) {
			try {
				const stats = await this.#options.store.stats();
				this.#outage.worked("stats");
				this.#listener.onStats?.(stats);
			} catch (error) {
				this.#outage.failed("stats", error);
			}
		}
		this.#isHurried = false;
		this.#rest(this.#everyMs);
	}
}
