import type { Pause } from "../port/pause.ts";
import type { Commit, Evicted, StoreOptions } from "../port/store.ts";
import { TransientMap } from "../worker/transient-map.ts";
import { type Commands, createCommands } from "./desk/command.ts";
import { createDropped, type DroppedOnes } from "./desk/dropped.ts";
import { createLook, type Look } from "./desk/look.ts";
import { createQuarantine, createRemove } from "./desk/remove.ts";
import { type Database, RESULT, resultCode, type Statement } from "./driver.ts";
import { createHistoryTable, type HistoryTable } from "./history.ts";
import { createTakePaced, type TakePaced } from "./queue/buckets.ts";
import { createDedupe } from "./queue/dedupe.ts";
import { createLanes } from "./queue/lanes.ts";
import {
	createLeases,
	type Leases,
	type LiveLease,
	type LiveLeases,
} from "./queue/leases.ts";
import { createPauseTable, type PauseTable } from "./queue/pauses.ts";
import { createPut, createPutOne, type Put } from "./queue/put.ts";
import { createRaise, type Raise } from "./queue/raise.ts";
import { createSettle, type Settle } from "./queue/settle.ts";
import { readNumber } from "./schema.ts";
import { createPluginState, type PluginState } from "./state.ts";
import { type Counted, createCount, Tally } from "./tally.ts";
import type { News } from "./thread/wire.ts";
import { createUpkeep, type Upkeep } from "./upkeep.ts";

/** The options of a core. */
export interface CoreOptions {
	/** Opens the file: at the start, and again after a disk error. */
	readonly open: () => Database;
	readonly quarantine: StoreOptions["quarantine"];
	readonly maxBytes?: number | undefined;
	/** True for the one router of the file. Other processes neither lease nor settle. */
	readonly isOwner: boolean;
	/** Milliseconds since the epoch, at the start. */
	readonly now: number;
	/** The rows in order of arrival that one look examines. Default 20 000, about 10 ms. */
	readonly window?: number;
	/** For tests: runs before each commit, with the value of `PRAGMA synchronous` (1 NORMAL, 2 FULL). */
	readonly beforeCommit?: (synchronous: number) => void;
}

/** The parts that use one connection, with prepared statements. */
export interface Engine {
	readonly connection: Connection;
	readonly tally: Tally;
	readonly count: () => Counted;
	readonly put: Put;
	readonly leases: Leases;
	readonly takePaced: TakePaced;
	readonly pauses: PauseTable;
	readonly settle: Settle;
	readonly raise: Raise;
	readonly state: PluginState;
	readonly look: Look;
	readonly dropped: DroppedOnes;
	readonly history: HistoryTable;
	readonly commands: Commands;
	readonly upkeep: Upkeep;
}

/**
 * The durability of a commit when it returns. `full` survives a power cut. `normal` survives the end of the process. A power
 * cut may undo the last `normal` commits, newest first and each as a whole. The next `full` commit makes all earlier ones
 * durable.
 */
export type Durability = "full" | "normal";

/** A connection whose transactions choose their durability. */
export interface Connection {
	readonly db: Database;
	/** Runs all of it or nothing. Throws the errors of `work` and SQLite, after the rollback. */
	write<T>(durability: Durability, work: () => T): T;
	/** The milliseconds that the last commit took. */
	readonly commitMs: number;
	close(): void;
}

/**
 * The inbox in one SQLite file, without a thread: every call waits for the disk, and its caller passes the time. It owns the
 * state that outlives a connection: the leases, the counters, and the news for the main thread. After a disk error it reopens
 * the file at the next call.
 */
export class SqliteCore {
	/** The leases of this router. */
	readonly live: LiveLeases = new TransientMap();
	/** The worker for which a request runs. Undefined for this process. */
	guest: number | undefined;
	readonly #options: CoreOptions;
	readonly #tally = new Tally();
	#engine: Engine | undefined;
	#dataVersion = 0;
	#polled: Engine | undefined;
	#routes = new Set<string>();
	#evicted: readonly Evicted[] = [];
	#commit: Commit | undefined;
	#pauses = "[]";
	#arePausesNews = false;

	/** Throws what `open` throws. */
	constructor(options: CoreOptions) {
		this.#options = options;
		this.#open(options.now);
	}

