import type { Evicted, StoreOptions } from "../port/store.ts";
import type { Session, Statement } from "./connections.ts";

/** Lets the oldest go that were refused at the door, until their bound holds; returns what went. MUST run under the quarantine's lock. */
export type Trim = (session: Session) => Promise<readonly Evicted[]>;

/**
 * Makes the trim. One client's go first, beyond its share: what is left is then held to the bound of all.
 *
 * @param schema the schema's name, quoted
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
				select seq, row_number() over newest as place, sum(size) over newest as bytes
				from door where not is_surplus window newest as (order by seq desc)
			), doomed as (
				delete from ${schema}.delivery d using (
					select seq from door where is_surplus
					union all select seq from ranked where place > $1::bigint or bytes > $2::bigint
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

/** One client has at most this part of the door, as 1 in so many. */
const SHARE = 10;
