import { HookError } from "../../errors.ts";
import type {
	ContentPage,
	DeliveryFilter,
	DeliveryRow,
	Selection,
} from "../port/delivery.ts";
import type { HistoryTotal } from "../port/history.ts";
import type { NewDelivery, Receipt, Settlement } from "../port/queue.ts";
import type { InboxStore } from "../port/store.ts";
import { type Count, sumCounts } from "../sql/counts.ts";
import type { Portion, Progress } from "./desk/command.ts";
import { sizeOf } from "./file.ts";
import type { Session } from "./thread/client.ts";
import { createRedaction } from "./thread/redaction.ts";
import { WHOLE, type Whole } from "./thread/wire.ts";

/** The differences between the inbox of a session and an inbox on disk. */
export interface StoreTraits {
	/** Default `sqlite`. */
	readonly engine?: InboxStore["engine"];
	/** Returns its size in bytes. Default: the file and its log. */
	readonly sizeBytes?: () => number;
	/** Milliseconds that a put waits for the disk, default 5000. */
	readonly putLimitMs?: number | undefined;
}

/**
 * Creates the inbox of an SQLite file from the session with its thread: the event loop never waits for the disk. A call that
 * reads or changes many rows is split into parts, and the thread does other work between them.
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
		onPauses: (listener) => session.listenForPauses(listener),
		backlog: () => session.fill.unfinished,
		fill: (route) => session.fill.of(route),
		replay: (selection, note) =>
			inBites(selection, (portion) => session.ask("replay", [portion, note])),
		drop: (selection, note) =>
			inBites(selection, (portion) => session.ask("drop", [portion, note])),
		// The thread takes the time after the arguments, so that none may be missing.
		release: (id, as, note) => whole.release(id, as, note),
		...createRedaction(session, sizeBytes),
		readTotals: (from) => readTotals(session, from),
		scan: (filter, after) => scan(session, filter, after),
		async list(filter, { after, max }) {
			const found: (DeliveryRow & { readonly seq: number })[] = [];
			let from = after === undefined ? undefined : Number(after);
			do {
				// One more than requested shows whether there is another page.
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
 * Collects puts. All puts of one turn of the event loop, and all that arrive while a batch is running, are combined and made
 * durable by one sync of the disk.
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

	/** Takes as many as fit, at least one. */
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
 * Limits how long a put waits for a disk that does not answer. A late put is refused, although it may still be stored. Until
 * the thread answers again, further puts are refused at once, so that nothing accumulates in memory.
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
	 * Runs a put. Rejects with its error, and with INBOX_UNAVAILABLE if it is late or was not started.
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
			// Waits for the next messages first: if the event loop was blocked, the answer may already be there.
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

async function scan(
	session: Session,
	filter: DeliveryFilter,
	after: string | undefined,
): Promise<ContentPage> {
	const from = after === undefined ? undefined : Number(after);
	const { found, next } = await session.ask("scan", [filter, from]);
	return { rows: found, next: next === undefined ? undefined : `${next}` };
}

/** Adds up the history in short reads. */
async function readTotals(
	session: Session,
	from: number,
): Promise<readonly HistoryTotal[]> {
	const totals: HistoryTotal[] = [];
	let after: string | undefined;
	do {
		const { found, next } = await session.ask("totals", [from, after]);
		totals.push(...found);
		after = next;
	} while (after !== undefined);
	return totals;
}

/** Passes each of these methods to the thread unchanged. */
function askWhole(session: Session): Whole {
	const methods = WHOLE.map((name) => [
		name,
		(...args: never) => session.ask(name, args),
	]);
	// Lists each name, because a loop would lose the signatures of the port.
	return Object.fromEntries(methods) as Whole;
}

/** Returns the leases of a put that was refused, because no worker has them. */
function giveBack(store: Whole, receipts: readonly Receipt[]): void {
	const settlements = receipts
		.filter(({ isLeased }) => isLeased)
		.map(({ id }) => ({ ...UNTRIED, lease: { id, attempt: 1 } }));
	// If that fails too, the lease expires.
	if (settlements.length > 0) store.settle(settlements).catch(() => {});
}

/** Runs a command over many deliveries in short transactions. */
async function inBites(
	selection: Selection,
	run: (portion: Portion) => Promise<Progress>,
): Promise<number> {
	let count = 0;
	if ("ids" in selection) {
		for (let at = 0; at < selection.ids.length; at += BITE) {
			const ids = selection.ids.slice(at, at + BITE);
			count += (await run({ ids })).count;
		}
		return count;
	}
	const { filter, max } = selection;
	let from: number | undefined;
	do {
		const bite = Math.min(BITE, max - count);
		if (bite <= 0) break;
		const portion: Portion = { filter, from, max: bite };
		const done = await run(portion);
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

/** A larger batch would make its first put wait longer than a sync of the disk. */
const MAX_DELIVERIES = 512;
const MAX_BYTES = 4 * 1024 * 1024;
