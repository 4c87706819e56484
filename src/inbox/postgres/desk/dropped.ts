import { DROPPED_MAX, type Note } from "../../port/delivery.ts";
import type { Desk } from "../../port/desk.ts";
import { type RawDropped, toDropped } from "../../sql/dropped.ts";
import { LAST } from "../../sql/rows.ts";
import type { Session } from "../connect/connections.ts";
import { CLOCK, type Database, storable, storableOrNull } from "../sql.ts";

/** Creates the part of the desk that finds who dropped a delivery. */
export function createDropped({
	quoted,
	connections,
}: Database): Pick<Desk, "dropped"> {
	return {
		dropped: (prefix) =>
			connections.run("desk", async (session) => {
				const [row] = await session.query<RawDropped>(
					`select id, route, at, actor, reason from ${quoted}.dropped
					where id >= $1 and id < $2 order by id desc, number desc limit 1`,
					[storable(prefix), `${storable(prefix)}${LAST}`],
				);
				return row && toDropped(row);
			}),
	};
}

/** Remembers who dropped deliveries, in the transaction of a session. */
export async function addDropped(
	session: Session,
	{ quoted, readClock }: Database,
	gone: readonly { readonly id: string; readonly route: string }[],
	{ actor, reason }: Note,
): Promise<void> {
	if (gone.length === 0) return;
	await session.query(
		`with ${CLOCK} insert into ${quoted}.dropped (at, id, route, actor, reason)
		select clock.now, g.id, g.route, $4, $5
		from unnest($2::text[], $3::text[]) with ordinality g(id, route, ord), clock order by g.ord`,
		[
			readClock(),
			gone.map(({ id }) => id),
			gone.map(({ route }) => route),
			storableOrNull(actor),
			storableOrNull(reason),
		],
	);
	await session.query(
		`delete from ${quoted}.dropped where number <= (select max(number) from ${quoted}.dropped) - $1::bigint`,
		[DROPPED_MAX],
	);
}
