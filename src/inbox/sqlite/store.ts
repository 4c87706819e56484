import { HookError } from "../../errors.ts";
import type { DeliveryRow, Selection } from "../port/delivery.ts";
import type { NewDelivery, Receipt, Settlement } from "../port/queue.ts";
import type { InboxStore } from "../port/store.ts";
import { type Count, sumCounts } from "../sql/counts.ts";
import type { Session } from "./client.ts";
import type { Portion } from "./command.ts";
import { sizeOf } from "./file.ts";
import { WHOLE, type Whole } from "./wire.ts";

/** How the inbox of a session differs from that of a file on disk. */
export interface StoreTraits {
	/** Default `sqlite`. */
	readonly engine?: InboxStore["engine"];
	/** Bytes that it takes; default those of the file and its log. */
	readonly sizeBytes?: () => number;
	/** Milliseconds that a put waits for the disk, default 5000. */
	readonly putLimitMs?: number | undefined;
}

/**
 * Makes the inbox of an SQLite file out of the conversation with its thread: the event loop never waits for the disk. A call that
 * reads or changes many rows is done in bites, and the thread does other work between them.
 */
export function createStore(
	session: Session,
	{
		engine = "sqlite",
		sizeBytes = () => sizeOf(session.file),
		putLimitMs,
	}: StoreTraits = {},
): InboxStore {
	const whole = askWhole(session);
	const limit = new PutLimit({ file: session.file, limitMs: putLimitMs });
	const puts = new PutQueue((batch) =>
		limit.run(
			() => whole.put(batch),
			(receipts) => giveBack(whole, receipts),
		),
	);
	let closed: Promise<void> | undefined;
	return {
		...whole,
		engine,
		isShared: false,
		put: (batch) =>
			batch.length === 0 ? Promise.resolve([]) : puts.put(batch),
		onWork: (listener) => session.listen(listener),
		backlog: () => session.fill.unfinished,
		fill: (route) => session.fill.of(route),
		replay: (selection) => inBites(session, "replay", selection),
		drop: (selection) => inBites(session, "drop", selection),
		async list(filter, { after, max }) {
			const found: (DeliveryRow & { readonly seq: number })[] = [];
			let from = after === undefined ? undefined : Number(after);
			do {
				// One more than was asked for tells whether there is another page.
				const wanted = max + 1 - found.length;
				const bite = await session.ask("list", [filter, from, wanted]);
				found.push(...bite.found);
				from = bite.next;
			} while (from !== undefined && found.length <= max);
			const shown = found.slice(0, max);
			return {
				rows: shown.map(({ seq: _, ...row }) => row),
				next: found.length > max ? `${shown.at(-1)?.seq}` : undefined,
			};
		},
		async stats() {
			const counts: Count[] = [];
			let from: number | undefined;
			do {
				const bite = await session.ask("count", [from]);
				counts.push(...bite.found);
				from = bite.next;
			} while (from !== undefined);
			return {
				...sumCounts(counts),
				sizeBytes: sizeBytes(),
				quarantine: await session.ask("quarantine", []),
			};
		},
		async *export(filter) {
			let from: number | undefined;
			do {
				const bite = await session.ask("export", [filter, from]);
				yield* bite.found;
				from = bite.next;
			} while (from !== undefined);
		},
		close() {
			closed ??= puts.drain().then(() => session.close());
			return closed;
		},
	};
}

/**
 * Gathers puts. All of one turn of the event loop, and all that come while a batch is on its way, go together and are made durable by
 * one sync of the disk.
 */
