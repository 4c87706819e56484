import type { Evicted, StoreOptions } from "../../port/store.ts";
import { BUDGETS, STATE } from "../../sql/states.ts";
import type { Database } from "../driver.ts";
import { type Dedupe, dedupeHash } from "../queue/dedupe.ts";
import type { Lanes } from "../queue/lanes.ts";
import type { Tally } from "../tally.ts";

/** Removes a delivery with all its rows and advances its lane. Runs in a transaction of the caller. */
export type Remove = (seq: number, now: number) => void;

export function createRemove({
	db,
	lanes,
	dedupe,
	tally,
}: {
	readonly db: Database;
	readonly lanes: Lanes;
	readonly dedupe: Dedupe;
	readonly tally: Tally;
}): Remove {
	const deleteDelivery = db.prepare(
		`delete from delivery not indexed where seq = ?
		returning state, route, order_key as orderKey, dedupe_key as dedupeKey, attempts, size, budget`,
	);
	const deleteBody = db.prepare("delete from body where seq = ?");
	const deleteAttempts = db.prepare("delete from attempt where seq = ?");
	const deleteActions = db.prepare("delete from action where seq = ?");

	return (seq, now) => {
		// `all` steps to the end: a DELETE that returns rows is not complete before.
		const [gone] = deleteDelivery.all(seq) as readonly Gone[];
		if (gone === undefined) return;
		deleteBody.run(seq);
		deleteActions.run(seq);
		if (gone.attempts > 0) deleteAttempts.run(seq);
		if (gone.dedupeKey !== null && gone.state !== STATE.quarantined)
			dedupe.remove(dedupeHash(gone.dedupeKey), seq);
		switch (gone.state) {
			case STATE.quarantined:
				tally.countQuarantined(
					BUDGETS[gone.budget ?? 0] ?? "admitted",
					-1,
					gone.size,
				);
				break;
			case STATE.dead:
				tally.countDead(gone.route, -1, gone.size);
				break;
			case STATE.ready:
			case STATE.leased:
				tally.countUnfinished(gone.route, -1, gone.size);
				if (gone.orderKey !== null)
					lanes.moveUp(gone.route, gone.orderKey, now);
				break;
			case STATE.blocked:
				tally.countUnfinished(gone.route, -1, gone.size);
				break;
		}
	};
}

/** Limits the `door` budget of the quarantine. Runs in transactions of the caller. */
export interface Quarantine {
	/** Notes that a delivery of a client was put. Undefined for no client. */
	note(client: string | undefined): void;
	/** Removes the oldest until the limit holds: first those of each noted client beyond its share. Returns the removed ones. */
	bound(now: number): readonly Evicted[];
}

export function createQuarantine({
	db,
	remove,
	tally,
	bound: { maxCount, maxBytes },
}: {
	readonly db: Database;
	readonly remove: Remove;
	readonly tally: Tally;
	readonly bound: StoreOptions["quarantine"];
}): Quarantine {
	const oldest = db.prepare(
		`select seq, id, route from delivery indexed by delivery_door
		where budget = 1 order by seq limit 1`,
	);
	const ofClient = db.prepare(
		`select seq, id, route, size from delivery indexed by delivery_door_client
		where budget = 1 and client = ? order by seq desc`,
	);
	const share = {
		count: Math.max(1, Math.floor(maxCount / SHARE)),
		bytes: Math.floor(maxBytes / SHARE),
	};
	let noted = new Set<string>();
	let isNoted = false;

	/** The deliveries of one client beyond its share, the oldest first. The newest is never among them. */
	const surplusOf = (client: string): readonly Row[] => {
		let bytes = 0;
		const rows = ofClient.all(client) as (Row & { readonly size: number })[];
		const end = rows.findIndex(({ size }, at) => {
			bytes += size;
			return at > 0 && (at >= share.count || bytes > share.bytes);
		});
		return end === -1 ? [] : rows.slice(end).reverse();
	};

	return {
		note(client) {
			isNoted = true;
			if (client !== undefined) noted.add(client);
		},
		bound(now) {
			if (!isNoted) return NOTHING;
			const clients = noted;
			noted = new Set();
			isNoted = false;
			const evicted: Evicted[] = [];
			const evict = ({ seq, id, route }: Row) => {
				remove(seq, now);
				evicted.push({ id, route, state: "quarantined" });
			};
			for (const client of clients)
				for (const row of surplusOf(client)) evict(row);
			const { door } = tally.quarantine;
			while (door.count > maxCount || door.bytes > maxBytes) {
				const row = oldest.get() as Row | undefined;
				if (row === undefined) break;
				evict(row);
			}
			return evicted;
		},
	};
}

// --- helpers ---

interface Gone {
	readonly state: number;
	readonly route: string;
	readonly orderKey: string | null;
	readonly dedupeKey: string | null;
	readonly attempts: number;
	readonly size: number;
	readonly budget: number | null;
}

/** A client may use 1 in so many of the limit. */
const SHARE = 10;

const NOTHING: readonly Evicted[] = [];

interface Row {
	readonly seq: number;
	readonly id: string;
	readonly route: string;
}
