import { hash } from "node:crypto";
import type { Reply } from "../event/webhook.ts";
import type { Once } from "../gate/signature.ts";
import { type Answer, EMPTY_OK } from "./answer.ts";

/** The bounds of the memory; the oldest marks go first. */
export interface RepeatsOptions {
	/** Marks, default 200,000 (some 40 MB). */
	readonly maxCount?: number;
	/** Bytes of the answers that are kept to be sent once more, default 32 MiB. */
	readonly maxBytes?: number;
}

/**
 * Remembers which signed webhooks were accepted. One that comes again (the platform repeats a request
 * whose answer it did not get, and a thief may, too) is answered as the first was, and not handled
 * again. Nothing is remembered of a webhook that was not accepted: its repetition is wanted. It
 * outlives a reload: each configuration hands it to the next.
 */
export class Repeats {
	readonly #maxCount: number;
	readonly #maxBytes: number;
	readonly #marks = new Map<string, Mark>();
	#bytes = 0;

	constructor({
		maxCount = 200_000,
		maxBytes = 32 * 1024 * 1024,
	}: RepeatsOptions = {}) {
		this.#maxCount = maxCount;
		this.#maxBytes = maxBytes;
	}

	/** Marks that are kept now. */
	get size(): number {
		return this.#marks.size;
	}

	/**
	 * Lets a webhook be handled once, and answers it alike when it comes again. While the first is under
	 * way the second waits: it is handled after all when the first is not accepted.
	 */
	async once(once: Once, place: Place, work: Work): Promise<Answer> {
		const { until, isPerPath = false } = once;
		const own = isPerPath ? `${place.path} ${once.key}` : once.key;
		// The sender chose a part of it, which may have 100 KB; its length is no matter here.
		const key = hash("sha256", own, "base64");
		for (;;) {
			const mark = this.#marks.get(key);
			if (mark === undefined) break;
			if ("reply" in mark) return repeated(mark, place.path);
			await mark.ended;
		}
		let end = (): void => {};
		const ended = new Promise<void>((resolve) => {
			end = resolve;
		});
		this.#marks.set(key, { ended });
		try {
			const answer = await work();
			this.#marks.delete(key);
			if (isAccepted(answer)) this.#keep(key, { until, ...place }, answer);
			return answer;
		} catch (error) {
			this.#marks.delete(key);
			throw error;
		} finally {
			end();
		}
	}

	#keep(
		key: string,
		{ until, path, now }: Place & Pick<Once, "until">,
		{ reply }: Answer,
	): void {
		const bytes = sizeOf(reply);
		// What is too large to keep is handled again: the same question gets the same answer.
		if (bytes > REPLY_MAX_BYTES) return;
		this.#marks.set(key, { reply, path, until, bytes });
		this.#bytes += bytes;
		for (const [oldest, mark] of this.#marks) {
			if (!("reply" in mark)) continue;
			const isFull =
				this.#marks.size > this.#maxCount || this.#bytes > this.#maxBytes;
			if (!isFull && mark.until >= now) break;
			this.#marks.delete(oldest);
			this.#bytes -= mark.bytes;
		}
	}
}

/** Where and when a webhook came in. */
export interface Place {
	/** The stack's path. */
	readonly path: string;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

// --- helpers ---

type Work = () => Promise<Answer>;

type Mark = Accepted | { readonly ended: Promise<void> };

interface Accepted {
	readonly reply: Reply;
	readonly path: string;
	/** Milliseconds since the epoch: afterwards its own time refuses it. */
	readonly until: number;
	readonly bytes: number;
}

/** An NCCO has a few kilobytes. */
const REPLY_MAX_BYTES = 64 * 1024;

/** True for an answer that is remembered. A quarantined one is not: a copy from elsewhere must not use up the mark of the platform's own. */
function isAccepted({ reply, outcome }: Answer): boolean {
	if (outcome === "quarantined") return false;
	return reply.status >= 200 && reply.status < 300;
}

/** The same token at another path is a theft or a mistake: it learns nothing there. */
function repeated(mark: Accepted, path: string): Answer {
	return {
		reply: mark.path === path ? mark.reply : EMPTY_OK,
		outcome: "duplicate",
		error: undefined,
		reports: [],
		route: undefined,
		event: undefined,
	};
}

function sizeOf({ body }: Reply): number {
	if (typeof body === "string") return body.length;
	return body instanceof Uint8Array ? body.length : 0;
}
