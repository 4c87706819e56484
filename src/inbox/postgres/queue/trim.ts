import type { Evicted, StoreOptions } from "../../port/store.ts";
import type { Session, Statement } from "../connect/connections.ts";

/** Removes the oldest of the `door` budget until its limit holds. Returns the removed ones. MUST run under the lock of the quarantine. */
export type Trim = (session: Session) => Promise<readonly Evicted[]>;

/**
 * Creates the trim. It first removes deliveries of each client beyond its share, then those beyond the total limit.
 *
 * @param schema the name of the schema, quoted
 */
export function createTrim(
	schema: string,
	{ maxCount, maxBytes }: StoreOptions["quarantine"],
): Trim {
	const statement: Statement = {
		name: "trim",
		text: `with door as (
				select seq, size, client is not null and ((row_number() over own) > $3::bigint
					or (row_number() over own) > 1 and sum(size) over own > $4::bigint) as is_surplus
				from ${schema}.delivery where budget = 1 window own as (partition by client order by seq desc)
			), ranked as (
				select seq, row_number() over newest as rank, sum(size) over newest as bytes
				from door where not is_surplus window newest as (order by seq desc)
			), doomed as (
				delete from ${schema}.delivery d using (
					select seq from door where is_surplus
					union all select seq from ranked where rank > $1::bigint or bytes > $2::bigint
				) r
				where d.seq = r.seq and d.budget = 1
				returning d.seq, d.id, d.route
			), bodies as (delete from ${schema}.body b using doomed where b.seq = doomed.seq)
			select id, route from doomed order by seq`,
	};
	const values = [
		maxCount,
		maxBytes,
		Math.max(1, Math.floor(maxCount / SHARE)),
		Math.floor(maxBytes / SHARE),
	];
	return async (session) => {
		const rows = await session.query<Omit<Evicted, "state">>(statement, values);
		return rows.map((row) => ({ ...row, state: "quarantined" }));
	};
}

// --- helpers ---

/** One client may have 1 in 10 of the `door` budget. */
const SHARE = 10;
