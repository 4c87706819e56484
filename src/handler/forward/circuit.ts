import type { Caution } from "../../inbox/worker/work.ts";

/** Whether an upstream is tried: `closed` lets all pass; `open` one now and then, and is `half-open` while one is under way. */
export type CircuitState = "closed" | "open" | "half-open";

/** The news that an attempt brings about the upstream: `nothing` where it was broken off from this side. */
export type Sign = "alive" | "failing" | "nothing";

/** The right to one attempt; `end` MUST be called once. */
export interface Pass {
	/** True for one that finds out whether an upstream is back. */
	readonly isProbe: boolean;
	/** @param reason why it failed, for the log */
	end(sign: Sign, reason?: string): void;
}

/** Keeps attempts from an upstream that fails, so that it can recover and no attempt is wasted. */
export interface Circuit {
	readonly state: CircuitState;
	/** A pass for the event with this id, or milliseconds after which to ask again. */
	enter(id: string): Pass | number;
	/** How events are to be tried while it is not closed. */
	caution(): Caution | undefined;
}

/** It opened, or closed again. */
export interface CircuitChange {
	readonly state: "open" | "closed";
	/** The event whose attempt brought it about. */
	readonly id: string;
	/** Why that attempt failed; empty for one that did not. */
	readonly reason: string;
	/** Milliseconds until the first probe, or for which it was open. */
	readonly ms: number;
}

export interface CircuitOptions {
	/** Failures in a row that open it, default 5. */
	readonly threshold?: number;
	/** The first pause, milliseconds, default 1,000; each probe doubles it. */
	readonly firstPauseMs?: number;
	/** The longest pause, milliseconds, default 5,000. */
	readonly maxPauseMs?: number;
	/** Called when it opens first and when it closes again, not for each failed probe. */
	readonly onChange?: (change: CircuitChange) => void;
	/** Milliseconds of a clock that never goes back; default the process's own. */
	readonly now?: () => number;
	/** From 0 up to 1, default Math.random. */
	readonly random?: () => number;
}

/**
 * Creates a closed circuit. A pause has a jitter of a quarter, so that several routers do not probe at
 * the same moment.
 *
 * Some events make a service hang or break, and they come again and again. So the failures of an event no longer count once another
 * was answered after it failed: the service is there, and the event is bad. A probe does not wait for the one before it to end, and
 * `caution` names the events that failed, so that others are tried first.
 */
export function createCircuit(options: CircuitOptions = {}): Circuit {
	return new EventCircuit(options);
}

// --- helpers ---

/** Events remembered as failed. The longest ago are forgotten first. */
const SUSPECTS_MAX = 1000;

class EventCircuit implements Circuit {
	readonly #options: Required<CircuitOptions>;
	/** Ids of events that failed, the latest last, and how many answers there had been by then. */
	readonly #suspects = new Map<string, number>();
	#answers = 0;
	#isOpen = false;
	#failures = 0;
	/** Probes under way. */
	#probes = 0;
	#pauseMs = 0;
	#openedAt = 0;
	#nextProbeAt = 0;
	/** Attempts from before a change of state say nothing about the time after it. */
	#epoch = 0;

	constructor({
		threshold = 5,
		firstPauseMs = 1000,
		maxPauseMs = 5000,
		onChange = () => {},
		now = () => performance.now(),
		random = Math.random,
	}: CircuitOptions) {
		this.#options = {
			threshold,
			firstPauseMs,
			maxPauseMs,
			onChange,
			now,
			random,
		};
	}

	get state(): CircuitState {
		if (!this.#isOpen) return "closed";
		return this.#probes > 0 ? "half-open" : "open";
	}

	enter(id: string): Pass | number {
		const isProbe = this.#isOpen;
		if (isProbe) {
			const left = this.#restMs();
			if (left > 0) return left;
			this.#probes += 1;
			this.#pauseMs = Math.min(this.#pauseMs * 2, this.#options.maxPauseMs);
			this.#pause();
		}
		const epoch = this.#epoch;
		let isEnded = false;
		return {
			isProbe,
			end: (sign, reason = "") => {
				if (isEnded) return;
				isEnded = true;
				const isBad = this.#isBad(id);
				this.#note(id, sign);
				if (epoch !== this.#epoch) return;
				if (isProbe) this.#endProbe(id, sign);
				else if (sign === "alive") this.#failures = 0;
				else if (sign === "failing" && !isBad) this.#endFailure(id, reason);
			},
		};
	}

	caution(): Caution | undefined {
		if (!this.#isOpen) return undefined;
		const suspects = this.#suspects;
		return {
			restMs: this.#restMs(),
			// Most who ask only want to know whether to wait.
			get avoid() {
				return [...suspects.keys()];
			},
		};
	}

	/** True for an event that failed, while others were answered since. */
	#isBad(id: string): boolean {
		const answers = this.#suspects.get(id);
		return answers !== undefined && answers < this.#answers;
	}

	#note(id: string, sign: Sign): void {
		if (sign === "nothing") return;
		const known = this.#suspects.get(id);
		this.#suspects.delete(id);
		if (sign === "alive") {
			this.#answers += 1;
			return;
		}
		// The latest failure is the last; what was learned after the first one stays.
		this.#suspects.set(id, known ?? this.#answers);
		if (this.#suspects.size <= SUSPECTS_MAX) return;
		const [oldest = id] = this.#suspects.keys();
		this.#suspects.delete(oldest);
	}

	#endFailure(id: string, reason: string): void {
		const { threshold, firstPauseMs, now, onChange } = this.#options;
		this.#failures += 1;
		if (this.#failures < threshold) return;
		this.#change(true);
		this.#openedAt = now();
		this.#pauseMs = firstPauseMs;
		this.#pause();
		onChange({ state: "open", id, reason, ms: this.#restMs() });
	}

	#endProbe(id: string, sign: Sign): void {
		const { now, onChange } = this.#options;
		this.#probes -= 1;
		if (sign === "nothing") this.#nextProbeAt = now();
		if (sign !== "alive") return;
		this.#change(false);
		const ms = Math.round(now() - this.#openedAt);
		onChange({ state: "closed", id, reason: "", ms });
	}

	#change(isOpen: boolean): void {
		this.#isOpen = isOpen;
		this.#epoch += 1;
		this.#failures = 0;
		this.#probes = 0;
	}

	#pause(): void {
		const { now, random } = this.#options;
		const pauseMs = Math.round(this.#pauseMs * (0.75 + random() / 4));
		this.#nextProbeAt = now() + pauseMs;
	}

	#restMs(): number {
		return Math.max(0, Math.ceil(this.#nextProbeAt - this.#options.now()));
	}
}
