import type { Caution } from "../inbox/worker/work.ts";

/**
 * The state of the circuit to an upstream: `closed` lets all events pass, `open` lets one pass from time to time, and
 * `half-open` means that such a probe is running.
 */
export type CircuitState = "closed" | "open" | "half-open";

/** The result of an attempt for the upstream: `nothing` if this side aborted it. */
export type Sign = "alive" | "failing" | "nothing";

/** Permits one attempt. `end` MUST be called once. */
export interface Pass {
	/** True for a probe that finds out whether an upstream has recovered. */
	readonly isProbe: boolean;
	/** @param reason the reason of the failure, for the log */
	end(sign: Sign, reason?: string): void;
}

/** Keeps attempts away from an upstream that fails, so that it can recover and no attempt is wasted. */
export interface Circuit {
	readonly state: CircuitState;
	/**
	 * Returns a pass for the event with this id, or the milliseconds after which to ask again.
	 *
	 * @param isOwn true for an own event of the router. Default false
	 */
	enter(id: string, isOwn?: boolean): Pass | number;
	/** Returns how events should be tried while the circuit is not closed. */
	caution(): Caution | undefined;
}

/** The circuit opened or closed again. */
export interface CircuitChange {
	readonly state: "open" | "closed";
	/** The event whose attempt caused it. */
	readonly id: string;
	/** The reason why that attempt failed. Empty for a success. */
	readonly reason: string;
	/** The milliseconds until the first probe, or the milliseconds for which it was open. */
	readonly ms: number;
	/** If an own event of the router opened it. */
	readonly isOwn?: true;
}

export interface CircuitOptions {
	/** The failures in a row that open it. Default 5. */
	readonly threshold?: number;
	/** The first pause in milliseconds, default 1,000. Each probe doubles it. */
	readonly firstPauseMs?: number;
	/** The longest pause in milliseconds, default 5,000. */
	readonly maxPauseMs?: number;
	/** Called when it first opens and when it closes again, not for each failed probe. */
	readonly onChange?: (change: CircuitChange) => void;
	/** Returns milliseconds of a monotonic clock. Default: the process's clock. */
	readonly now?: () => number;
	/** From 0 up to 1, default Math.random. */
	readonly random?: () => number;
}

/**
 * Creates a closed circuit. A pause has a jitter of a quarter, so that several routers do not probe at the same moment.
 *
 * Some events make a service hang or crash, and they come again and again. So the failures of an event stop counting once
 * another event was answered after them: the service works, and the event is bad. A probe does not wait for the end of the
 * previous probe, and `caution` lists the events that failed, so that others are tried first.
 */
export function createCircuit(options: CircuitOptions = {}): Circuit {
	return new EventCircuit(options);
}

// --- helpers ---

/** The number of failed events to remember. The oldest failures are forgotten first. */
const SUSPECTS_MAX = 1000;

function ownIf(isOwn: boolean): { readonly isOwn?: true } {
	return isOwn ? { isOwn } : {};
}

class EventCircuit implements Circuit {
	readonly #options: Required<CircuitOptions>;
	/** Ids of failed events, the latest last, each with the number of answers until then. */
	readonly #suspects = new Map<string, number>();
	#answers = 0;
	#isOpen = false;
	/** True if an own event opened it. */
	#isOwn = false;
	#failures = 0;
	/** The number of running probes. */
	#probes = 0;
	#pauseMs = 0;
	#openedAt = 0;
	#nextProbeAt = 0;
	/** Attempts from before a change of state say nothing about the new state. */
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

	enter(id: string, isOwn = false): Pass | number {
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
				else if (sign === "failing" && !isBad)
					this.#endFailure(id, reason, isOwn);
			},
		};
	}

	caution(): Caution | undefined {
		if (!this.#isOpen) return undefined;
		const suspects = this.#suspects;
		return {
			restMs: this.#restMs(),
			// Most callers only want to know whether to wait.
			get avoid() {
				return [...suspects.keys()];
			},
		};
	}

	/** Returns true for an event that failed while other events were answered after it. */
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
		// The latest failure comes last. The number of answers at the first failure stays.
		this.#suspects.set(id, known ?? this.#answers);
		if (this.#suspects.size <= SUSPECTS_MAX) return;
		const [oldest = id] = this.#suspects.keys();
		this.#suspects.delete(oldest);
	}

	#endFailure(id: string, reason: string, isOwn: boolean): void {
		const { threshold, firstPauseMs, now, onChange } = this.#options;
		this.#failures += 1;
		if (this.#failures < threshold) return;
		this.#change(true);
		this.#isOwn = isOwn;
		this.#openedAt = now();
		this.#pauseMs = firstPauseMs;
		this.#pause();
		onChange({
			state: "open",
			id,
			reason,
			ms: this.#restMs(),
			...ownIf(isOwn),
		});
	}

	#endProbe(id: string, sign: Sign): void {
		const { now, onChange } = this.#options;
		this.#probes -= 1;
		if (sign === "nothing") this.#nextProbeAt = now();
		if (sign !== "alive") return;
		this.#change(false);
		const ms = Math.round(now() - this.#openedAt);
		onChange({ state: "closed", id, reason: "", ms, ...ownIf(this.#isOwn) });
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
