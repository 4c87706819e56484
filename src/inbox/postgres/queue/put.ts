import type { Alert } from "../../port/alert.ts";
import { childrenOf, parentIdOf } from "../../port/child.ts";
import { type Amount, sizeOf } from "../../port/delivery.ts";
import { type Budget, budgetOf } from "../../port/doubt.ts";
import type { NewDelivery, Receipt } from "../../port/queue.ts";
import { ROW_BYTES } from "../../port/room.ts";
import type { Evicted } from "../../port/store.ts";
import { BUDGET, STATE } from "../../sql/states.ts";
import type { Session, Statement } from "../connect/connections.ts";
import { WorkDelta } from "../gauge.ts";
import { CLOCK, type Database, storable, storableOrNull } from "../sql.ts";
import { type Lanes, laneLock, lockOf, quarantineLock } from "./lanes.ts";
import { alertLocks, createRaise, type Raise } from "./raise.ts";
import type { Trim } from "./trim.ts";

/** The effects of a put. */
export interface Put {
	/** In the order of the batch. */
	readonly receipts: readonly Receipt[];
	/** The new unfinished work. */
	readonly work: WorkDelta;
	/** The routes of that work. */
	readonly routes: ReadonlySet<string>;
	/** New in the `admitted` budget of the quarantine. */
	readonly admitted: Amount;
	/** Bytes of new deliveries that are not unfinished work. */
	readonly otherBytes: number;
	/** Removed from quarantine to hold its bound. */
	readonly evicted: readonly Evicted[];
}

/** Puts deliveries within a transaction: of a put, or of a settlement with new events. */
export interface Putter {
	/** Returns the locks that the transaction needs. Without locks the batch is one statement that commits by itself. */
	locksOf(batch: readonly NewDelivery[]): ReadonlySet<bigint>;
	/**
	 * Puts a batch, each id once.
	 *
	 * @param isRepeated returns true for an id that an earlier attempt may have put: finding it means that the attempt succeeded
	 */
	put(
		session: Session,
		batch: readonly NewDelivery[],
		isRepeated?: (id: string) => boolean,
	): Promise<Put>;
	/** Raises alerts. The transaction MUST hold their `alertLocks`. */
	readonly raise: Raise;
}

/** Makes the putter. */
export function createPutter(options: Omit<PutTools, "sql">): Putter {
	const { schema, quoted } = options.database;
	const tools: PutTools = { ...options, sql: statements(quoted) };
	const raise = createRaise(options.database, (session, batch) =>
		putBatch(tools, session, batch, never),
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
		async put(session, batch, isRepeated = never) {
			const alone = await putBatch(tools, session, batch, isRepeated);
			const done = await withChildren(tools, session, alone, isRepeated);
			const alerts = alertsOf(done.inserted);
			if (alerts.length === 0) return done;
			done.work.addAll(await raise(session, alerts));
			return { ...done, routes: new Set(done.work.routes.keys()) };
		},
	};
}

// --- helpers ---

const never = (): boolean => false;

interface PutTools {
	readonly database: Database;
	readonly lanes: Lanes;
	readonly trim: Trim;
	readonly sql: Statements;
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
	isRepeated: (id: string) => boolean,
): Promise<BatchPut> {
	const children = done.added.flatMap(childrenOf);
	if (children.length === 0) return done;
	const { work } = await putBatch(tools, session, children, (id) =>
		isRepeated(parentIdOf(id) ?? id),
	);
	done.work.addAll(work);
	return { ...done, routes: new Set(done.work.routes.keys()) };
}

async function putBatch(
	tools: PutTools,
	session: Session,
	batch: readonly NewDelivery[],
	isRepeated: (id: string) => boolean,
): Promise<BatchPut> {
	const { trim, sql } = tools;
	const receipts = new Map<string, Receipt>();
	const added: NewDelivery[] = [];
	const inserted: NewDelivery[] = [];
	const byId = new Map<string, NewDelivery>();
	for (const one of batch) if (!byId.has(one.id)) byId.set(one.id, one);
	let left: readonly NewDelivery[] = [...byId.values()];
	for (let passes = 0; left.length > 0; passes += 1) {
		if (passes === PASSES)
			throw new Error("a key is taken by a delivery that is not there");
		left = await insertOrFind(tools, session, left, (id, receipt, isOwn) => {
			const { isDuplicate } = receipt;
			const isAdded = !isDuplicate || (isOwn && isRepeated(id));
			receipts.set(id, isAdded ? { id, isDuplicate: false } : receipt);
			if (isAdded) added.push(byId.get(id) as NewDelivery);
			if (!isDuplicate) inserted.push(byId.get(id) as NewDelivery);
		});
	}
	const parked = added.filter(({ state }) => state === "quarantined");
	if (parked.length > 0) await session.query(sql.doubt, doubtsOf(parked));
	const isAtDoor = (one: NewDelivery) => budgetOfNew(one) === "door";
	const evicted = parked.some(isAtDoor) ? await trim(session) : [];
	return {
		receipts: toReceipts(batch, receipts),
		...sumsOf(added),
		admitted: sumOf(parked.filter((one) => !isAtDoor(one))),
		evicted,
		added,
		inserted,
	};
}

