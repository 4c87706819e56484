import type { Alert } from "../../port/alert.ts";
import { childrenOf } from "../../port/child.ts";
import { sizeOf } from "../../port/delivery.ts";
import { budgetOf } from "../../port/doubt.ts";
import type { NewDelivery, Quarantined, Receipt } from "../../port/queue.ts";
import { ROW_BYTES } from "../../port/room.ts";
import type { Evicted } from "../../port/store.ts";
import { BUDGET, isUnfinished, STATE } from "../../sql/states.ts";
import type { Quarantine } from "../desk/remove.ts";
import type { Database } from "../driver.ts";
import type { Tally } from "../tally.ts";
import { type Dedupe, dedupeHash } from "./dedupe.ts";
import type { Lanes } from "./lanes.ts";
import type { Leases, LiveLease } from "./leases.ts";
import type { Raise } from "./raise.ts";

/** Puts deliveries. Runs in a transaction of the caller. */
export interface Put {
	/** Puts a batch. A wanted delivery is leased at once if nothing of its route waits. */
	all(batch: readonly NewDelivery[], now: number): Batch;
	/** @param isWanted true to lease it at once, unless an earlier delivery has its order key */
	one(delivery: NewDelivery, now: number, isWanted?: boolean): PutOne;
	/** Puts a new delivery's children, and returns the routes of those that are new. */
	children(delivery: NewDelivery, now: number): readonly string[];
	/** Adds a row of another inbox, and returns its `seq`. Undefined if its id or key is known. */
	row(row: NewRow, payload: Payload): number | undefined;
}

/** The result of one put, to be applied after the commit. */
export interface Batch {
	readonly receipts: readonly Receipt[];
	/** Routes that have new work. */
	readonly routes: ReadonlySet<string>;
	/** The deliveries that were leased by the put. */
	readonly leased: readonly (readonly [id: string, lease: LiveLease])[];
	/** The deliveries that were evicted from quarantine. */
	readonly evicted: readonly Evicted[];
}

/** A receipt, and its row. */
export interface PutOne extends Receipt {
	/** Undefined for a duplicate. */
	readonly seq: number | undefined;
	/** Bytes of envelope and body; 0 for a duplicate. */
	readonly size: number;
}

/** A delivery as a new row. */
export interface NewRow {
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	readonly state: number;
	readonly due: number;
	readonly attempts: number;
	readonly dedupeKey: string | undefined;
	readonly orderKey: string | undefined;
	readonly receivedAt: number;
	readonly updatedAt: number;
	readonly size: number;
	readonly reason: string | undefined;
	/** Undefined unless it is quarantined. */
	readonly quarantine: Quarantined | undefined;
}

/** The webhook itself. */
export interface Payload {
	readonly envelope: string;
	/** Undefined if it was removed. */
	readonly body: Uint8Array | undefined;
	/** Undefined if there was no answer, or it was removed. */
	readonly answer?: string | undefined;
}

interface PutOneOptions {
	readonly db: Database;
	readonly lanes: Lanes;
	readonly dedupe: Dedupe;
	readonly tally: Tally;
	readonly quarantine: Quarantine;
}

interface PutOptions {
	readonly one: PutOneWay;
	readonly quarantine: Quarantine;
	readonly leases: Leases;
	readonly raise: Raise;
}

/** Puts one delivery. */
export type PutOneWay = Pick<Put, "one" | "row">;

/** Creates the way of one delivery into the tables, for puts, settlements and alerts. */
export function createPutOne(options: PutOneOptions): PutOneWay {
	const { db, lanes, dedupe } = options;
	const byId = db.prepare("select id from delivery where id = ?");
	const insert = createInsert(options);

	/** Finds the delivery that a new one conflicts with. If there is none, a lane would have two heads, which is a bug. */
	const findTwin = ({ id, dedupeKey, route }: NewDelivery): PutOne => {
		const byItsId = byId.get(id) as { readonly id: string } | undefined;
		const twin =
			byItsId?.id ??
			(dedupeKey === undefined
				? undefined
				: dedupe.find(dedupeHash(dedupeKey), route, dedupeKey));
		if (twin === undefined)
			throw new Error(`the order lane of a delivery of ${route} has two heads`);
		return { id: twin, isDuplicate: true, seq: undefined, size: 0 };
	};

	const one: Put["one"] = (delivery, now, isWanted = false) => {
		const { id, route, orderKey } = delivery;
		let state: number = STATE_OF[delivery.state];
		if (state === STATE.ready && orderKey !== undefined)
			state = lanes.join(route, orderKey);
		const size = sizeOf(delivery);
		const dueInMs = delivery.delayMs ?? 0;
		const isLeased = isWanted && dueInMs === 0 && state === STATE.ready;
		const seq = insert(
			// Field by field, not by a spread: this is done for each event.
			{
				id,
				route,
				kind: delivery.kind,
				state: isLeased ? STATE.leased : state,
				due: now + dueInMs,
				attempts: isLeased ? 1 : 0,
				dedupeKey: delivery.dedupeKey,
				orderKey,
				receivedAt: delivery.receivedAt,
				updatedAt: now,
				size,
				reason: delivery.reason,
				quarantine: delivery.quarantine,
			},
			delivery,
		);
		if (seq === undefined) return findTwin(delivery);
		return isLeased
			? { id, isDuplicate: false, isLeased, seq, size }
			: { id, isDuplicate: false, seq, size };
	};

	return { one, row: insert };
}

