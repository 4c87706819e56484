import type { ExportedDelivery } from "../port/delivery.ts";
import type { NewDelivery, Receipt } from "../port/queue.ts";
import type { InboxStore } from "../port/store.ts";
import { fromSpooled } from "./packing.ts";

/** Hears of the shipping. None of these may throw. */
export interface ShippingListener {
	/** The first event is in the spool. */
	onBegin(): void;
	/** The spool is empty again. */
	onEnd(shipped: Shipped): void;
	/** The database refuses an event for good. It stays in the file. */
	onRefused(event: Pick<NewDelivery, "id" | "route">, error: unknown): void;
	/** The spool itself fails. Called once until it works again. */
	onFault(error: unknown): void;
}

/** The counts from the first event in the spool until it is empty. */
export interface Shipped {
	readonly shipped: number;
	readonly duplicates: number;
	readonly refused: number;
	readonly ms: number;
}

/** The parts of a shipper. */
export interface ShipperOptions {
	/** The file. No other code takes events out of it. */
	readonly spool: InboxStore;
	/** Puts a batch into the database. A delivery with a known id changes nothing. */
	readonly ship: (batch: readonly NewDelivery[]) => Promise<readonly Receipt[]>;
	/** Returns true if the database refuses the events themselves, and not because it is away. */
	readonly isOfEvents: (error: unknown) => boolean;
	readonly listener: ShippingListener;
	/** Milliseconds since the epoch. */
	readonly clock: () => number;
}

/** Puts the events of the spool into the database, oldest first. Each stays in the file until the database has it. */
export class Shipper {
	readonly totals = { shipped: 0, duplicates: 0, refused: 0 };
	readonly #options: ShipperOptions;
	/** Since when the spool is not empty. Undefined while it is empty. */
	#begun: { readonly at: number; readonly totals: Totals } | undefined;
	#oldestAt: number | undefined;
	#running: Promise<void> | undefined;
	#isStopped = false;
	#isFaulty = false;
	#endWait = () => {};

	constructor(options: ShipperOptions) {
		this.#options = options;
	}

	/** The arrival of the oldest event in the spool. Undefined if it is empty. */
	get oldestAt(): number | undefined {
		return this.#oldestAt;
	}