/** Inserts a batch, and finds the conflicts of the rest. Returns the deliveries whose conflict is gone. */
async function insertOrFind(
	{ database, lanes, sql }: PutTools,
	session: Session,
	batch: readonly NewDelivery[],
	note: (id: string, receipt: Receipt, isOwn: boolean) => void,
): Promise<readonly NewDelivery[]> {
	const inserted = await session.query<{ id: string }>(sql.insert, [
		database.readClock(),
		...columnsOf(batch),
	]);
	for (const { id } of inserted) note(id, { id, isDuplicate: false }, true);
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
): Pick<Put, "work" | "routes" | "otherBytes"> {
	const work = new WorkDelta();
	let otherBytes = 0;
	for (const one of added) {
		if (one.state === "received") work.add(one.route, 1, sizeOf(one));
		else otherBytes += sizeOf(one) + ROW_BYTES;
	}
	return { work, routes: new Set(work.routes.keys()), otherBytes };
}

type Statements = Record<"insert" | "find" | "doubt", Statement>;

/**
 * Returns the condition for a blocked delivery: its lane, or an earlier part of the batch, has another one. The conditions on
 * the lane are separate, so that each uses its own partial index, and not written as `exists`, which the planner would evaluate
 * by reading all lanes first.
 */
function statements(schema: string): Statements {
	const first = (states: string) =>
		`(select d.seq from ${schema}.delivery d where d.route = g.route and d.order_key = g.order_key and d.state ${states} limit 1)`;
	// The hashed key of a redacted delivery, whose end only the other engine reads (port/redacted.ts).
	const hashed = (alias: string) => {
		const begin = `'redacted:' || encode(sha256(convert_to(g.dedupe_key, 'UTF8')), 'hex')`;
		return `${alias}.route = g.route and ${alias}.state <> 5 and ${alias}.dedupe_key > ${begin} || ':' and ${alias}.dedupe_key < ${begin} || ';'`;
	};
	return {
		insert: {
			name: "put",
			text: `with ${CLOCK}, given as materialized (
				select * from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::smallint[], $9::text[], $10::text[], $11::bytea[], $12::text[], $13::bigint[])
				with ordinality g(id, route, kind, received_at, dedupe_key, order_key, state, reason, envelope, bytes, answer, delay, ord)
			), kept as (
				insert into ${schema}.delivery (id, route, kind, received_at, dedupe_key, order_key, reason, due, updated, size, state)
				select id, route, kind, received_at, dedupe_key, order_key, reason, now + delay, now, octet_length(envelope) + octet_length(bytes) + coalesce(octet_length(answer), 0),
					case when g.state <> 0 or g.order_key is null then g.state
						when row_number() over (partition by g.route, g.order_key, g.state order by g.ord) > 1 then 4
						when ${first("in (0, 1)")} is not null or ${first("= 4")} is not null then 4
						else 0 end
				from given g, clock
				where not ((select exists (select from ${schema}.delivery where is_redacted limit 1))
					and exists (select from ${schema}.delivery r where ${hashed("r")}))
				order by g.ord
				on conflict do nothing
				returning seq, id
			), stored as (
				insert into ${schema}.body (seq, envelope, bytes, answer)
				select kept.seq, given.envelope, given.bytes, given.answer from kept join given using (id)
			)
			select id from kept`,
		},
		// A row may be visible before a synchronous standby has it: after a crash, or a canceled wait. The answer "it is kept" is a
		// promise, so the statement writes a message of no content, whose commit waits for everything before it.
		find: {
			name: "find",
			text: `select g.ord, coalesce(i.id, d.id, r.id) as id, i.id is not null as is_same,
				(select pg_logical_emit_message(true, 'switchhook', ''))::text as confirmed
				from unnest($1::text[], $2::text[], $3::text[]) with ordinality g(id, route, dedupe_key, ord)
				left join ${schema}.delivery i on i.id = g.id
				left join ${schema}.delivery d on d.dedupe_key = g.dedupe_key and d.route = g.route and d.state <> 5
				left join ${schema}.delivery r on ${hashed("r")}`,
		},
		// Few deliveries are quarantined, so a separate statement is free for the others.
		doubt: {
			name: "doubt",
			text: `update ${schema}.delivery d set budget = g.budget, client = g.client, doubts = g.doubts
				from unnest($1::text[], $2::smallint[], $3::text[], $4::text[]) g(id, budget, client, doubts)
				where d.id = g.id and d.state + 0 = 5`,
		},
	};
}

function columnsOf(batch: readonly NewDelivery[]): readonly unknown[][] {
	return [
		batch.map(({ id }) => storable(id)),
		batch.map(({ route }) => storable(route)),
		batch.map(({ kind }) => storable(kind)),
		batch.map(({ receivedAt }) => Math.round(receivedAt)),
		batch.map(({ dedupeKey }) => storableOrNull(dedupeKey)),
		batch.map(({ orderKey }) => storableOrNull(orderKey)),
		batch.map(({ state }) => STATE_OF[state]),
		batch.map(({ reason }) => storableOrNull(reason)),
		batch.map(({ envelope }) => storable(envelope)),
		batch.map(({ body }) => body),
		batch.map(({ answer }) => storableOrNull(answer)),
		batch.map(({ delayMs }) => Math.round(delayMs ?? 0)),
	];
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

const STATE_OF: Readonly<Record<NewDelivery["state"], number>> = {
	received: STATE.ready,
	delivered: STATE.delivered,
	dead: STATE.dead,
	quarantined: STATE.quarantined,
};

function alertsOf(batch: readonly NewDelivery[]): readonly Alert[] {
	return batch.flatMap(({ alerts = [] }) => alerts);
}

function lanesOf(batch: readonly NewDelivery[]) {
	return batch.flatMap(({ route, orderKey, state }) =>
		orderKey === undefined || state !== "received"
			? []
			: [{ route: storable(route), orderKey: storable(orderKey) }],
	);
}
