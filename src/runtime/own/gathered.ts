import type { Payload } from "../../event/webhook.ts";
import { ALERT_WINDOW_MS, type Alert } from "../../inbox/port/alert.ts";
import {
	type AlertPlace,
	joinAlerts,
	payloadOfAlert,
	placesOf,
} from "../../inbox/port/alert-event.ts";
import type { Timing } from "../../inbox/worker/timing.ts";

/** Groups alerts in memory as a store does, for a router that stores nothing. They end with the process. */
export class GatheredAlerts {
	readonly #timing: Timing;
	readonly #handle: (alert: Alert, payload: Payload) => void;
	readonly #lose: (alert: Alert, reason: string) => void;
	readonly #entries = new Map<string, Entry>();

	/** `lose` is called for an alert beyond the limit. */
	constructor(
		timing: Timing,
		handle: (alert: Alert, payload: Payload) => void,
		lose: (alert: Alert, reason: string) => void,
	) {
		this.#timing = timing;
		this.#handle = handle;
		this.#lose = lose;
	}

	add(alert: Alert): void {
		const now = this.#timing.wallMs();
		this.#forget(now);
		for (const place of placesOf(alert, now)) {
			const key = JSON.stringify([alert.to, place.key]);
			const entry = this.#entries.get(key);
			if (entry?.isHandedOut) continue;
			if (entry === undefined) this.#begin(key, alert, place, now);
			else entry.alerts = joinAlerts([...entry.alerts, alert]);
			return;
		}
	}

	#begin(key: string, alert: Alert, place: AlertPlace, now: number): void {
		if (this.#entries.size >= ENTRIES_MAX) {
			this.#lose(alert, `${ENTRIES_MAX} others wait, and nothing is stored`);
			return;
		}
		const entry: Entry = { alerts: [alert], place, isHandedOut: false };
		this.#entries.set(key, entry);
		this.#timing.setTimer(() => {
			entry.isHandedOut = true;
			for (const one of entry.alerts)
				this.#handle(one, payloadOfAlert(one, place));
		}, place.dueAt - now);
	}

	/** Removes the entries of past windows. */
	#forget(now: number): void {
		for (const [key, { place, isHandedOut }] of this.#entries) {
			if (!isHandedOut || place.from + 2 * ALERT_WINDOW_MS > now) continue;
			this.#entries.delete(key);
		}
	}
}

// --- helpers ---

interface Entry {
	alerts: readonly Alert[];
	readonly place: AlertPlace;
	isHandedOut: boolean;
}

/** Limits the memory if very many routes have causes. */
const ENTRIES_MAX = 1000;
