import type { NewDelivery, Receipt } from "../port/queue.ts";

/**
 * Gathers what is put: all of one turn of the event loop, and all that comes while a batch is on its way, goes together and is
 * made sure by one sync of the disk.
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

	/** Resolves when all that was put is kept or refused. */
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

// --- helpers ---

interface Put {
	readonly batch: readonly NewDelivery[];
	resolve(receipts: readonly Receipt[]): void;
	reject(error: unknown): void;
}

/** More would make the first of a batch wait longer than a sync of the disk takes. */
const MAX_DELIVERIES = 512;
const MAX_BYTES = 4 * 1024 * 1024;
