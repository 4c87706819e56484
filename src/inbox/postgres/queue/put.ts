import type { Alert } from "../../port/alert.ts";
import { childrenOf, parentIdOf } from "../../port/child.ts";
import { type Amount, sizeOf } from "../../port/delivery.ts";
import { type Budget, budgetOf } from "../../port/doubt.ts";
import type { NewDelivery, Receipt } from "../../port/queue.ts";
import { ROW_BYTES } from "../../port/room.ts";
import type { Evicted } from "../../port/store.ts";
import { BUDGET } from "../../sql/states.ts";
import type { Session } from "../connect/connections.ts";
import { isTaken } from "../connect/faults.ts";
import { WorkDelta } from "../gauge.ts";
import { type Database, storable, storableOrNull } from "../sql.ts";
import { type Lanes, laneLock, lockOf, quarantineLock } from "./lanes.ts";
import { columnsOf, lanesOf } from "./put-columns.ts";
import { putStatements } from "./put-statements.ts";
import { alertLocks, createRaise, type Raise } from "./raise.ts";
import type { Trim } from "./trim.ts";

/** The effects of a put. */
export interface Put {
	/** In the order of the batch. */
	readonly receipts: readonly Receipt[];
	/** The new unfinished work. */
	readonly work: WorkDelta;
	/** The routes with work that was not leased. */
	readonly routes: ReadonlySet<string>;
	/** Leased to the caller: the number of each one's row, by its id. */
	readonly leased: ReadonlyMap<string, number>;
	/** New in the `admitted` budget of the quarantine. */
	readonly admitted: Amount;
	/** Bytes of new deliveries that are not unfinished work. */
	readonly otherBytes: number;
	/** Removed from quarantine to hold its bound. */
	readonly evicted: readonly Evicted[];
}

export interface PutOptions {
	/** Returns true for an id that an earlier attempt may have put: finding it means that the attempt succeeded. Default: none is. */
	readonly isRepeated?: (id: string) => boolean;
	/** True if each statement commits by itself, so that one may fail and others follow. Default false. */
	readonly isAutoCommit?: boolean;
}

/** Puts deliveries within a transaction: of a put, or of a settlement with new events. */
export interface Putter {
	/** Returns the locks that the transaction needs. Without locks the batch is one statement that commits by itself. */
	locksOf(batch: readonly NewDelivery[]): ReadonlySet<bigint>;
	/** Puts a batch, each id once. */
	put(
		session: Session,
		batch: readonly NewDelivery[],
		options?: PutOptions,
	): Promise<Put>;
	/** Raises alerts. The transaction MUST hold their `alertLocks`. */
	readonly raise: Raise;
}

/** Makes the putter. */
export function createPutter(options: Omit<PutTools, "sql">): Putter {
	const { schema, quoted } = options.database;
	const tools: PutTools = {
		...options,
		sql: putStatements(quoted),
	};
	const raise = createRaise(options.database, (session, batch) =>
		putBatch(tools, session, batch, {}),
	);
	return {
		raise,
		locksOf(batch) {
			const locks = new Set<bigint>();
			const children = batch.flatMap(childrenOf);
			for (const lane of lanesOf([...batch, ...children]))
				locks.add(laneLock(schema, lane));
			// A lock that nobody waits for: children need a transaction with their parent.
			const [child] = children;
			if (child !== undefined) locks.add(lockOf(schema, "child", child.id));
			if (batch.some(({ state }) => state === "quarantined"))
				locks.add(quarantineLock(schema));
			const alerts = alertsOf(batch);
			for (const lock of alertLocks(schema, alerts)) locks.add(lock);
			return locks;
		},
		async put(session, batch, options = {}) {
			const alone = await putBatch(tools, session, batch, options);
			const done = await withChildren(tools, session, alone, options);
			const alerts = alertsOf(done.inserted);
			if (alerts.length === 0) return done;
			return withWork(done, await raise(session, alerts));
		},
	};
}

// --- helpers ---

const never = (): boolean => false;

