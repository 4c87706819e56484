import type { ExportedDelivery, PruneRules } from "../port/delivery.ts";
import type { Released } from "../port/desk.ts";
import type {
	Lease,
	LeaseAsk,
	NewDelivery,
	Receipt,
	Settlement,
} from "../port/queue.ts";
import type { StateWrite } from "../port/state.ts";
import type { Evicted, StoreOptions } from "../port/store.ts";
import { TransientMap } from "../worker/transient-map.ts";
import type { Done, Portion } from "./command.ts";
import type { Sureness } from "./connection.ts";
import { type Database, RESULT, resultCode } from "./driver.ts";
import type { FillReport } from "./fill.ts";
import { extendLeases, type HeldLeases } from "./leases.ts";
import { createParts, type Parts } from "./parts.ts";
import { putAll } from "./put.ts";
import { readNumber } from "./schema.ts";
import type { SeenOptions } from "./seen.ts";
import { Tally } from "./tally.ts";

/** What the core works with. */
export interface CoreOptions {
	/** Opens the file: at the start, and again after a fault of the disk. */
	readonly open: () => Database;
	readonly quarantine: StoreOptions["quarantine"];
	readonly maxBytes?: number | undefined;
	/** True for the one router of the file; others neither lease nor settle. */
	readonly isOwner: boolean;
	/** Milliseconds since the epoch, at the start. */
	readonly now: number;
	/** Places in the order of arrival that one look goes through; default 20 000, some 10 ms. */
	readonly window?: number;
	/** How the index of dedupe keys paces itself. */
	readonly seen?: SeenOptions;
	/** For tests: runs before each commit, with the value of `PRAGMA synchronous` (1 NORMAL, 2 FULL). */
	readonly beforeCommit?: (synchronous: number) => void;
}

/** Routes that may have work, with what was asked for. */
export interface Outcome<T> {
	readonly value: T;
	readonly routes: readonly string[];
}

/**
 * The inbox in one SQLite file, without a thread: every call waits for the disk. It passes no call on to another; times are given by
 * the caller. After a fault of the disk it opens the file anew at the next call.
 */
export class SqliteCore {
	readonly #options: CoreOptions;
	readonly #held: HeldLeases = new TransientMap();
	readonly #tally = new Tally();
	#parts: Parts | undefined;
	#dataVersion = 0;
	#polled: Parts | undefined;
	#evicted: readonly Evicted[] = [];

	/** Throws what `open` throws. */
	constructor(options: CoreOptions) {
		this.#options = options;
		this.#open(options.now);
	}

	/** How full it is; of the routes, those that changed since the last call. */
	reportFill(): FillReport {
		return this.#tally.report();
	}

	/** What gave way in quarantine since the last call. */
	takeEvicted(): readonly Evicted[] {
		const evicted = this.#evicted;
		if (evicted.length > 0) this.#evicted = [];
		return evicted;
	}

	put(batch: readonly NewDelivery[], now: number): Outcome<readonly Receipt[]> {
		const put = this.#write("full", now, (parts) => putAll(parts, batch, now));
		const { receipts, routes, held, evicted } = put;
		this.#note(evicted);
		for (const [id, lease] of held) this.#held.set(id, lease);
		return { value: receipts, routes: [...routes] };
	}

