import { toAttemptText } from "../port/attempt-text.ts";
import {
	type DeliveryFilter,
	type ExportedDelivery,
	sizeOf,
} from "../port/delivery.ts";
import type { Released } from "../port/desk.ts";
import type { Evicted } from "../port/store.ts";
import type { Database } from "./driver.ts";
import { isUnfinished, type Keep } from "./keep.ts";
import type { Lanes } from "./lanes.ts";
import type { Look } from "./look.ts";
import type { Quarantine } from "./quarantine.ts";
import type { Remove } from "./remove.ts";
import type { RawRow } from "./row.ts";
import { ROW_COLUMNS } from "./row.ts";
import { BUDGETS, STATE } from "./schema.ts";
import type { Seen } from "./seen.ts";
import { OUTCOMES } from "./settle.ts";
import type { Tally } from "./tally.ts";

/** One bite of a command: which deliveries, from where on, at most how many. */
export type Portion =
	| { readonly ids: readonly string[] }
	| {
			readonly filter: DeliveryFilter;
			readonly from: number | undefined;
			readonly max: number;
	  };

/** What a bite did. */
export interface Done {
	readonly count: number;
	readonly routes: ReadonlySet<string>;
	/** Where to go on; undefined at the end. */
	readonly next: number | undefined;
	/** What gave way in quarantine. */
	readonly evicted?: readonly Evicted[];
}

/** What a person does to deliveries, inside a transaction of the caller. */
export interface Commands {
	replay(portion: Portion, now: number): Done;
	drop(portion: Portion, now: number): Done;
	release(id: string, as: Released, now: number): boolean;
	/** Returns how many were new. */
	import(batch: readonly ExportedDelivery[], now: number): Done;
}

export function createCommands(
	db: Database,
	lanes: Lanes,
	look: Look,
	keep: Keep,
	remove: Remove,
	tally: Tally,
	seen: Seen,
	quarantine: Quarantine,
): Commands {
	const byId = db.prepare(
		`select ${ROW_COLUMNS}, is_bodiless, budget from delivery where id = ?`,
	);
	const restart = db.prepare(
		`update delivery not indexed set state = ?, due = ?, updated_at = ?,
			reason = 'replayed' || coalesce(' after ' || reason, '') where seq = ?`,
	);
	const letThrough = db.prepare(
		`update delivery not indexed set state = ?, is_held = 0, route = ?, kind = ?, dedupe_key = ?,
			order_key = ?, due = ?, updated_at = ?, reason = null, budget = null, client = null, doubts = null where seq = ?`,
	);
	const addAttempt = db.prepare(
		"insert or ignore into attempt (seq, attempt, started_at, duration_ms, outcome, reason) values (?, ?, ?, ?, ?, ?)",
	);
	const find = (
		portion: Portion,
		extra: string,
		fits: (raw: Raw) => boolean,
	) =>
		"ids" in portion
			? {
					found: portion.ids
						.map((id) => byId.get(id) as Raw | undefined)
						.filter((raw) => raw !== undefined)
						.filter(fits),
					next: undefined,
				}
			: look.select(portion.filter, portion.from, portion.max, extra);

	return {
		replay(portion, now) {
			// Without its body an event cannot be made again.
			const { found, next } = find(
				portion,
				"state in (2, 3) and is_bodiless = 0",
				({ state, is_bodiless }) =>
					(state === STATE.DELIVERED || state === STATE.DEAD) &&
					is_bodiless === 0,
			);
			const routes = new Set<string>();
			for (const raw of found) {
				const { seq, route, order_key, size, state: was } = raw;
				const state =
					order_key === null
						? STATE.READY
						: lanes.comeBack(route, order_key, seq);
				restart.run(state, now, now, seq);
				tally.countUnfinished(route, 1, size);
				if (was === STATE.DEAD) tally.countDead(route, -1, size);
				routes.add(route);
			}
			return { count: found.length, routes, next };
		},
		drop(portion, now) {
			const { found, next } = find(
				portion,
				"state <> 1",
				({ state }) => state !== STATE.LEASED,
			);
			for (const { seq } of found) remove(seq, now);
			const routes = found
				.filter(({ order_key }) => order_key !== null)
				.map(({ route }) => route);
			return { count: found.length, routes: new Set(routes), next };
		},
		release(id, as, now) {
			const raw = byId.get(id) as Raw | undefined;
			if (raw === undefined || raw.state !== STATE.QUARANTINED) return false;
			const { route, kind, dedupeKey, orderKey } = as;
			if (dedupeKey !== undefined && seen.find(route, dedupeKey) !== undefined)
				return false;
			const state =
				orderKey === undefined
					? STATE.READY
					: lanes.comeBack(route, orderKey, raw.seq);
			letThrough.run(
				state,
				route,
				kind,
				dedupeKey ?? null,
				orderKey ?? null,
				now,
				now,
				raw.seq,
			);
			if (dedupeKey !== undefined) seen.admit(raw.seq, dedupeKey);
			tally.countQuarantined(
				BUDGETS[raw.budget ?? 0] ?? "admitted",
				-1,
				raw.size,
			);
			tally.countUnfinished(route, 1, raw.size);
			return true;
		},
		import(batch, now) {
			const routes = new Set<string>();
			let count = 0;
			for (const one of batch) {
				const { route, orderKey } = one;
				const plain = importedState(one);
				const isOpen = isUnfinished(plain);
				const seq = keep.insert(
					{
						...one,
						state:
							isOpen && orderKey !== undefined
								? lanes.join(route, orderKey)
								: plain,
						due: one.dueAt ?? now,
						// The attempt under way elsewhere is none of this inbox.
						attempts:
							one.state === "leased"
								? Math.max(0, one.attempts - 1)
								: one.attempts,
						size: sizeOf(one),
						quarantine: { doubts: one.doubts, client: undefined },
					},
					one,
				);
				if (seq === undefined) continue;
				count++;
				if (isOpen) routes.add(route);
				for (const past of one.history)
					addAttempt.run(
						seq,
						past.attempt,
						past.startedAt,
						past.durationMs,
						OUTCOMES.indexOf(past.outcome),
						toAttemptText(past) ?? null,
					);
			}
			const evicted = quarantine.bound(now);
			return { count, routes, next: undefined, evicted };
		},
	};
}

// --- helpers ---

interface Raw extends RawRow {
	readonly is_bodiless: number;
	readonly budget: number | null;
}

function importedState({ state }: ExportedDelivery): number {
	switch (state) {
		case "delivered":
			return STATE.DELIVERED;
		case "dead":
			return STATE.DEAD;
		case "quarantined":
			return STATE.QUARANTINED;
		default:
			return STATE.READY;
	}
}