interface PutTools {
	readonly database: Database;
	readonly lanes: Lanes;
	readonly trim: Trim;
	readonly sql: ReturnType<typeof putStatements>;
}

/** The maximum number of passes. A second one is needed if the conflicting delivery is removed between the two statements of the first. */
const PASSES = 5;

/** A put, and what it put. */
interface BatchPut extends Put {
	/** With those that an earlier attempt put. */
	readonly added: readonly NewDelivery[];
	/** Without those that an earlier attempt put, together with their alerts. */
	readonly inserted: readonly NewDelivery[];
}

/** Puts the children of a batch. An earlier attempt that put a delivery put its children too. */
async function withChildren(
	tools: PutTools,
	session: Session,
	done: BatchPut,
	{ isRepeated = never }: PutOptions,
): Promise<BatchPut> {
	const children = done.added.flatMap(childrenOf);
	if (children.length === 0) return done;
	const { work } = await putBatch(tools, session, children, {
		isRepeated: (id) => isRepeated(parentIdOf(id) ?? id),
	});
	return withWork(done, work);
}

/** Adds further work that nobody leased. */
function withWork<Done extends Put>(done: Done, work: WorkDelta): Done {
	done.work.addAll(work);
	return { ...done, routes: new Set([...done.routes, ...work.routes.keys()]) };
}

async function putBatch(
	tools: PutTools,
	session: Session,
	batch: readonly NewDelivery[],
	{ isRepeated = never, isAutoCommit = false }: PutOptions,
): Promise<BatchPut> {
	const { trim, sql } = tools;
	const isNew = isAutoCommit && !batch.some(({ id }) => isRepeated(id));
	const receipts = new Map<string, Receipt>();
	const added: NewDelivery[] = [];
	const inserted: NewDelivery[] = [];
	const leased = new Map<string, number>();
	const byId = new Map<string, NewDelivery>();
	for (const one of batch) if (!byId.has(one.id)) byId.set(one.id, one);
	let left: readonly NewDelivery[] = [...byId.values()];
	for (let passes = 0; left.length > 0; passes += 1) {
		if (passes === PASSES)
			throw new Error("a key is taken by a delivery that is not there");
		const note: Note = (id, receipt, isOwn) => {
			const { isDuplicate } = receipt;
			const isAdded = !isDuplicate || (isOwn && isRepeated(id));
			const one = byId.get(id) as NewDelivery;
			receipts.set(
				id,
				isAdded && isDuplicate ? { id, isDuplicate: false } : receipt,
			);
			if (isAdded) added.push(one);
			if (!isDuplicate) inserted.push(one);
		};
		left = await insertOrFind(tools, session, left, { isNew, note, leased });
	}
	const parked = added.filter(({ state }) => state === "quarantined");
	if (parked.length > 0) await session.query(sql.doubt, doubtsOf(parked));
	const isAtDoor = (one: NewDelivery) => budgetOfNew(one) === "door";
	const evicted = parked.some(isAtDoor) ? await trim(session) : [];
	return {
		receipts: toReceipts(batch, receipts),
		...sumsOf(added, leased),
		leased,
		admitted: sumOf(parked.filter((one) => !isAtDoor(one))),
		evicted,
		added,
		inserted,
	};
}

/** Notes what became of a delivery. `isOwn` is true if it was inserted, or found by its id. */
type Note = (id: string, receipt: Receipt, isOwn: boolean) => void;

