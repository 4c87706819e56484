import { randomBytes } from "node:crypto";

/** An item with its number. Its text is written once for all clients. */
export class Entry<T> {
	readonly item: T;
	readonly number: number;
	readonly #write: (item: T, id: string) => string;
	readonly #epoch: string;
	#text: string | undefined;

	constructor(
		item: T,
		{
			epoch,
			number,
			write,
		}: {
			readonly epoch: string;
			readonly number: number;
			readonly write: (item: T, id: string) => string;
		},
	) {
		this.item = item;
		this.number = number;
		this.#epoch = epoch;
		this.#write = write;
	}

	get text(): string {
		this.#text ??= this.#write(this.item, `${this.#epoch}-${this.number}`);
		return this.#text;
	}
}

/** The items that a client missed. `skipped` is undefined if their number is not known. */
export interface Missed<T> {
	readonly entries: readonly Entry<T>[];
	readonly skipped: number | undefined;
}

/** The latest items. Their ids have the number of the span without a gap, so that ids of another span are recognized. */
export class History<T> {
	readonly #kept: number;
	readonly #keptBytes: number;
	readonly #sizeOf: (item: T) => number;
	readonly #write: (item: T, id: string) => string;
	#entries: Entry<T>[] = [];
	#bytes = 0;
	#next = 1;
	#epoch = newEpoch();

	/** @param keptBytes the size of all kept items by `sizeOf` */
	constructor({
		kept,
		keptBytes,
		sizeOf,
		write,
	}: {
		readonly kept: number;
		readonly keptBytes: number;
		readonly sizeOf: (item: T) => number;
		readonly write: (item: T, id: string) => string;
	}) {
		this.#kept = kept;
		this.#keptBytes = keptBytes;
		this.#sizeOf = sizeOf;
		this.#write = write;
	}

	add(item: T): Entry<T> {
		const entry = new Entry(item, {
			epoch: this.#epoch,
			number: this.#next++,
			write: this.#write,
		});
		this.#entries.push(entry);
		this.#bytes += this.#sizeOf(item);
		// Trimmed in blocks, because `shift` would move all of them for each event.
		if (this.#entries.length >= 2 * this.#kept) this.#trim(this.#kept);
		while (this.#bytes > this.#keptBytes)
			this.#trim(Math.floor(this.#entries.length / 2));
		return entry;
	}

	/** Counts items that are not kept. */
	skip(count = 1): void {
		this.#next += count;
	}

	since(lastId: string | undefined): Missed<T> {
		if (lastId === undefined) return { entries: [], skipped: 0 };
		const [epoch, digits = ""] = lastId.split("-");
		const number = Number(digits);
		if (epoch !== this.#epoch || !/^\d{1,15}$/.test(digits))
			return { entries: [], skipped: undefined };
		const entries = this.#entries
			.slice(-this.#kept)
			.filter((entry) => entry.number > number);
		const passed = this.#next - 1 - number;
		return { entries, skipped: Math.max(0, passed - entries.length) };
	}

	restart(): void {
		this.#entries = [];
		this.#bytes = 0;
		this.#epoch = newEpoch();
	}

	#trim(left: number): void {
		const gone = this.#entries.splice(0, this.#entries.length - left);
		for (const { item } of gone) this.#bytes -= this.#sizeOf(item);
	}
}

// --- helpers ---

function newEpoch(): string {
	return randomBytes(6).toString("hex");
}
