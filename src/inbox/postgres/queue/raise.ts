import { ALERT_RESERVE, type Alert } from "../../port/alert.ts";
import {
	type AlertPlace,
	growAlert,
	joinAlerts,
	placesOf,
	toAlertDelivery,
} from "../../port/alert-event.ts";
import type { NewDelivery } from "../../port/queue.ts";
import type { Session, Statement } from "../connect/connections.ts";
import { WorkDelta } from "../gauge.ts";
import { CLOCK, type Database, storable } from "../sql.ts";
import { laneLock, lockOf } from "./lanes.ts";

/** Raises alerts within a transaction that holds their `alertLocks`. Returns the new work. */
export type Raise = (
	session: Session,
	alerts: readonly Alert[],
) => Promise<WorkDelta>;

/** Puts events that have no alerts of their own. */
type PutEvents = (
	session: Session,
	events: readonly NewDelivery[],
) => Promise<{ readonly work: WorkDelta }>;

/** Returns the locks that a transaction MUST take before it raises alerts: one for all, because alerts are rare, and their lanes. */
export function alertLocks(
	schema: string,
	alerts: readonly Alert[],
): readonly bigint[] {
	if (alerts.length === 0) return [];
	const lanes = alerts.flatMap(({ to, orderKey }) =>
		orderKey === undefined
			? []
			: [
					laneLock(schema, {
						route: storable(to),
						orderKey: storable(orderKey),
					}),
				],
	);
	return [lockOf(schema, "alerts"), ...lanes];
}

export function createRaise(
	{ quoted, readClock }: Database,
	put: PutEvents,
): Raise {
	const { look, grow, delay } = statements(quoted);

	return async (session, alerts) => {
		const work = new WorkDelta();
		if (alerts.length === 0) return work;
		for (const alert of joinAlerts(alerts)) {
			const [{ now, count } = NOWHERE] = await session.query<{
				now: number;
				count: number;
			}>(delay.clock, [readClock(), storable(alert.to)]);
			const places = placesOf(alert, Number(now));
			const rows = await session.query<Row>(look, [
				storable(alert.to),
				places.map(({ key }) => key),
			]);
			const known = new Map(rows.map((row) => [row.key, row]));
			const place = places.find(({ key }) => isOpen(known.get(key)));
			if (place === undefined) continue;
			const row = known.get(place.key);
			if (row === undefined) {
				if (Number(count) >= ALERT_RESERVE) continue;
				const event = toAlertDelivery(alert, place, Number(now));
				const made = await put(session, [event]);
				await session.query(delay.put, [event.id, place.dueAt]);
				work.addAll(made.work);
			} else await add(session, grow, { alert, place, row, work });
		}
		return work;
	};
}

// --- helpers ---

interface Row {
	readonly key: string;
	readonly seq: string;
	readonly state: number;
	readonly attempts: number;
	/** Null if it was pruned. */
	readonly bytes: Uint8Array | null;
}

const NOWHERE = { now: 0, count: ALERT_RESERVE };

/** Returns true for a place without an event, and for an event that no handler has. */
function isOpen(row: Row | undefined): boolean {
	if (row === undefined) return true;
	return (row.state === 0 || row.state === 4) && row.bytes !== null;
}

interface Growing {
	readonly alert: Alert;
	readonly place: AlertPlace;
	readonly row: Row;
	readonly work: WorkDelta;
}

async function add(
	session: Session,
	grow: Statement,
	{ alert, place, row, work }: Growing,
): Promise<void> {
	const before = row.bytes ?? new Uint8Array();
	const body = growAlert(before, alert, place);
	const bytes = body.byteLength - before.byteLength;
	// An event that is collected keeps its place behind the latest. No other is put off, and none that waits for a retry.
	const isMoved = place.part === "rest" && row.attempts === 0;
	const dueAt = isMoved ? place.dueAt : null;
	await session.query(grow, [row.seq, body, bytes, dueAt]);
	work.add(alert.to, 0, bytes);
}

function statements(schema: string) {
	const look: Statement = {
		name: "alert-look",
		// Locks the rows, so that no worker leases one before it has grown.
		text: `select d.dedupe_key as key, d.seq, d.state, d.attempts, b.bytes
			from ${schema}.delivery d join ${schema}.body b on b.seq = d.seq
			where d.route = $1 and d.dedupe_key = any($2::text[]) and d.state <> 5
			for update of d`,
	};
	const grow: Statement = {
		name: "alert-grow",
		text: `with grown as (
				update ${schema}.body set bytes = $2 where seq = $1
			)
			update ${schema}.delivery set size = size + $3::int, due = coalesce($4::bigint, due) where seq = $1`,
	};
	const clock: Statement = {
		name: "alert-clock",
		// Each state has an index of its own.
		text: `with ${CLOCK}, open_work as (
				(select 1 from ${schema}.delivery where route = $2 and state = 0 limit ${ALERT_RESERVE})
				union all (select 1 from ${schema}.delivery where route = $2 and state = 1 limit ${ALERT_RESERVE})
				union all (select 1 from ${schema}.delivery where route = $2 and state = 4 limit ${ALERT_RESERVE})
			)
			select now, (select count(*) from open_work) as count from clock`,
	};
	const put: Statement = {
		name: "alert-due",
		text: `update ${schema}.delivery set due = $2 where id = $1`,
	};
	return { look, grow, delay: { clock, put } };
}