/** Inserts a batch, adds what is leased, and finds the conflicts of the rest. Returns the deliveries whose conflict is gone. */
async function insertOrFind(
	tools: PutTools,
	session: Session,
	batch: readonly NewDelivery[],
	{
		isNew,
		note,
		leased,
	}: {
		readonly isNew: boolean;
		readonly note: Note;
		readonly leased: Map<string, number>;
	},
): Promise<readonly NewDelivery[]> {
	const { lanes, sql } = tools;
	const inserted = await insert(tools, session, batch, isNew);
	for (const { id, leased_seq: seq } of inserted) {
		const receipt: Receipt = { id, isDuplicate: false };
		note(id, seq === null ? receipt : { ...receipt, isLeased: true }, true);
		if (seq !== null) leased.set(id, seq);
	}
	if (inserted.length === batch.length) return [];
	const isInserted = new Set(inserted.map(({ id }) => id));
	const others = batch.filter(({ id }) => !isInserted.has(id));
	const found = await session.query<{
		ord: number;
		id: string | null;
		is_same: boolean;
	}>(sql.find, [
		others.map(({ id }) => id),
		others.map(({ route }) => storable(route)),
		others.map(({ dedupeKey }) => storableOrNull(dedupeKey)),
	]);
	const gone: NewDelivery[] = [];
	for (const { ord, id, is_same } of found) {
		const one = others[ord - 1] as NewDelivery;
		if (id === null) gone.push(one);
		else note(one.id, { id, isDuplicate: true }, is_same);
	}
	await lanes.promote(session, lanesOf(others));
	return gone;
}

interface InsertedRow {
	readonly id: string;
	/** Null unless it is leased. */
	readonly leased_seq: number | null;
}

/**
 * Inserts what does not conflict.
 *
 * @param isNew true if conflicts are rare, and if the statement may fail
 */
async function insert(
	{ database, sql }: PutTools,
	session: Session,
	batch: readonly NewDelivery[],
	isNew: boolean,
): Promise<readonly InsertedRow[]> {
	const values = [database.readClock(), ...columnsOf(batch)];
	if (isNew && areKeysDistinct(batch))
		try {
			return await session.query<InsertedRow>(sql.insertNew, values);
		} catch (error) {
			if (!isTaken(error)) throw error;
		}
	return session.query<InsertedRow>(sql.insert, values);
}

function areKeysDistinct(batch: readonly NewDelivery[]): boolean {
	const keys = new Set<string>();
	let count = 0;
	for (const { route, dedupeKey } of batch) {
		if (dedupeKey === undefined) continue;
		count += 1;
		keys.add(storable(`${dedupeKey} ${route}`));
	}
	return keys.size === count;
}

/** Returns the receipts in the order of the batch. The second delivery with the same id is a duplicate of the first. */
function toReceipts(
	batch: readonly NewDelivery[],
	receipts: ReadonlyMap<string, Receipt>,
): readonly Receipt[] {
	const seen = new Set<string>();
	return batch.map(({ id }) => {
		const receipt = receipts.get(id) as Receipt;
		const isFirst = !seen.has(id);
		seen.add(id);
		return isFirst ? receipt : { id: receipt.id, isDuplicate: true };
	});
}

function sumsOf(
	added: readonly NewDelivery[],
	leased: ReadonlyMap<string, number>,
): Pick<Put, "work" | "routes" | "otherBytes"> {
	const work = new WorkDelta();
	const routes = new Set<string>();
	let otherBytes = 0;
	for (const one of added) {
		if (one.state !== "received") otherBytes += sizeOf(one) + ROW_BYTES;
		else {
			work.add(one.route, 1, sizeOf(one));
			if (!leased.has(one.id)) routes.add(one.route);
		}
	}
	return { work, routes, otherBytes };
}

function doubtsOf(parked: readonly NewDelivery[]): readonly unknown[][] {
	return [
		parked.map(({ id }) => storable(id)),
		parked.map((one) => BUDGET[budgetOfNew(one)]),
		parked.map(({ quarantine }) => storableOrNull(quarantine?.client)),
		parked.map(({ quarantine }) =>
			storable(JSON.stringify(quarantine?.doubts ?? [])),
		),
	];
}

function budgetOfNew({ quarantine }: NewDelivery): Budget {
	return budgetOf(quarantine?.doubts ?? []);
}

function sumOf(deliveries: readonly NewDelivery[]): Amount {
	const bytes = deliveries.reduce((sum, one) => sum + sizeOf(one), 0);
	return { count: deliveries.length, bytes };
}

function alertsOf(batch: readonly NewDelivery[]): readonly Alert[] {
	return batch.flatMap(({ alerts = [] }) => alerts);
}