	/** Runs work in one transaction, which is rolled back if it throws. */
	write<T>(
		durability: Durability,
		now: number,
		work: (engine: Engine) => T,
	): T {
		const engine = this.#engine ?? this.#open(now);
		try {
			const result = engine.connection.write(durability, () => work(engine));
			engine.tally.commit();
			return result;
		} catch (error) {
			engine.tally.undo();
			engine.pauses.reload();
			this.#dropIfBroken(error);
			throw error;
		}
	}

	/** Runs work whose statements are separate transactions. */
	read<T>(now: number, work: (engine: Engine) => T): T {
		const engine = this.#engine ?? this.#open(now);
		try {
			return work(engine);
		} catch (error) {
			this.#dropIfBroken(error);
			throw error;
		}
	}

	/** Throws unless this is the file's router. */
	needOwner(): void {
		if (!this.#options.isOwner)
			throw new Error("only the router that owns the file leases and settles");
	}

	/** Adds news of a committed transaction. */
	note({ routes, evicted, pauses, puts }: Noted): void {
		if (pauses !== undefined) this.#notePauses(pauses);
		if (puts !== undefined)
			this.#commit = {
				deliveries: puts,
				ms: this.#engine?.connection.commitMs ?? 0,
			};
		for (const route of routes ?? []) this.#routes.add(route);
		if (evicted !== undefined && evicted.length > 0)
			this.#evicted = [...this.#evicted, ...evicted];
	}

	/**
	 * Returns the news since the last call: the fill level of the inbox, the routes that may have work, the evicted deliveries,
	 * whether pauses changed, and the last commit of new deliveries.
	 */
	takeNews(): News {
		const fill = this.#tally.report();
		const routes = this.#routes;
		const evicted = this.#evicted;
		const commit = this.#commit;
		this.#commit = undefined;
		const pauses = this.#arePausesNews;
		this.#arePausesNews = false;
		if (routes.size > 0) this.#routes = new Set();
		if (evicted.length > 0) this.#evicted = [];
		return {
			fill,
			...(routes.size > 0 && { routes: [...routes] }),
			...(evicted.length > 0 && { evicted }),
			...(commit !== undefined && { commit }),
			...(pauses && { pauses }),
		};
	}

	/** Returns the complete fill level and all routes with work, for a worker that has just connected. It reads the pauses itself. */
	allNews(now: number): News {
		const due = this.read(now, ({ upkeep }) => upkeep.due());
		const routes = [...due.keys()];
		return { fill: this.#tally.reportAll(), routes, pauses: true };
	}

	/** Remembers a lease of the current request. */
	hold(id: string, lease: LiveLease): void {
		const { guest } = this;
		this.live.set(id, guest === undefined ? lease : { ...lease, guest });
	}

	/** Gives a lease of the current request to a worker. */
	assign(id: string, guest: number): void {
		const lease = this.live.get(id);
		if (lease !== undefined) this.live.set(id, { ...lease, guest });
	}

	/** Makes all leases of a worker ready again, because it has ended. Its attempts count. */
	release(guest: number, now: number): void {
		const held = [...this.live].filter(([, lease]) => lease.guest === guest);
		if (held.length === 0) return;
		const leases = held.map(([, lease]) => lease);
		this.write("normal", now, (engine) => engine.leases.giveBack(leases, now));
		for (const [id] of held) this.live.delete(id);
		this.note({ routes: leases.map(({ route }) => route) });
	}

	/** Finds routes with unannounced work: because another process wrote, the file was reopened, or a lease expired. */
	findUntold(now: number): readonly string[] {
		return this.read(now, (engine) => {
			const version = readNumber(engine.connection.db, "data_version");
			const isOther = version !== this.#dataVersion;
			if (isOther) {
				engine.tally.reset(engine.count());
				engine.pauses.reload();
			}
			engine.upkeep.measure();
			const isNews = isOther || engine !== this.#polled;
			this.#dataVersion = version;
			this.#polled = engine;
			if (isNews) this.#notePauses(engine.pauses.all());
			const due = isNews ? engine.upkeep.due().keys() : [];
			return [...engine.leases.overdue(now), ...due];
		});
	}

	close(): void {
		this.#engine?.connection.close();
		this.#engine = undefined;
	}

	#notePauses(pauses: readonly Pause[]): void {
		const read = JSON.stringify(pauses);
		if (read === this.#pauses) return;
		this.#pauses = read;
		this.#arePausesNews = true;
	}

	#open(now: number): Engine {
		const { open, isOwner } = this.#options;
		const db = open();
		const engine = createEngine(db, this.#options, this.live, this.#tally);
		try {
			if (isOwner)
				engine.connection.write("normal", () => {
					engine.leases.giveBackOrphans(now);
					engine.upkeep.fixTimes(now);
				});
			engine.tally.reset(engine.count());
			engine.upkeep.measure();
			this.#dataVersion = readNumber(db, "data_version");
		} catch (error) {
			engine.connection.close();
			throw error;
		}
		this.#engine = engine;
		return engine;
	}

	#dropIfBroken(error: unknown): void {
		if (!BROKEN.has(resultCode(error))) return;
		try {
			this.close();
		} catch {
			this.#engine = undefined;
		}
	}
}