	lease(
		asks: readonly LeaseAsk[],
		leaseMs: number,
		now: number,
	): readonly Lease[] {
		this.#needOwner();
		const { leases, held, lost } = this.#write("normal", now, (parts) =>
			parts.leases.take(asks, leaseMs, now),
		);
		for (const id of lost) this.#held.delete(id);
		for (const [id, lease] of held) this.#held.set(id, lease);
		return leases;
	}

	extend(
		leases: readonly Pick<Lease, "id" | "attempt">[],
		leaseMs: number,
		now: number,
	): readonly string[] {
		this.#needOwner();
		return extendLeases(this.#held, leases, now + leaseMs);
	}

	settle(
		settlements: readonly Settlement[],
		now: number,
	): Outcome<readonly boolean[]> {
		this.#needOwner();
		// Lost in a power cut, a settlement is lost whole: the event is handled again, with its writes and events.
		const { answers, routes, over } = this.#write("normal", now, (parts) =>
			parts.settle(settlements, now),
		);
		for (const id of over) this.#held.delete(id);
		return { value: answers, routes: [...routes] };
	}

	due(now: number): { readonly route: string; readonly inMs: number }[] {
		const due = this.read(now, ({ upkeep }) => upkeep.due());
		for (const { route, until } of this.#held.values())
			due.set(route, Math.min(due.get(route) ?? Infinity, until));
		return [...due].map(([route, at]) => ({
			route,
			inMs: Math.max(0, at - now),
		}));
	}

	writeState(writes: readonly StateWrite[], now: number): void {
		this.#write("full", now, ({ state }) => state.write(writes, now));
	}

	replay(portion: Portion, now: number): Done {
		return this.#write("full", now, ({ commands }) =>
			commands.replay(portion, now),
		);
	}

	drop(portion: Portion, now: number): Done {
		return this.#write("full", now, ({ commands }) =>
			commands.drop(portion, now),
		);
	}

	release(id: string, as: Released, now: number): Outcome<boolean> {
		const value = this.#write("full", now, ({ commands }) =>
			commands.release(id, as, now),
		);
		return { value, routes: value ? [as.route] : [] };
	}

	import(batch: readonly ExportedDelivery[], now: number): Done {
		const done = this.#write("full", now, ({ commands }) =>
			commands.import(batch, now),
		);
		this.#note(done.evicted ?? []);
		return done;
	}

	prune(rules: PruneRules, now: number): number {
		const { count, evicted } = this.#write("normal", now, ({ upkeep }) =>
			upkeep.prune(rules, now),
		);
		this.#note(evicted);
		this.read(now, ({ upkeep }) => upkeep.shrink());
		return count;
	}

	/** Work of statements that are transactions of their own. */
	read<T>(now: number, work: (parts: Parts) => T): T {
		const parts = this.#parts ?? this.#open(now);
		try {
			return work(parts);
		} catch (error) {
			this.#dropIfBroken(error);
			throw error;
		}
	}

	/** Routes that may have work of which nobody was told: others wrote, the file was opened anew, or a lease ran out. */
	poll(now: number): readonly string[] {
		return this.read(now, (parts) => {
			const version = readNumber(parts.connection.db, "data_version");
			const isOther = version !== this.#dataVersion;
			if (isOther) parts.tally.reset(parts.count());
			parts.upkeep.measure();
			const isNews = isOther || parts !== this.#polled;
			this.#dataVersion = version;
			this.#polled = parts;
			const due = isNews ? parts.upkeep.due().keys() : [];
			return [...new Set([...parts.leases.overdue(now), ...due])];
		});
	}

	close(): void {
		this.#parts?.connection.close();
		this.#parts = undefined;
	}

	#open(now: number): Parts {
		const { open, quarantine, isOwner, beforeCommit, seen } = this.#options;
		const { window = 20_000, maxBytes } = this.#options;
		const db = open();
		const tally = this.#tally;
		const rest = { quarantine, tally, maxBytes, window, seen, beforeCommit };
		const parts = createParts(db, this.#held, rest);
		try {
			if (isOwner)
				parts.connection.write("normal", () => {
					parts.leases.giveBackUnheld(now);
					parts.upkeep.mendTimes(now);
					parts.seen.warm();
				});
			parts.tally.reset(parts.count());
			parts.upkeep.measure();
			this.#dataVersion = readNumber(db, "data_version");
		} catch (error) {
			parts.connection.close();
			throw error;
		}
		this.#parts = parts;
		return parts;
	}

	#write<T>(sureness: Sureness, now: number, work: (parts: Parts) => T): T {
		const parts = this.#parts ?? this.#open(now);
		try {
			const result = parts.connection.write(sureness, () =>
				parts.seen.during(() => work(parts)),
			);
			parts.tally.commit();
			return result;
		} catch (error) {
			parts.tally.undo();
			parts.seen.undo();
			this.#dropIfBroken(error);
			throw error;
		}
	}

	#note(evicted: readonly Evicted[]): void {
		if (evicted.length > 0) this.#evicted = [...this.#evicted, ...evicted];
	}

	#dropIfBroken(error: unknown): void {
		if (!BROKEN.has(resultCode(error))) return;
		try {
			this.close();
		} catch {
			this.#parts = undefined;
		}
	}

	#needOwner(): void {
		if (!this.#options.isOwner)
			throw new Error("only the router that owns the file leases and settles");
	}
}

// --- helpers ---

/** After these a connection is not to be trusted. */
const BROKEN: ReadonlySet<number | undefined> = new Set([
	RESULT.READONLY,
	RESULT.IOERR,
	RESULT.CORRUPT,
	RESULT.CANTOPEN,
	RESULT.NOTADB,
]);
