import { createHash } from "node:crypto";
import type { Session, Statement } from "../connect/connections.ts";

/** Names a lane: the unfinished deliveries of one route that share an order key. */
export interface Lane {
	readonly route: string;
	readonly orderKey: string;
}

/** Returns the lock that a transaction MUST take before it reads a lane. PostgreSQL releases it at the end of the transaction. */
export function laneLock(schema: string, lane: Lane): bigint {
	return lockOf(schema, "lane", lane.route, lane.orderKey);
}

/** Returns the lock that protects the limit of the quarantine. */
export function quarantineLock(schema: string): bigint {
	return lockOf(schema, "quarantine");
}

/** Returns the key of an advisory lock, the same for every router. The schema separates the inboxes of one database. */
export function lockOf(schema: string, ...names: readonly string[]): bigint {
	return createHash("sha256")
		.update(JSON.stringify(["switchhook", schema, ...names]))
		.digest()
		.readBigInt64BE();
}

/** Advances lanes. Every call MUST run in a transaction that holds the locks of its lanes. */
export interface Lanes {
	/** Makes the oldest blocked delivery ready in each lane without a head. Returns the routes of these lanes. */
	promote(session: Session, lanes: readonly Lane[]): Promise<readonly string[]>;
	/** Does the same after older deliveries came back to a lane: a head that is not leased is replaced by an older one. */
	reorder(session: Session, lanes: readonly Lane[]): Promise<readonly string[]>;
}

/** @param schema the schema's name, quoted */
export function createLanes(schema: string): Lanes {
	const given = "unnest($1::text[], $2::text[]) lane(route, order_key)";
	const same = (alias: string) =>
		`${alias}.route = lane.route and ${alias}.order_key = lane.order_key`;
	const promoted: Statement = {
		name: "promote",
		text: `update ${schema}.delivery d set state = 0 from ${given}
			where d.seq = (select b.seq from ${schema}.delivery b where ${same("b")} and b.state = 4 order by b.seq limit 1)
			and (select h.seq from ${schema}.delivery h where ${same("h")} and h.state in (0, 1) limit 1) is null
			returning d.route`,
	};
	const demoted: Statement = {
		name: "demote",
		text: `update ${schema}.delivery d set state = 4 from ${given}
			where ${same("d")} and d.state in (0, 1) and d.state + 0 = 0
			and (select b.seq from ${schema}.delivery b where ${same("b")} and b.state = 4 order by b.seq limit 1) < d.seq`,
	};
	const promote = async (session: Session, lanes: readonly Lane[]) => {
		if (lanes.length === 0) return [];
		const rows = await session.query<{ route: string }>(
			promoted,
			valuesOf(lanes),
		);
		return rows.map(({ route }) => route);
	};
	return {
		promote,
		async reorder(session, lanes) {
			if (lanes.length === 0) return [];
			await session.query(demoted, valuesOf(lanes));
			return promote(session, lanes);
		},
	};
}

// --- helpers ---

/** Returns each lane once. */
function valuesOf(lanes: readonly Lane[]): readonly [string[], string[]] {
	const distinct = new Map(
		lanes.map((lane) => [JSON.stringify([lane.route, lane.orderKey]), lane]),
	);
	const values = [...distinct.values()];
	return [
		values.map(({ route }) => route),
		values.map(({ orderKey }) => orderKey),
	];
}
