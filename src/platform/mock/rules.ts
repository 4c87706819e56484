import type { JournalEntry } from "./receive.ts";
import type { PlatformState } from "./state/state.ts";

/** Selects the requests of a rule. */
interface Rule {
	/** A method and a path without its query, such as `PUT /v2/applications/*`; `*` is any text. */
	readonly on: string;
	/** How many of them, default 1. */
	readonly times?: number;
	/** How many pass before, default 0. */
	readonly skip?: number;
}

/** A fault on demand. */
export interface Fault extends Rule {
	readonly answer: FaultAnswer;
}

/**
 * An answer instead of the platform's. `drop-request` ends the connection before the request is processed, `drop-answer` after
 * it, and `stall` never answers.
 */
export type FaultAnswer =
	| {
			readonly status: number;
			readonly headers?: Readonly<Record<string, string>>;
			/** Text, or data that is sent as JSON; default what the platform says of the status. */
			readonly body?: unknown;
	  }
	| "drop-request"
	| "drop-answer"
	| "stall";

/** A change by somebody else, between two requests of a client. */
export interface Interruption extends Rule {
	/** `before` the request is looked at, or `after` its answer is made. */
	readonly when: "before" | "after";
	run(state: PlatformState): void;
}

/** Rules that are used up in the order in which they were added. */
export class Rules<T extends Rule> {
	readonly #open: { readonly rule: T; skip: number; times: number }[] = [];

	add(rule: T): void {
		const { skip = 0, times = 1 } = rule;
		this.#open.push({ rule, skip, times });
	}

	clear(): void {
		this.#open.length = 0;
	}

	/** Takes the first rule that matches a request. A rule that lets it pass counts it. */
	take({ method, path }: Pick<JournalEntry, "method" | "path">): T | undefined {
		for (const [index, entry] of this.#open.entries()) {
			if (!fits(entry.rule.on, `${method} ${path}`)) continue;
			if (entry.skip > 0) {
				entry.skip -= 1;
				continue;
			}
			entry.times -= 1;
			if (entry.times <= 0) this.#open.splice(index, 1);
			return entry.rule;
		}
		return undefined;
	}
}

// --- helpers ---

function fits(on: string, request: string): boolean {
	const parts = on
		.split("*")
		.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
	return new RegExp(`^${parts.join(".*")}$`).test(request);
}
