import { sizeOf } from "../port/delivery.ts";
import { budgetOf } from "../port/doubt.ts";
import type { NewDelivery, Quarantined, Receipt } from "../port/queue.ts";
import { ROW_BYTES } from "../port/room.ts";
import type { Database } from "./driver.ts";
import type { Lanes } from "./lanes.ts";
import type { Quarantine } from "./quarantine.ts";
import { BUDGET, STATE } from "./schema.ts";
import type { Seen } from "./seen.ts";
import type { Tally } from "./tally.ts";

/** Takes deliveries in, inside a transaction of the caller. */
export interface Keep {
	/** @param isWanted it is leased at once, unless one of its order key is before it */
	put(delivery: NewDelivery, now: number, isWanted?: boolean): Kept;
	/** Takes in a row that another inbox wrote; undefined where its id or key is known. */
	insert(row: Row, content: Content): number | undefined;
}

/** A receipt, and its row. */
export interface Kept extends Receipt {
	/** Undefined for a duplicate. */
	readonly seq: number | undefined;
	/** Bytes of envelope and body; 0 for a duplicate. */
	readonly size: number;
}

/** A delivery as a new row. */
export interface Row {
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

/** What is kept of the webhook itself. */
export interface Content {
	readonly envelope: string;
	/** Undefined where it was removed. */
	readonly body: Uint8Array | undefined;
}

export function createKeep(
	db: Database,
	lanes: Lanes,
	tally: Tally,
	seen: Seen,
	quarantine: Quarantine,
): Keep {
	const insertDelivery = db.prepare(
		`insert into delivery (id, route, kind, state, due, attempts, dedupe_key, order_key, is_held,
			is_bodiless, received_at, updated_at, size, reason)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
	);
	const insertBody = db.prepare(
		"insert into body (seq, envelope, body) values (?, ?, ?)",
	);
	const byId = db.prepare("select id from delivery where id = ?");
	const setDoubts = db.prepare(
		"update delivery not indexed set budget = ?, client = ?, doubts = ? where seq = ?",
	);

	/** Few are: a second statement costs the others nothing. */
	const quarantineRow = (seq: number, { quarantine: why, size }: Row) => {
		const { doubts, client } = why ?? UNDOUBTED;
		const budget = budgetOf(doubts);
		tally.countQuarantined(budget, 1, size);
		if (budget === "door") quarantine.note(client);
		setDoubts.run(BUDGET[budget], client ?? null, JSON.stringify(doubts), seq);
	};

	const insert: Keep["insert"] = (row, { envelope, body }) => {
		const isHeld = row.state === STATE.QUARANTINED;
		const dedupeKey = isHeld ? undefined : row.dedupeKey;
		seen.ready();
		if (
			dedupeKey !== undefined &&
			seen.find(row.route, dedupeKey) !== undefined
		)
			return undefined;
		const { changes, lastInsertRowid } = insertDelivery.run(
			row.id,
			row.route,
			row.kind,
			row.state,
			row.due,
			row.attempts,
			row.dedupeKey ?? null,
			row.orderKey ?? null,
			isHeld ? 1 : 0,
			body === undefined ? 1 : 0,
			row.receivedAt,
			row.updatedAt,
			row.size,
			row.reason ?? null,
		);
		if (changes === 0) return undefined;
		const seq = Number(lastInsertRowid);
		seen.note(seq, dedupeKey);
		insertBody.run(seq, envelope, body ?? null);
		tally.grow(row.size + ROW_BYTES);
		if (isHeld) quarantineRow(seq, row);
		else if (isUnfinished(row.state))
			tally.countUnfinished(row.route, 1, row.size);
		else if (row.state === STATE.DEAD) tally.countDead(row.route, 1, row.size);
		return seq;
	};

	/** The delivery that was there before; a conflict with nothing would be a fault of the lanes. */
	const findTwin = ({ id, dedupeKey, route }: NewDelivery): Kept => {
		const byItsId = byId.get(id) as { readonly id: string } | undefined;
		const twin =
			byItsId?.id ??
			(dedupeKey === undefined ? undefined : seen.find(route, dedupeKey));
		if (twin === undefined)
			throw new Error(`the order lane of a delivery of ${route} has two heads`);
		return {
			id: twin,
			isDuplicate: true,
			seq: undefined,
			size: 0,
		};
	};

	return {
		insert,
		put(delivery, now, isWanted = false) {
			const { id, route, orderKey } = delivery;
			let state: number = STATE_OF[delivery.state];
			if (state === STATE.READY && orderKey !== undefined)
				state = lanes.join(route, orderKey);
			const size = sizeOf(delivery);
			const isLeased = isWanted && state === STATE.READY;
			const seq = insert(
				// Field by field, not by a spread: this is done for each event.
				{
					id,
					route,
					kind: delivery.kind,
					state: isLeased ? STATE.LEASED : state,
					due: now,
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
			return seq === undefined
				? findTwin(delivery)
				: isLeased
					? { id, isDuplicate: false, isLeased, seq, size }
					: { id, isDuplicate: false, seq, size };
		},
	};
}

/** True for what still has to be done. */
export function isUnfinished(state: number): boolean {
	return (
		state === STATE.READY || state === STATE.LEASED || state === STATE.BLOCKED
	);
}

// --- helpers ---

const UNDOUBTED: Quarantined = { doubts: [], client: undefined };

const STATE_OF = {
	received: STATE.READY,
	delivered: STATE.DELIVERED,
	dead: STATE.DEAD,
	quarantined: STATE.QUARANTINED,
} as const satisfies Record<NewDelivery["state"], number>;
