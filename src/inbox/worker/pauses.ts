import type { Pacing } from "../port/pacing.ts";
import {
	byRoute,
	isOn,
	type Pause,
	type Pauses,
	pausedMs,
} from "../port/pause.ts";
import type { Timing } from "./timing.ts";

/** The pauses of an inbox, as far as this router knows them. It hears of a change within a second. */
export interface PauseView {
	/** Returns the present pauses, oldest first. */
	list(): readonly Pause[];
	/** Returns the milliseconds until a route goes on: 0 if it is not paused, `Infinity` if somebody has to resume it. */
	restMs(route: string): number;
	/** Returns the milliseconds between two times (since the epoch) in which a route was paused. */
	pausedMs(route: string, from: number, to: number): number;
}

/** The view of a router without an inbox. */
export const NO_PAUSES: PauseView = Object.freeze({
	list: () => [],
	restMs: () => 0,
	pausedMs: () => 0,
});

/** Hears of changes. None of these may throw. */
export interface PauseListener {
	/** A route is paused, or its pause has another end or reason. */
	onPaused(pause: Pause): void;
	/** A pause is over: somebody resumed the route, or its time has come. */
	onResumed(pause: Pause): void;
}

/** The store, the clock and the listener of a watch. */
export interface PauseWatchOptions {
	readonly store: Pick<Pacing, "pauses" | "onPauses">;
	readonly timing: Timing;
	readonly listener: PauseListener;
}

/** Keeps the pauses of the store in memory: nothing asks the store for them at a request or an attempt. */
export class PauseWatch implements PauseView {
	readonly #options: PauseWatchOptions;
	#read: Pauses = { now: 0, all: [] };
	/** When that was read, by `Timing.nowMs`. */
	#readMs = 0;
	#routes: ReadonlyMap<string, readonly Pause[]> = new Map();
	#present: ReadonlyMap<string, Pause> = new Map();
	#isReading = false;
	#isStale = false;
	#isStopped = false;
	#cancelTimer: (() => void) | undefined;
	#cancelListening: (() => void) | undefined;

	constructor(options: PauseWatchOptions) {
		this.#options = options;
	}

	/** Reads the pauses, and follows them from then on. The listener hears only of later changes. Never rejects. */
	async start(): Promise<void> {
		const { store } = this.#options;
		this.#cancelListening = store.onPauses(() => void this.#refresh());
		try {
			this.#apply(await store.pauses());
			this.#present = this.#findPresent();
			this.#arm();
		} catch {
			this.#setTimer(() => void this.#refresh(), RETRY_MS);
		}
	}

	stop(): void {
		this.#isStopped = true;
		this.#cancelTimer?.();
		this.#cancelListening?.();
	}

	list(): readonly Pause[] {
		return [...this.#present.values()];
	}

	restMs(route: string): number {
		// Most inboxes have no pause, and this is asked for each event.
		if (this.#present.size === 0) return 0;
		const pause = this.#present.get(route);
		if (pause === undefined) return 0;
		return Math.max(0, (pause.until ?? Infinity) - this.#now());
	}

	pausedMs(route: string, from: number, to: number): number {
		const pauses = this.#routes.get(route);
		return pauses === undefined ? 0 : pausedMs(pauses, from, to);
	}

	/** The time of the store. */
	#now(): number {
		return this.#read.now + this.#options.timing.nowMs() - this.#readMs;
	}

	#apply(read: Pauses): void {
		this.#read = read;
		this.#readMs = this.#options.timing.nowMs();
		this.#routes = byRoute(read.all);
	}

	async #refresh(): Promise<void> {
		this.#isStale = true;
		if (this.#isReading) return;
		this.#isReading = true;
		while (this.#isStale && !this.#isStopped) {
			this.#isStale = false;
			try {
				this.#apply(await this.#options.store.pauses());
				this.#tell();
			} catch {
				// The store itself holds paused routes meanwhile.
				this.#setTimer(() => void this.#refresh(), RETRY_MS);
				break;
			}
		}
		this.#isReading = false;
	}

	/** Tells the listener what is different now, and waits for the next end. */
	#tell(): void {
		if (this.#isStopped) return;
		const { listener } = this.#options;
		const before = this.#present;
		this.#present = this.#findPresent();
		for (const [route, pause] of this.#present) {
			const known = before.get(route);
			const isKnown =
				known?.since === pause.since &&
				known.until === pause.until &&
				known.why === pause.why;
			if (!isKnown) listener.onPaused(pause);
		}
		for (const [route, pause] of before)
			if (!this.#present.has(route)) listener.onResumed(pause);
		this.#arm();
	}

	#findPresent(): ReadonlyMap<string, Pause> {
		const now = this.#now();
		return new Map(
			this.#read.all
				.filter((pause) => isOn(pause, now))
				.map((pause) => [pause.route, pause]),
		);
	}

	#arm(): void {
		this.#cancelTimer?.();
		const ends = this.list().flatMap(({ until }) => until ?? []);
		if (ends.length === 0) return;
		this.#setTimer(() => this.#tell(), Math.min(...ends) - this.#now());
	}

	#setTimer(run: () => void, afterMs: number): void {
		this.#cancelTimer?.();
		if (this.#isStopped) return;
		const { timing } = this.#options;
		this.#cancelTimer = timing.setTimer(run, Math.max(0, afterMs));
	}
}

// --- helpers ---

/** Milliseconds until the pauses are read again after that failed. */
const RETRY_MS = 1000;
