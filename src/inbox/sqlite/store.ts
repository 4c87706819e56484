import type {
	DeliveryDetail,
	DeliveryFilter,
	DeliveryPage,
	DeliveryRow,
	ExportedDelivery,
	InboxStats,
	PruneRules,
	Selection,
} from "../port/delivery.ts";
import type { Released } from "../port/desk.ts";
import type {
	Fill,
	Lease,
	LeaseAsk,
	NewDelivery,
	Receipt,
	Settlement,
} from "../port/queue.ts";
import type { StateWrite } from "../port/state.ts";
import type { InboxStore } from "../port/store.ts";
import type { Portion } from "./command.ts";
import type { ValueOf } from "./link.ts";
import { sizeOf } from "./open-file.ts";
import { PutLimit } from "./put-limit.ts";
import { PutQueue } from "./put-queue.ts";
import type { Session } from "./session.ts";
import { mergeCounts } from "./stats.ts";
import { packDeliveries, packSettlements, unpackLeases } from "./wire.ts";

/**
 * The inbox in an SQLite file, all of whose work is done by a thread of its own: the event loop never waits for the disk. What looks
 * at many rows, or changes many, does so in bites, between which the thread does what else it was asked for.
 */
export class SqliteStore implements InboxStore {
	readonly engine = "sqlite";
	readonly isShared = false;
	readonly #session: Session;
	readonly #limit: PutLimit;
	readonly #puts = new PutQueue((batch) =>
		this.#limit.run(
			() => this.#put(batch),
			(receipts) => this.#giveBack(receipts),
		),
	);
	#closed: Promise<void> | undefined;

	/** @param putLimitMs milliseconds that a put waits for the disk, default 5000 */
	constructor(session: Session, putLimitMs?: number) {
		this.#session = session;
		this.#limit = new PutLimit({ file: session.file, limitMs: putLimitMs });
	}

	put(batch: readonly NewDelivery[]): Promise<readonly Receipt[]> {
		return batch.length === 0 ? Promise.resolve([]) : this.#puts.put(batch);
	}

	async lease(
		asks: readonly LeaseAsk[],
		leaseMs: number,
	): Promise<readonly Lease[]> {
		return unpackLeases(await this.#session.ask("lease", [asks, leaseMs]));
	}

	extend(
		leases: readonly Pick<Lease, "id" | "attempt">[],
		leaseMs: number,
	): Promise<readonly string[]> {
		// A lease carries its body, which stays here.
		const bare = leases.map(({ id, attempt }) => ({ id, attempt }));
		return this.#session.ask("extend", [bare, leaseMs]);
	}

	settle(settlements: readonly Settlement[]): Promise<readonly boolean[]> {
		return this.#session.ask("settle", [packSettlements(settlements)]);
	}

	due(): Promise<readonly { readonly route: string; readonly inMs: number }[]> {
		return this.#session.ask("due", []);
	}

	onWork(listener: (routes: readonly string[]) => void): () => void {
		return this.#session.listen(listener);
	}

	backlog(): number {
		return this.#session.fill.unfinished;
	}

	fill(route: string): Fill {
		return this.#session.fill.of(route);
	}

	readState(plugin: string, key: string): Promise<string | undefined> {
		return this.#session.ask("readState", [plugin, key]);
	}

	listState(
		plugin: string,
		prefix: string,
		max: number,
	): Promise<readonly { readonly key: string; readonly value: string }[]> {
		return this.#session.ask("listState", [plugin, prefix, max]);
	}

	writeState(writes: readonly StateWrite[]): Promise<void> {
		return this.#session.ask("writeState", [writes]);
	}

	get(id: string): Promise<DeliveryDetail | undefined> {
		return this.#session.ask("get", [id]);
	}

	async list(
		filter: DeliveryFilter,
		{ after, max }: { readonly after?: string; readonly max: number },
	): Promise<DeliveryPage> {
		const found: (DeliveryRow & { readonly seq: number })[] = [];
		let from = after === undefined ? undefined : Number(after);
		do {
			// One more than was asked for tells whether there is another page.
			const wanted = max + 1 - found.length;
			const bite = await this.#session.ask("list", [filter, from, wanted]);
			found.push(...bite.found);
			from = bite.next;
		} while (from !== undefined && found.length <= max);
		const shown = found.slice(0, max);
		return {
			rows: shown.map(({ seq: _, ...row }) => row),
			next: found.length > max ? `${shown.at(-1)?.seq}` : undefined,
		};
	}

	replay(selection: Selection): Promise<number> {
		return this.#inBites("replay", selection);
	}

	drop(selection: Selection): Promise<number> {
		return this.#inBites("drop", selection);
	}

	release(id: string, as: Released): Promise<boolean> {
		return this.#session.ask("release", [id, as]);
	}

	async stats(): Promise<InboxStats> {
		const counts: ValueOf<"count">["found"][] = [];
		let from: number | undefined;
		do {
			const bite = await this.#session.ask("count", [from]);
			counts.push(bite.found);
			from = bite.next;
		} while (from !== undefined);
		return {
			...mergeCounts(counts.flat()),
			sizeBytes: sizeOf(this.#session.file),
			quarantine: await this.#session.ask("quarantine", []),
		};
	}

	prune(rules: PruneRules): Promise<number> {
		return this.#session.ask("prune", [rules]);
	}

	async *export(filter: DeliveryFilter): AsyncGenerator<ExportedDelivery> {
		let from: number | undefined;
		do {
			const bite = await this.#session.ask("export", [filter, from]);
			yield* bite.found;
			from = bite.next;
		} while (from !== undefined);
	}

	import(batch: readonly ExportedDelivery[]): Promise<number> {
		return batch.length === 0
			? Promise.resolve(0)
			: this.#session.ask("import", [batch]);
	}

	close(): Promise<void> {
		this.#closed ??= this.#puts.drain().then(() => this.#session.close());
		return this.#closed;
	}

	async #put(batch: readonly NewDelivery[]): Promise<readonly Receipt[]> {
		const packed = packDeliveries(batch);
		const said = await this.#session.ask(
			"put",
			[packed],
			[packed.bodies.buffer],
		);
		const leased = new Set(said.leased);
		const receipts = batch.map(
			({ id }, at): Receipt =>
				leased.has(at)
					? { id, isDuplicate: false, isLeased: true }
					: { id, isDuplicate: false },
		);
		for (const [at, id] of said.duplicates)
			receipts[at] = { id, isDuplicate: true };
		return receipts;
	}

	/** What was leased although its put was refused: nobody here knows of it. */
	#giveBack(receipts: readonly Receipt[]): void {
		const settlements = receipts
			.filter(({ isLeased }) => isLeased)
			.map(({ id }) => ({ ...UNTRIED, lease: { id, attempt: 1 } }));
		// Where that fails too, its lease runs out.
		if (settlements.length > 0) this.settle(settlements).catch(() => {});
	}

	/** A command over many, in transactions that hold nobody up. */
	async #inBites(
		name: "replay" | "drop",
		selection: Selection,
	): Promise<number> {
		let count = 0;
		if ("ids" in selection) {
			for (let at = 0; at < selection.ids.length; at += BITE) {
				const ids = selection.ids.slice(at, at + BITE);
				count += (await this.#session.ask(name, [{ ids }])).count;
			}
			return count;
		}
		const { filter, max } = selection;
		let from: number | undefined;
		while (count < max) {
			const portion: Portion = {
				filter,
				from,
				max: Math.min(BITE, max - count),
			};
			const done = await this.#session.ask(name, [portion]);
			count += done.count;
			from = done.next;
			if (from === undefined) break;
		}
		return count;
	}
}

// --- helpers ---

/** Deliveries of one transaction of a command: a few milliseconds. */
const BITE = 500;

const UNTRIED: Omit<Settlement, "lease"> = {
	verdict: { as: "returned" },
	startedAt: 0,
	durationMs: 0,
	writes: [],
	events: [],
};