	/** Announces that the spool may have events, or that the database is back. */
	wake(): void {
		this.#endWait();
		if (this.#isStopped || this.#options.spool.backlog() === 0) return;
		this.#running ??= this.#run();
	}

	/** Stops after the batch that is under way. */
	async stop(): Promise<void> {
		this.#isStopped = true;
		this.#endWait();
		await this.#running;
	}

	async #run(): Promise<void> {
		const { spool } = this.#options;
		let waitMs = FIRST_WAIT_MS;
		let batches = 0;
		while (!this.#isStopped && spool.backlog() > 0) {
			this.#begin();
			const isMoved = await this.#shipNext();
			waitMs = isMoved ? FIRST_WAIT_MS : Math.min(waitMs * 2, LAST_WAIT_MS);
			if (!isMoved) await this.#wait(waitMs);
			else if (++batches % BATCHES_A_MEASURE === 0) await measure(spool);
		}
		if (batches > 0 && !this.#isStopped) await this.#clean();
		this.#running = undefined;
		// An event may have come while the file was cleaned.
		if (this.#isStopped) return;
		if (spool.backlog() > 0) this.wake();
		else this.#end();
	}

	/** Ships the next batch. Returns false if nothing could be shipped. */
	async #shipNext(): Promise<boolean> {
		const { spool } = this.#options;
		let events: readonly ExportedDelivery[];
		try {
			events = await readHead(spool);
		} catch (error) {
			this.#fail(error);
			return false;
		}
		if (events.length === 0) return false;
		this.#oldestAt = events[0]?.receivedAt;
		const done: string[] = [];
		let isAway = false;
		for (let at = 0; at < events.length && !isAway; at += ROWS) {
			const part = events.slice(at, at + ROWS);
			isAway = !(await this.#shipPart(part, done));
		}
		if (done.length === 0) return false;
		try {
			// A kill before this ships them again, and the database knows their ids.
			await spool.drop({ ids: done });
			this.#isFaulty = false;
		} catch (error) {
			this.#fail(error);
			return false;
		}
		return !isAway;
	}

	/** Ships some events together, or one by one if the database refuses one of them. Returns false if it is away. */
	async #shipPart(
		events: readonly ExportedDelivery[],
		done: string[],
	): Promise<boolean> {
		const { ship, isOfEvents, clock } = this.#options;
		try {
			const now = clock();
			const batch = events.map((event) => fromSpooled(event, now));
			const receipts = await ship(batch);
			receipts.forEach(({ id, isDuplicate }, at) => {
				this.totals.shipped += 1;
				if (isDuplicate && id !== batch[at]?.id) this.totals.duplicates += 1;
			});
			for (const { id } of events) done.push(id);
			return true;
		} catch (error) {
			if (!isOfEvents(error)) return false;
			const [only] = events as readonly [ExportedDelivery];
			if (events.length === 1) return this.#setAside(only, error, done);
			for (const event of events)
				if (!(await this.#shipPart([event], done))) return false;
			return true;
		}
	}

	/** Leaves a refused event in the file as a dead one, so that the others behind it are shipped. */
	async #setAside(
		event: ExportedDelivery,
		error: unknown,
		done: string[],
	): Promise<boolean> {
		const { spool, listener } = this.#options;
		const reason = error instanceof Error ? error.message : String(error);
		try {
			await spool.put([
				{
					...{ route: event.route, kind: event.kind, reason, state: "dead" },
					id: `${event.id}${REFUSED}`,
					receivedAt: event.receivedAt,
					dedupeKey: undefined,
					orderKey: undefined,
					envelope: event.envelope,
					body: event.body ?? new Uint8Array(),
				},
			]);
		} catch (fault) {
			this.#fail(fault);
			return false;
		}
		this.totals.refused += 1;
		listener.onRefused(event, error);
		done.push(event.id);
		return true;
	}

	#begin(): void {
		if (this.#begun !== undefined) return;
		this.#begun = { at: this.#options.clock(), totals: { ...this.totals } };
		this.#options.listener.onBegin();
	}

	#end(): void {
		const { clock, listener } = this.#options;
		this.#oldestAt = undefined;
		if (this.#begun === undefined) return;
		const { at, totals } = this.#begun;
		this.#begun = undefined;
		listener.onEnd({
			shipped: this.totals.shipped - totals.shipped,
			duplicates: this.totals.duplicates - totals.duplicates,
			refused: this.totals.refused - totals.refused,
			ms: clock() - at,
		});
	}

	/** Gives the room of shipped events back, and overwrites what they leave in the file. */
	async #clean(): Promise<void> {
		try {
			await measure(this.#options.spool);
			await this.#options.spool.scrub();
		} catch (error) {
			this.#fail(error);
		}
	}

	#fail(error: unknown): void {
		if (!this.#isFaulty) this.#options.listener.onFault(error);
		this.#isFaulty = true;
	}

	#wait(ms: number): Promise<void> {
		return new Promise((done) => {
			const timer = setTimeout(done, ms).unref();
			this.#endWait = () => {
				clearTimeout(timer);
				done();
			};
		});
	}
}

// --- helpers ---

type Totals = Shipper["totals"];

/** The events of one look into the file. Their removal is one sync of the disk. */
const HEAD_ROWS = 512;
const HEAD_BYTES = 8 * 1024 * 1024;

/** The events of one statement. */
const ROWS = 128;

/** After so many looks the room that was freed is counted. */
const BATCHES_A_MEASURE = 8;

const FIRST_WAIT_MS = 50;
const LAST_WAIT_MS = 1000;

/** The end of the id of a refused event, so that it differs from the id in the spool. */
const REFUSED = ":refused";

async function readHead(
	spool: InboxStore,
): Promise<readonly ExportedDelivery[]> {
	const events: ExportedDelivery[] = [];
	let bytes = 0;
	for await (const event of spool.export({ states: ["received"] })) {
		events.push(event);
		bytes += event.sizeBytes;
		if (events.length >= HEAD_ROWS || bytes >= HEAD_BYTES) break;
	}
	return events;
}

/** Counts the room of the file. Removes nothing, because everything is kept forever. */
async function measure(spool: InboxStore): Promise<void> {
	await spool.prune({
		deliveredMs: Number.MAX_SAFE_INTEGER,
		deadMs: Number.MAX_SAFE_INTEGER,
		bodyMs: undefined,
		max: 0,
	});
}
