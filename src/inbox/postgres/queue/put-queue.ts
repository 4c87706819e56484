import { HookError } from "../../../errors.ts";
import type { NewDelivery, Receipt } from "../../port/queue.ts";
import { isOfEvents, isPassing } from "../connect/faults.ts";

/** Writes deliveries. `isRepeated` returns true for an id that an earlier attempt may have put. */
export type WritePuts = (
	batch: readonly NewDelivery[],
	isRepeated: (id: string) => boolean,
) => Promise<readonly Receipt[]>;

/** The time limit of a put, in milliseconds. */
export interface PutPatience {
	/** While the database answers. The platform waits for a few seconds. */
	readonly firstMs: number;
	/** While the database is unavailable: senders get a quick answer, and little accumulates. */
	readonly awayMs: number;
	/**
	 * True if all puts fail together when one of them is out of time, in their order: the caller keeps them elsewhere, and a later
	 * one MUST NOT overtake an earlier one. Default false.
	 */
	readonly isShared?: boolean;
}

/**
 * Queues puts: writes one batch at a time, and all puts that arrive meanwhile share the next one. A batch that a broken
 * connection left uncertain is repeated with the same ids, and finds its own rows.
 */
export class PutQueue {
	readonly #write: WritePuts;
	readonly #patience: PutPatience;
	#waiting: Entry[] = [];
	/** The entries of the write that is under way. */
	#written: readonly Entry[] = [];
	#isWriting = false;
	#isAway = false;
	#idle: (() => void)[] = [];

	constructor(write: WritePuts, patience: PutPatience) {
		this.#write = write;
		this.#patience = patience;
	}

	/**
	 * Rejects with INBOX_UNAVAILABLE at the time limit, or at once if the database refuses the batch.
	 *
	 * @param limitMs the time limit in milliseconds. Default: the one of the queue
	 */
	put(
		batch: readonly NewDelivery[],
		limitMs: number = this.#isAway
			? this.#patience.awayMs
			: this.#patience.firstMs,
	): Promise<readonly Receipt[]> {
		if (batch.length === 0) return Promise.resolve([]);
		return new Promise((resolve, reject) => {
			const entry: Entry = {
				batch,
				isRepeated: false,
				isAlone: false,
				isOver: false,
				fault: undefined,
				resolve,
				reject,
				timer: setTimeout(() => {
					if (this.#patience.isShared) this.giveUp();
					else expire(entry);
				}, limitMs),
			};
			this.#waiting.push(entry);
			void this.#drain();
		});
	}

	/** Rejects all puts without an answer, in their order. Those of a running write may still be stored. */
	giveUp(fault?: unknown): void {
		for (const entry of [...this.#written, ...this.#waiting]) {
			entry.fault ??= fault;
			expire(entry);
		}
	}

	/** Resolves when no write is under way. */
	async settled(): Promise<void> {
		if (!this.#isWriting) return;
		await new Promise<void>((resolve) => this.#idle.push(resolve));
	}

	async #drain(): Promise<void> {
		if (this.#isWriting) return;
		this.#isWriting = true;
		for (let tries = 0; ; ) {
			this.#waiting = this.#waiting.filter(({ isOver }) => !isOver);
			const group = this.#take();
			if (group.length === 0) break;
			this.#written = group;
			const fault = await this.#try(group);
			this.#written = [];
			this.#isAway = fault !== undefined;
			if (fault === undefined) tries = 0;
			else await pause(Math.min(FIRST_PAUSE_MS * 2 ** tries++, MAX_PAUSE_MS));
		}
		this.#isWriting = false;
		for (const resolve of this.#idle.splice(0)) resolve();
	}

	/** Takes the next entries, in order, up to a size. An entry that may have caused a batch to fail goes alone. */
	#take(): Entry[] {
		let rows = 0;
		let bytes = 0;
		let count = 0;
		for (const { batch, isAlone } of this.#waiting) {
			rows += batch.length;
			for (const { body } of batch) bytes += body.byteLength;
			if (count > 0 && (rows > MAX_ROWS || bytes > MAX_BYTES || isAlone)) break;
			count += 1;
			if (isAlone) break;
		}
		return this.#waiting.splice(0, count);
	}

	/** Writes a group. Returns the error if it must be retried. Otherwise every entry has its result. */
	async #try(group: readonly Entry[]): Promise<unknown> {
		const repeated = new Set(
			group.flatMap(({ isRepeated, batch }) =>
				isRepeated ? batch.map(({ id }) => id) : [],
			),
		);
		try {
			const receipts = await this.#write(
				group.flatMap(({ batch }) => batch),
				(id) => repeated.has(id),
			);
			let from = 0;
			for (const entry of group) {
				const to = from + entry.batch.length;
				finish(entry, () => entry.resolve(receipts.slice(from, to)));
				from = to;
			}
			return undefined;
		} catch (error) {
			const isAgain = isPassing(error);
			if (this.#patience.isShared && !isAgain && !isOfEvents(error)) {
				// Such as a full disk: it would refuse the others too, and they go where this group goes.
				this.giveUp(error);
				return undefined;
			}
			if (!isAgain && group.length === 1) {
				const [entry] = group as readonly [Entry];
				finish(entry, () => entry.reject(error));
				return undefined;
			}
			for (const entry of group) {
				entry.fault = error;
				entry.isRepeated ||= isAgain;
				// One event that the database refuses must not fail the others.
				entry.isAlone ||= !isAgain;
			}
			this.#waiting.unshift(...group);
			return isAgain ? error : undefined;
		}
	}
}

// --- helpers ---

interface Entry {
	readonly batch: readonly NewDelivery[];
	isRepeated: boolean;
	isAlone: boolean;
	/** True once it was answered. */
	isOver: boolean;
	fault: unknown;
	readonly resolve: (receipts: readonly Receipt[]) => void;
	readonly reject: (error: unknown) => void;
	readonly timer: NodeJS.Timeout;
}

/** Limits the size of one statement, and the number of its locks. */
const MAX_ROWS = 128;
const MAX_BYTES = 4_000_000;
const FIRST_PAUSE_MS = 25;
const MAX_PAUSE_MS = 400;

function expire(entry: Entry): void {
	finish(entry, () =>
		entry.reject(
			entry.fault ??
				new HookError(
					"INBOX_UNAVAILABLE",
					"PostgreSQL: no answer within the time that a sender waits",
				),
		),
	);
}

function finish(entry: Entry, answer: () => void): void {
	if (entry.isOver) return;
	entry.isOver = true;
	clearTimeout(entry.timer);
	answer();
}

/** Waits with jitter, so that routers that lost the same server do not reconnect at the same moment. */
function pause(ms: number): Promise<void> {
	return new Promise((done) => setTimeout(done, ms * (0.5 + Math.random())));
}
