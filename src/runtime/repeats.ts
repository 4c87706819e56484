import { hash } from "node:crypto";
import type { Mark, Reply } from "../event/webhook.ts";
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
	readonly #entries = new Map<string, Entry>();
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
		return this.#entries.size;
	}

	/**
	 * Handles a webhook the first time it comes, and answers it in the same way when it comes again. A second one waits while the
	 * first is being handled, and is handled itself where the first is not accepted.
	 */
	async answer(
		mark: Mark,
		{ path, now }: Occurrence,
		work: Work,
	): Promise<Answer> {
		const { until, isPerPath = false } = mark;
		const own = isPerPath ? `${path} ${mark.key}` : mark.key;
		// The sender chose a part of it, which may have 100 KB; its length is no matter here.
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
		// What is too large to keep is handled again: the same question gets the same answer.
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
	/** The stack's path. */
	readonly path: string;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

// --- helpers ---

type Work = () => Promise<Answer>;

type Entry = Accepted | { readonly ended: Promise<void> };

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
function repeated(entry: Accepted, path: string): Answer {
	return {
		reply: entry.path === path ? entry.reply : EMPTY_OK,
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
