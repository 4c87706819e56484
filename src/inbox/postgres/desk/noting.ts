import type { Action, ActionName, Note } from "../../port/delivery.ts";
import { actionCode } from "../../sql/rows.ts";
import type { Session } from "../connect/connections.ts";
import { CLOCK, type Database, storable, storableOrNull } from "../sql.ts";

/** Stores what somebody did with deliveries, in the transaction of a session. Returns the number of deliveries. */
export async function addNotes(
	session: Session,
	{ quoted, readClock }: Database,
	{
		ids,
		action,
		note,
	}: {
		readonly ids: readonly string[];
		readonly action: ActionName;
		readonly note: Note;
	},
): Promise<number> {
	if (ids.length === 0) return 0;
	const rows = await session.query<{ seq: number }>(
		`with ${CLOCK} insert into ${quoted}.action (seq, at, action, actor, reason)
		select d.seq, clock.now, $2::smallint, $3, $4 from ${quoted}.delivery d, clock where d.id = any($5::text[]) returning seq`,
		[
			readClock(),
			actionCode(action),
			storableOrNull(note.actor),
			storableOrNull(note.reason),
			ids.map(storable),
		],
	);
	return rows.length;
}

/** Adds the actions of imported deliveries. */
export async function addActions(
	session: Session,
	{ quoted }: Database,
	batch: readonly {
		readonly id: string;
		readonly actions?: readonly Action[];
	}[],
): Promise<void> {
	const all = batch.flatMap(({ id, actions = [] }) =>
		actions.map((one) => ({ id, ...one })),
	);
	if (all.length === 0) return;
	await session.query(
		`insert into ${quoted}.action (seq, at, action, actor, reason)
		select d.seq, a.at, a.action, a.actor, a.reason
		from unnest($1::text[], $2::bigint[], $3::smallint[], $4::text[], $5::text[]) with ordinality a(id, at, action, actor, reason, ord)
		join ${quoted}.delivery d using (id) order by a.ord`,
		[
			all.map(({ id }) => storable(id)),
			all.map(({ at }) => at),
			all.map(({ action }) => actionCode(action)),
			all.map(({ actor }) => storableOrNull(actor)),
			all.map(({ reason }) => storableOrNull(reason)),
		],
	);
}
