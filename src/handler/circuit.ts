/** Whether an upstream is tried: `closed` lets all pass, `open` none, `half-open` one at a time. */
export type CircuitState = "closed" | "open" | "half-open";

/** What an attempt told of the upstream: nothing where it was broken off from this side. */
export type Sign = "alive" | "failing" | "nothing";

/** The right to one attempt; `end` MUST be called once, or a half-open circuit waits for ever. */
export interface Pass {
	/** True for the one that finds out whether an upstream is back. */
	readonly isProbe: boolean;
	end(sign: Sign): void;
}

/** Keeps attempts from an upstream that fails, so that it can recover and no attempt is wasted. */
export interface Circuit {
	readonly state: CircuitState;
	/** A pass, or milliseconds after which to ask again. */
	enter(): Pass | number;
	/** Milliseconds for which `enter` gives no pass; 0 when it may. */
	pauseMs(): number;
}

export interface CircuitOptions {
	/** Failures in a row that open it, default 5. */
	readonly threshold?: number;
	/** The first pause, milliseconds, default 1,000; each failed probe doubles it. */
	readonly firstPauseMs?: number;
	/** The longest pause, milliseconds, default 30,000. */
	readonly maxPauseMs?: number;
	/** Called when it opens first and when it closes again, not for each failed probe. */
	readonly onChange?: (state: "open" | "closed", pauseMs: number) => void;
	/** Milliseconds of a clock that never goes back; default the process's own. */
	readonly now?: () => number;
	/** From 0 up to 1, default Math.random. */
	readonly random?: () => number;
}

/**
 * Creates a closed circuit. A pause has a jitter of a quarter, so that several routers do not probe at
 * the same moment.
 */
export function createCircuit(options: CircuitOptions = {}): Circuit {
	const {
		threshold = 5,
		firstPauseMs = 1000,
		maxPauseMs = 30_000,
		onChange = () => {},
		now = () => performance.now(),
		random = Math.random,
	} = options;
	let state: CircuitState = "closed";
	let failures = 0;
	let pauseMs = firstPauseMs;
	let openUntil = 0;
	// Attempts from before a change of state say nothing about the time after it.
	let epoch = 0;

	const pause = (): void => {
		state = "open";
		epoch += 1;
		openUntil = now() + Math.round(pauseMs * (0.75 + random() / 4));
	};
	const endAttempt = (sign: Sign, begun: number): void => {
		if (sign === "nothing" || begun !== epoch) return;
		failures = sign === "alive" ? 0 : failures + 1;
		if (failures < threshold) return;
		pauseMs = firstPauseMs;
		pause();
		onChange("open", Math.round(openUntil - now()));
	};
	const endProbe = (sign: Sign): void => {
		if (sign === "alive") {
			state = "closed";
			epoch += 1;
			failures = 0;
			onChange("closed", 0);
		} else if (sign === "failing") {
			pauseMs = Math.min(pauseMs * 2, maxPauseMs);
			pause();
		} else {
			state = "open";
			openUntil = now();
		}
	};
	const remaining = (): number => {
		if (state === "closed") return 0;
		// A probe is under way: nobody knows how long it takes.
		if (state === "half-open") return firstPauseMs;
		return Math.max(0, Math.ceil(openUntil - now()));
	};
	return {
		get state() {
			return state;
		},
		pauseMs: remaining,
		enter() {
			const left = remaining();
			if (left > 0) return left;
			const isProbe = state === "open";
			if (isProbe) state = "half-open";
			const begun = epoch;
			let isEnded = false;
			return {
				isProbe,
				end(sign) {
					if (isEnded) return;
					isEnded = true;
					if (isProbe) endProbe(sign);
					else endAttempt(sign, begun);
				},
			};
		},
	};
}