// --- helpers ---

interface Noted {
	readonly routes?: Iterable<string>;
	readonly evicted?: readonly Evicted[];
	/** The number of deliveries of a put. */
	readonly puts?: number;
	/** All pauses, as they are now. */
	readonly pauses?: readonly Pause[];
}

/** The errors after which a connection cannot be trusted. */
const BROKEN: ReadonlySet<number | undefined> = new Set([
	RESULT.READONLY,
	RESULT.IOERR,
	RESULT.CORRUPT,
	RESULT.CANTOPEN,
	RESULT.NOTADB,
]);

/** Prepares all parts on an open database. The tally must be counted afterwards. */
function createEngine(
	db: Database,
	{ quarantine: bound, maxBytes, window = 20_000, beforeCommit }: CoreOptions,
	live: LiveLeases,
	tally: Tally,
): Engine {
	const connection = createConnection(db, beforeCommit);
	const lanes = createLanes(db);
	const dedupe = createDedupe(db);
	const state = createPluginState(db);
	const pauses = createPauseTable(db);
	const look = createLook(db, window);
	const remove = createRemove({ db, lanes, dedupe, tally });
	const dropped = createDropped(db);
	const quarantine = createQuarantine({ db, remove, tally, bound });
	const leases = createLeases({ db, lanes, pauses, live });
	const one = createPutOne({ db, lanes, dedupe, tally, quarantine });
	const raise = createRaise({ db, put: one.one, dedupe, tally });
	const put = createPut({ one, quarantine, leases, raise });
	return {
		connection,
		tally,
		count: createCount(db),
		put,
		raise,
		leases,
		takePaced: createTakePaced(db, leases),
		pauses,
		settle: createSettle({ db, lanes, put, live, tally, state, raise }),
		state,
		look,
		dropped,
		history: createHistoryTable(db),
		commands: createCommands({
			db,
			lanes,
			look,
			put,
			remove,
			dropped,
			tally,
			dedupe,
			quarantine,
		}),
		upkeep: createUpkeep({ db, remove, state, pauses, tally, maxBytes }),
	};
}

/**
 * Prepares an open database for work.
 *
 * @param beforeCommit for tests: runs at the end of each transaction, with the value of `PRAGMA synchronous`
 */
function createConnection(
	db: Database,
	beforeCommit?: (synchronous: number) => void,
): Connection {
	const begin = db.prepare("begin immediate");
	const commit = db.prepare("commit");
	// WAL: FULL syncs the log at each commit, NORMAL only at checkpoints (sqlite.org/pragma.html#pragma_synchronous).
	const levels: Readonly<Record<Durability, string>> = {
		full: "pragma synchronous = full",
		normal: "pragma synchronous = normal",
	};
	let level: Durability = "full";
	let commitMs = 0;
	db.exec(levels[level]);
	const synchronous: Statement | undefined =
		beforeCommit && db.prepare("pragma synchronous");

	return {
		db,
		write(durability, work) {
			if (durability !== level) {
				db.exec(levels[durability]);
				level = durability;
			}
			begin.run();
			try {
				const result = work();
				if (synchronous !== undefined) {
					const row = synchronous.get() as { readonly synchronous: number };
					beforeCommit?.(row.synchronous);
				}
				const began = performance.now();
				commit.run();
				commitMs = performance.now() - began;
				return result;
			} catch (error) {
				rollBack(db);
				throw error;
			}
		},
		get commitMs() {
			return commitMs;
		},
		close() {
			db.close();
		},
	};
}

/** Rolls back. After some errors SQLite has already done so, and refuses a second rollback, which can be ignored. */
function rollBack(db: Database): void {
	try {
		db.exec("rollback");
	} catch {}
}
