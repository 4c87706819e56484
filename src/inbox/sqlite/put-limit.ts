import { HookError } from "../../errors.ts";

/** What a limit is made with. */
export interface PutLimitOptions {
	/** Absolute path of the inbox, for the messages. */
	readonly file: string;
	/** Milliseconds that a put waits for its answer; default 5000. */
	readonly limitMs?: number | undefined;
}

/**
 * Bounds how long a put waits for a disk that does not answer. What is late is refused, although it may still be kept; until the
 * thread answers again, all that comes is refused at once, so that nothing piles up in memory.
 */
export class PutLimit {
	readonly #file: string;
	readonly #limitMs: number;
	#isLate = false;

	constructor({ file, limitMs = 5000 }: PutLimitOptions) {
		this.#file = file;
		this.#limitMs = limitMs;
	}

	/**
	 * Does the work of a put; rejects with what it rejects with, and with INBOX_UNAVAILABLE where it is late or was not begun.
	 *
	 * @param onLate called with what was kept although it was refused
	 */
	run<T>(work: () => Promise<T>, onLate: (kept: T) => void): Promise<T> {
		if (this.#isLate) {
			return Promise.reject(this.#refusal("the disk still does not answer"));
		}
		return new Promise((resolve, reject) => {
			let isAnswered = false;
			let isRefused = false;
			const refuse = (): void => {
				if (isAnswered) return;
				this.#isLate = true;
				isRefused = true;
				const seconds = this.#limitMs / 1000;
				reject(this.#refusal(`the disk did not answer within ${seconds} s`));
			};
			// After the next look for messages: where the event loop was blocked, the answer may be there.
			const timer = setTimeout(() => setImmediate(refuse), this.#limitMs);
			const end = (): void => {
				isAnswered = true;
				clearTimeout(timer);
				this.#isLate = false;
			};
			work().then(
				(kept) => {
					end();
					if (isRefused) onLate(kept);
					else resolve(kept);
				},
				(error) => {
					end();
					reject(error);
				},
			);
		});
	}

	#refusal(why: string): HookError {
		return new HookError("INBOX_UNAVAILABLE", `inbox ${this.#file}: ${why}`);
	}
}
