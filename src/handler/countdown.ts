import { HookError } from "../errors.ts";
import type { Deadline } from "./handler.ts";
import { Journal } from "./journal.ts";

/**
 * The time that one handling has, counted from `race`. The controller behind `signal` is only made
 * when a handler asks for it, and the timer only when it answers with a promise. Whoever makes one MUST
 * call `end` (or `race`): `drain` lives as long as the router, and would keep every signal alive.
 */
export class Countdown implements Deadline {
	readonly timeoutMs: number;
	readonly #drain: AbortSignal;
	#controller: AbortController | undefined;
	#journal: Journal | undefined;
	#isOver = false;
	#late: HookError | undefined;

	/** `drain` aborts the signal too: the router is stopping. */
	constructor(timeoutMs: number, drain: AbortSignal) {
		this.timeoutMs = timeoutMs;
		this.#drain = drain;
	}

	get signal(): AbortSignal {
		if (this.#controller === undefined) {
			this.#controller = new AbortController();
			// A handler may go on after its time, and only then look.
			if (this.#late !== undefined) this.#controller.abort(this.#late);
			else if (this.#drain.aborted) this.#controller.abort(this.#drain.reason);
			else if (!this.#isOver)
				this.#drain.addEventListener("abort", this.#onDrain);
		}
		return this.#controller.signal;
	}

	get journal(): Journal {
		this.#journal ??= new Journal();
		return this.#journal;
	}

	/** What a handler wrote; undefined for nothing. */
	get written(): Journal | undefined {
		return this.#journal?.isEmpty === false ? this.#journal : undefined;
	}

	/** Settles as `work` does, or rejects with HANDLER_TIMEOUT and aborts the signal. */
	async race<T>(work: Promise<T>): Promise<T> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<never>((_, reject) => {
			timer = setTimeout(() => {
				this.#late = new HookError(
					"HANDLER_TIMEOUT",
					`no answer within ${this.timeoutMs} ms`,
				);
				this.#controller?.abort(this.#late);
				reject(this.#late);
			}, this.timeoutMs);
		});
		try {
			return await Promise.race([work, late]);
		} finally {
			clearTimeout(timer);
			this.end();
		}
	}

	/** Lets go of `drain`: the handling is over. */
	end(): void {
		this.#isOver = true;
		if (this.#controller !== undefined)
			this.#drain.removeEventListener("abort", this.#onDrain);
	}

	readonly #onDrain = (): void => this.#controller?.abort(this.#drain.reason);
}