export class PutQueue {
	readonly #send: (
		batch: readonly NewDelivery[],
	) => Promise<readonly Receipt[]>;
	#waiting: Put[] = [];
	#run: Promise<void> | undefined;

	constructor(
		send: (batch: readonly NewDelivery[]) => Promise<readonly Receipt[]>,
	) {
		this.#send = send;
	}

	/** Resolves with the receipts of this batch alone. */
	put(batch: readonly NewDelivery[]): Promise<readonly Receipt[]> {
		return new Promise((resolve, reject) => {
			this.#waiting.push({ batch, resolve, reject });
			this.#run ??= this.#sendAll();
		});
	}

	/** Resolves when every put is on disk or refused. */
	async drain(): Promise<void> {
		await this.#run;
	}

	async #sendAll(): Promise<void> {
		await new Promise((resolve) => setImmediate(resolve));
		while (this.#waiting.length > 0) await this.#sendNext();
		this.#run = undefined;
	}

	async #sendNext(): Promise<void> {
		const puts = this.#takeNext();
		// Not `flatMap`, which is slow where each put is of one delivery.
		const batch: NewDelivery[] = [];
		for (const put of puts) for (const one of put.batch) batch.push(one);
		try {
			const receipts = await this.#send(batch);
			let start = 0;
			for (const put of puts) {
				const end = start + put.batch.length;
				put.resolve(receipts.slice(start, end));
				start = end;
			}
		} catch (error) {
			for (const { reject } of puts) reject(error);
		}
	}

	/** As many as fit, at least one. */
	#takeNext(): readonly Put[] {
		let count = 0;
		let bytes = 0;
		let puts = 0;
		for (const { batch } of this.#waiting) {
			if (count >= MAX_DELIVERIES || bytes >= MAX_BYTES) break;
			puts++;
			count += batch.length;
			for (const { body } of batch) bytes += body.byteLength;
		}
		return this.#waiting.splice(0, puts);
	}
}

/** The options of a limit. */
export interface PutLimitOptions {
	/** Absolute path of the inbox, for the messages. */
	readonly file: string;
	/** Milliseconds that a put waits for its answer; default 5000. */
	readonly limitMs?: number | undefined;
}

/**
 * Bounds how long a put waits for a disk that does not answer. A late put is refused, although it may still be kept. Until the thread
 * answers again, each further put is refused at once, so that nothing piles up in memory.
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
	 * @param onLate called with the result of work that ended after it was refused
	 */
	run<T>(work: () => Promise<T>, onLate: (result: T) => void): Promise<T> {
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
				(result) => {
					end();
					if (isRefused) onLate(result);
					else resolve(result);
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

// --- helpers ---

/** Has the thread asked for each of these methods as it is. */
function askWhole(session: Session): Whole {
	const methods = WHOLE.map((name) => [
		name,
		(...args: never) => session.ask(name, args),
	]);
	// Each name keeps the signature of the port, which a loop over names loses.
	return Object.fromEntries(methods) as Whole;
}

/** Gives back what was leased although its put was refused: nobody here knows of it. */
function giveBack(store: Whole, receipts: readonly Receipt[]): void {
	const settlements = receipts
		.filter(({ isLeased }) => isLeased)
		.map(({ id }) => ({ ...UNTRIED, lease: { id, attempt: 1 } }));
	// Where that fails too, its lease runs out.
	if (settlements.length > 0) store.settle(settlements).catch(() => {});
}

/** Has a command over many done, in transactions that hold nobody up. */
async function inBites(
	session: Session,
	name: "replay" | "drop",
	selection: Selection,
): Promise<number> {
	let count = 0;
	if ("ids" in selection) {
		for (let at = 0; at < selection.ids.length; at += BITE) {
			const ids = selection.ids.slice(at, at + BITE);
			count += (await session.ask(name, [{ ids }])).count;
		}
		return count;
	}
	const { filter, max } = selection;
	let from: number | undefined;
	do {
		const bite = Math.min(BITE, max - count);
		if (bite <= 0) break;
		const portion: Portion = { filter, from, max: bite };
		const done = await session.ask(name, [portion]);
		count += done.count;
		from = done.next;
	} while (from !== undefined);
	return count;
}

/** Deliveries of one transaction of a command: a few milliseconds. */
const BITE = 500;

const UNTRIED: Omit<Settlement, "lease"> = {
	verdict: { as: "returned" },
	startedAt: 0,
	durationMs: 0,
	writes: [],
	events: [],
};

interface Put {
	readonly batch: readonly NewDelivery[];
	resolve(receipts: readonly Receipt[]): void;
	reject(error: unknown): void;
}

/** More would make the first of a batch wait longer than a sync of the disk takes. */
const MAX_DELIVERIES = 512;
const MAX_BYTES = 4 * 1024 * 1024;
