import type { Amount } from "../port/delivery.ts";
import type { Fill } from "../port/queue.ts";

/**
 * How full the inbox is, as it crosses the thread with each answer: unfinished deliveries, what was admitted to quarantine (count,
 * bytes), the room that is used, then three values for each route that changed (name, count, bytes). A flat list, because structured clone pays for each object.
 */
export type FillReport = readonly (number | string)[];

/** This side's copy of the thread's numbers, as of the last answer. */
export class FillView {
	readonly #routes = new Map<string, Amount>();
	#unfinished = 0;
	#admitted: Amount = NONE;
	#usedBytes = 0;

	get unfinished(): number {
		return this.#unfinished;
	}

	/** Knows nothing, until the next report. */
	clear(): void {
		this.#routes.clear();
		this.#unfinished = 0;
		this.#admitted = NONE;
		this.#usedBytes = 0;
	}

	take(report: FillReport): void {
		this.#unfinished = report[0] as number;
		this.#admitted = {
			count: report[1] as number,
			bytes: report[2] as number,
		};
		this.#usedBytes = report[3] as number;
		for (let at = SUMS; at < report.length; at += 3)
			this.#routes.set(report[at] as string, {
				count: report[at + 1] as number,
				bytes: report[at + 2] as number,
			});
	}

	of(route: string): Fill {
		return {
			own: this.#routes.get(route) ?? NONE,
			admitted: this.#admitted,
			usedBytes: this.#usedBytes,
		};
	}
}

// --- helpers ---

const NONE: Amount = { count: 0, bytes: 0 };
/** Values before the routes. */
const SUMS = 4;
