import { hash } from "node:crypto";
import type { Mark, Reply } from "../../event/webhook.ts";
import { type Answer, EMPTY_OK } from "./answer.ts";

/** Remembers which signed webhooks were accepted, in this process or in one that all workers share. */
export interface RepeatMemory {
	/**
	 * Handles the first arrival of a webhook, and repeats its answer for later arrivals. A second arrival waits while the first
	 * is being handled, and is handled itself if the first is not accepted.
	 */
	answer(mark: Mark, occurrence: Occurrence, work: Work): Promise<Answer>;
}

/** The bounds of the memory. The oldest marks are removed first. */
export interface RepeatsOptions {
	/** The number of marks, default 200,000 (about 40 MB). */
	readonly maxCount?: number;
	/** The bytes of the stored answers, default 32 MiB. */
	readonly maxBytes?: number;
}

/**
 * Remembers which signed webhooks were accepted. A webhook that comes again (the platform repeats a request if it gets no
 * answer, and an attacker may replay one) gets the first answer, and is not handled again. Webhooks that were not accepted are
 * not remembered, because their repetition is wanted. The memory outlives a reload: each configuration passes it to the next.
 */
export class Repeats implements RepeatMemory {
	readonly #maxCount: number;
	readonly #maxBytes: number;
	readonly #entries = new Map<string, Entry>();
	#bytes = 0;

	constructor({
		maxCount = 200_000,
		maxBytes = 32 * 1024 * 1024,
	}: RepeatsOptions = {}) {
		this.#maxCount = maxCount;
		this.#maxBytes = maxBytes;
	}

	/** The number of stored marks. */
	get size(): number {
		return this.#entries.size;
	}

	async answer(
		mark: Mark,
		{ path, now }: Occurrence,
		work: Work,
	): Promise<Answer> {
		const { until, isPerPath = false } = mark;
		const own = isPerPath ? `${path} ${mark.key}` : mark.key;
		// The sender controls a part of the mark, which may have 100 KB. A hash bounds its size.
		const key = hash("sha256", own, "base64");
		for (;;) {
			const entry = this.#entries.get(key);
			if (entry === undefined) break;
			if ("reply" in entry) return repeated(entry, path);
			await entry.ended;
		}
		let end = (): void => {};
		const ended = new Promise<void>((resolve) => {
			end = resolve;
		});
		this.#entries.set(key, { ended });
		try {
			const answer = await work();
			this.#entries.delete(key);
			if (isAccepted(answer)) this.#remember(key, { until, path, now }, answer);
			return answer;
		} catch (error) {
			this.#entries.delete(key);
			throw error;
		} finally {
			end();
		}
	}

	#remember(
		key: string,
		{ until, path, now }: Occurrence & Pick<Mark, "until">,
		{ reply }: Answer,
	): void {
		const bytes = sizeOf(reply);
		// An answer that is too large to store is computed again: the same request gets the same answer.
		if (bytes > REPLY_MAX_BYTES) return;
		this.#entries.set(key, { reply, path, until, bytes });
		this.#bytes += bytes;
		for (const [oldest, entry] of this.#entries) {
			if (!("reply" in entry)) continue;
			const isFull =
				this.#entries.size > this.#maxCount || this.#bytes > this.#maxBytes;
			if (!isFull && entry.until >= now) break;
			this.#entries.delete(oldest);
			this.#bytes -= entry.bytes;
		}
	}
}

/** One arrival of a marked webhook. */
export interface Occurrence {
	/** The path of the stack. */
	readonly path: string;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

/** Handles a webhook. */
export type Work = () => Promise<Answer>;

/** Returns the answer to a webhook that was accepted before. */
export function repeat(reply: Reply): Answer {
	return {
		reply,
		outcome: "duplicate",
		error: undefined,
		reports: [],
		route: undefined,
		event: undefined,
	};
}

// --- helpers ---

type Entry = Accepted | { readonly ended: Promise<void> };

interface Accepted {
	readonly reply: Reply;
	readonly path: string;
	/** Milliseconds since the epoch. After this time the signature's own expiry refuses the webhook. */
	readonly until: number;
	readonly bytes: number;
}

/** The size of an NCCO is a few kilobytes. */
const REPLY_MAX_BYTES = 64 * 1024;

/**
 * Returns true for an answer that is remembered. A quarantined one is not: a copy from another client must not use up the mark
 * of the platform's own request.
 */
function isAccepted({ reply, outcome }: Answer): boolean {
	if (outcome === "quarantined") return false;
	return reply.status >= 200 && reply.status < 300;
}

/** Repeats the first answer, but only at its own path. The same token at another path is a theft or a mistake, and gets an empty 200. */
function repeated(entry: Accepted, path: string): Answer {
	return repeat(entry.path === path ? entry.reply : EMPTY_OK);
}

function sizeOf({ body }: Reply): number {
	if (typeof body === "string") return body.length;
	return body instanceof Uint8Array ? body.length : 0;
}
