import { HookError } from "../errors.ts";
import type { Halting } from "../inbox/port/halt.ts";
import type { Deadline } from "./handler.ts";
import { Journal } from "./journal.ts";

/**
 * The time limit of one handling, counted from `race`. The controller behind `signal` is only created when a handler asks for
 * it, and the timer only when it answers with a promise. The creator MUST call `end` (or `race`): `drain` lives as long as the
 * router, and would keep every signal alive.
 */
export class Countdown implements Deadline {
	readonly timeoutMs: number;
	isKept = false;
	readonly #drain: Halting;
	#controller: AbortController | undefined;
	#journal: Journal | undefined;
	#isOver = false;
	#late: HookError | undefined;
	#onDrain: (() => void) | undefined;

	/** `drain` aborts the signal too, because the router is stopping. */
	constructor(timeoutMs: number, drain: Halting) {
		this.timeoutMs = timeoutMs;
		this.#drain = drain;
	}

	get signal(): AbortSignal {
		if (this.#controller === undefined) {
			this.#controller = new AbortController();
			// A handler may continue after its timeout, and ask for the signal only then.
			if (this.#late !== undefined) this.#controller.abort(this.#late);
			else if (this.#drain.aborted) this.#controller.abort(this.#drain.reason);
			else if (!this.#isOver) {
				this.#onDrain = () => this.#controller?.abort(this.#drain.reason);
				this.#drain.addEventListener("abort", this.#onDrain);
			}
		}
		return this.#controller.signal;
	}

	get abortReason(): unknown {
		return this.#late ?? this.#drain.reason;
	}

	get journal(): Journal {
		this.#journal ??= new Journal();
		return this.#journal;
	}

	/** The journal of a handler that wrote something. Undefined for other handlers. */
	get written(): Journal | undefined {
		return this.#journal?.isEmpty === false ? this.#journal : undefined;
	}

	/** Settles as `work` does, or rejects with HANDLER_TIMEOUT and aborts the signal. */
	race<T>(work: Promise<T>): Promise<T> {
		if (this.isKept && this.#controller === undefined) return work;
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				this.#late = new HookError(
					"HANDLER_TIMEOUT",
					`no answer within ${this.timeoutMs} ms`,
				);
				this.#controller?.abort(this.#late);
				this.end();
				reject(this.#late);
			}, this.timeoutMs);
			const settle = (): void => {
				clearTimeout(timer);
				this.end();
			};
			work.then(
				(value) => {
					settle();
					resolve(value);
				},
				(error) => {
					settle();
					reject(error);
				},
			);
		});
	}

	/** Releases `drain`, because the handling is over. */
	end(): void {
		this.#isOver = true;
		if (this.#onDrain === undefined) return;
		this.#drain.removeEventListener("abort", this.#onDrain);
		this.#onDrain = undefined;
	}
}
