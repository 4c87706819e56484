import { ALERT_RESERVE, type Alert } from "../../port/alert.ts";
import {
	type AlertPlace,
	growAlert,
	joinAlerts,
	placesOf,
	toAlertDelivery,
} from "../../port/alert-event.ts";
import type { NewDelivery } from "../../port/queue.ts";
import type { Database } from "../driver.ts";
import type { Tally } from "../tally.ts";
import { type Dedupe, dedupeHash } from "./dedupe.ts";

/** Raises alerts. Runs in a transaction of the caller. Returns the routes that have new work. */
export type Raise = (
	alerts: readonly Alert[],
	now: number,
) => ReadonlySet<string>;

interface RaiseOptions {
	readonly db: Database;
	/** Puts an event. `seq` is its row. */
	readonly put: (
		event: NewDelivery,
		now: number,
	) => { readonly seq: number | undefined };
	readonly dedupe: Dedupe;
	readonly tally: Tally;
}

export function createRaise({ db, put, dedupe, tally }: RaiseOptions): Raise {
	const find = db.prepare(
		`select d.seq, d.attempts, b.body from delivery d join body b on b.seq = d.seq
		where d.id = ? and d.state in (0, 4) and b.body is not null`,
	);
	const delay = db.prepare(
		"update delivery not indexed set due = ? where seq = ?",
	);
	const enlarge = db.prepare(
		"update delivery not indexed set size = size + ? where seq = ?",
	);
	const setBody = db.prepare("update body set body = ? where seq = ?");

	/** Adds to an event that no handler has. Returns false if it is with one, or finished. */
	const grow = (id: string, alert: Alert, place: AlertPlace): boolean => {
		const row = find.get(id) as Row | undefined;
		if (row === undefined) return false;
		const body = growAlert(row.body, alert, place);
		const bytes = body.byteLength - row.body.byteLength;
		setBody.run(body, row.seq);
		enlarge.run(bytes, row.seq);
		// An event that is collected keeps its place behind the latest. No other is put off, and none that waits for a retry.
		if (place.part === "rest" && row.attempts === 0)
			delay.run(place.dueAt, row.seq);
		tally.enlarge(alert.to, bytes);
		return true;
	};

	return (alerts, now) => {
		const routes = new Set<string>();
		if (alerts.length === 0) return routes;
		for (const alert of joinAlerts(alerts)) {
			for (const place of placesOf(alert, now)) {
				const { key } = place;
				const id = dedupe.find(dedupeHash(key), alert.to, key);
				if (id !== undefined) {
					if (grow(id, alert, place)) break;
					continue;
				}
				if (tally.unfinishedOf(alert.to) >= ALERT_RESERVE) break;
				const { seq } = put(toAlertDelivery(alert, place, now), now);
				if (seq !== undefined) delay.run(place.dueAt, seq);
				routes.add(alert.to);
				break;
			}
		}
		return routes;
	};
}

// --- helpers ---

interface Row {
	readonly seq: number;
	readonly attempts: number;
	readonly body: Uint8Array;
}
