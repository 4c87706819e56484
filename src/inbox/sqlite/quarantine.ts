import type { Evicted, StoreOptions } from "../port/store.ts";
import type { Database } from "./driver.ts";
import type { Remove } from "./remove.ts";
import type { Tally } from "./tally.ts";

/** The bound of what was refused at the door, kept inside transactions of the caller. */
export interface Quarantine {
	/** Notes that one of a client's was put. */
	note(client: string | undefined): void;
	/** Lets the oldest go until the bound holds, of each client that was noted first. Returns what went. */
	bound(now: number): readonly Evicted[];
}

export function createQuarantine(
	db: Database,
	remove: Remove,
	tally: Tally,
	{ maxCount, maxBytes }: StoreOptions["quarantine"],
): Quarantine {
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

	/** Of one client: all beyond its share, but for the newest. */
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

/** One client has at most this part of the door, as 1 in so many. */
const SHARE = 10;

const NOTHING: readonly Evicted[] = [];

interface Row {
	readonly seq: number;
	readonly id: string;
	readonly route: string;
}