/** Creates the put of batches. */
export function createPut({
	one: { one, row },
	quarantine,
	leases,
	raise,
}: PutOptions): Put {
	const children: Put["children"] = (delivery, now) =>
		childrenOf(delivery)
			.filter((child) => !one(child, now).isDuplicate)
			.map(({ route }) => route);
	return {
		one,
		row,
		children,
		all(batch, now) {
			const routes = new Set<string>();
			const alerts: Alert[] = [];
			const leased: (readonly [id: string, lease: LiveLease])[] = [];
			const isClear = clearRoutes(leases, routes, now);
			const receipts = batch.map((delivery): Receipt => {
				const { id, route, orderKey, leaseMs } = delivery;
				const isWanted = leaseMs !== undefined && isClear(route);
				const put = one(delivery, now, isWanted);
				const { seq, size } = put;
				if (seq === undefined) return put;
				if (delivery.alerts !== undefined) alerts.push(...delivery.alerts);
				if (delivery.children !== undefined)
					for (const name of children(delivery, now)) routes.add(name);
				if (put.isLeased && leaseMs !== undefined) {
					const until = now + leaseMs;
					leased.push([id, { seq, route, orderKey, attempt: 1, size, until }]);
				} else if (delivery.state === "received") routes.add(route);
				return put;
			});
			for (const route of raise(alerts, now)) routes.add(route);
			return { receipts, routes, leased, evicted: quarantine.bound(now) };
		},
	};
}

// --- helpers ---

/** Writes the rows of a delivery. Returns its `seq`. Undefined if its id or key is known. */
function createInsert({
	db,
	dedupe,
	tally,
	quarantine,
}: PutOneOptions): Put["row"] {
	const insertDelivery = db.prepare(
		`insert into delivery (id, route, kind, state, due, attempts, dedupe_key, order_key, is_held,
			is_bodiless, received_at, updated_at, size, reason)
		values (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?) on conflict do nothing`,
	);
	const insertBody = db.prepare(
		"insert into body (seq, envelope, body, answer) values (?, ?, ?, ?)",
	);
	const setDoubts = db.prepare(
		"update delivery not indexed set budget = ?, client = ?, doubts = ? where seq = ?",
	);

	/** Adds the columns of a quarantined row. Such rows are few, so a second statement is free for the others. */
	const park = (seq: number, { quarantine: why, size }: NewRow) => {
		const { doubts, client } = why ?? UNDOUBTED;
		const budget = budgetOf(doubts);
		tally.countQuarantined(budget, 1, size);
		if (budget === "door") quarantine.note(client);
		setDoubts.run(BUDGET[budget], client ?? null, JSON.stringify(doubts), seq);
	};

	return (row, { envelope, body, answer }) => {
		const { state, dedupeKey } = row;
		let hash: number | undefined;
		if (dedupeKey !== undefined && state !== STATE.quarantined) {
			hash = dedupeHash(dedupeKey);
			if (dedupe.find(hash, row.route, dedupeKey) !== undefined)
				return undefined;
		}
		const { changes, lastInsertRowid } = insertDelivery.run(
			row.id,
			row.route,
			row.kind,
			state,
			row.due,
			row.attempts,
			dedupeKey ?? null,
			row.orderKey ?? null,
			body === undefined ? 1 : 0,
			row.receivedAt,
			row.updatedAt,
			row.size,
			row.reason ?? null,
		);
		if (changes === 0) return undefined;
		const seq = Number(lastInsertRowid);
		if (hash !== undefined) dedupe.add(hash, seq);
		insertBody.run(seq, envelope, body ?? null, answer ?? null);
		tally.grow(row.size + ROW_BYTES);
		if (state === STATE.quarantined) park(seq, row);
		else if (state === STATE.dead) tally.countDead(row.route, 1, row.size);
		else if (isUnfinished(state)) tally.countUnfinished(row.route, 1, row.size);
		return seq;
	};
}

/**
 * Determines whether nothing of a route waits, as of the start of a batch.
 *
 * @param routes the routes with work in this batch, which comes before everything that follows
 */
function clearRoutes(
	leases: Leases,
	routes: ReadonlySet<string>,
	now: number,
): (route: string) => boolean {
	const clear = new Map<string, boolean>();
	return (route) => {
		if (routes.has(route)) return false;
		let isClear = clear.get(route);
		if (isClear === undefined) {
			isClear = leases.isClear(route, now);
			clear.set(route, isClear);
		}
		return isClear;
	};
}

const UNDOUBTED: Quarantined = { doubts: [], client: undefined };

const STATE_OF = {
	received: STATE.ready,
	delivered: STATE.delivered,
	dead: STATE.dead,
	quarantined: STATE.quarantined,
} as const satisfies Record<NewDelivery["state"], number>;
