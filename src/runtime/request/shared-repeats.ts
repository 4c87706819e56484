import { hash } from "node:crypto";
import type { Mark, Reply } from "../../event/webhook.ts";
import type { Answer } from "./answer.ts";
import {
	type Occurrence,
	type RepeatMemory,
	repeat,
	type Work,
} from "./repeats.ts";

/** Claims marks at the process that remembers them for all workers of a router. */
export interface Claims {
	/** Resolves with the reply of the first arrival. Undefined if this worker has to handle the webhook. */
	claim(claim: {
		readonly key: string;
		readonly until: number;
		readonly path: string;
		readonly now: number;
	}): Promise<Claimed>;
}

/** The answer to a claim. */
export type Claimed =
	| { readonly reply: Reply }
	| {
			readonly reply: undefined;
			/** Reports how the webhook ended. Undefined if its handling threw. MUST be called once. */
			end(answer: Pick<Answer, "reply" | "outcome"> | undefined): void;
	  };

/** The memory of repeats in a worker. All workers of a router share one. */
export class SharedRepeats implements RepeatMemory {
	readonly #claims: Claims;

	constructor(claims: Claims) {
		this.#claims = claims;
	}

	async answer(
		{ key, until, isPerPath = false }: Mark,
		{ path, now }: Occurrence,
		work: Work,
	): Promise<Answer> {
		const own = isPerPath ? `${path} ${key}` : key;
		const claimed = await this.#claims.claim({
			// The sender controls a part of the mark, which may have 100 KB.
			key: hash("sha256", own, "base64"),
			until,
			path,
			now,
		});
		if (claimed.reply !== undefined) return repeat(claimed.reply);
		let end: Pick<Answer, "reply" | "outcome"> | undefined;
		try {
			const answer = await work();
			end = { reply: answer.reply, outcome: answer.outcome };
			return answer;
		} finally {
			claimed.end(end);
		}
	}
}
