import { toAttemptText } from "../../port/attempt-text.ts";
import {
	type ActionName,
	type DeliveryFilter,
	type ExportedDelivery,
	type Note,
	sizeOf,
} from "../../port/delivery.ts";
import type { Released } from "../../port/desk.ts";
import type { Evicted } from "../../port/store.ts";
import type { RawRow } from "../../sql/rows.ts";
import { BUDGETS, isUnfinished, STATE } from "../../sql/states.ts";
import type { Database } from "../driver.ts";
import { type Dedupe, dedupeHash } from "../queue/dedupe.ts";
import type { Lanes } from "../queue/lanes.ts";
import type { Put } from "../queue/put.ts";
import { OUTCOMES, ROW_COLUMNS } from "../schema.ts";
import type { Tally } from "../tally.ts";
import type { DroppedOnes } from "./dropped.ts";
import type { Bite, Look } from "./look.ts";
import { createNoting, type Noting } from "./noting.ts";
import { createRedact, type Redact } from "./redact.ts";
import type { Quarantine, Remove } from "./remove.ts";

/** One batch of a command: its deliveries, its start and its maximum size. */
export type Portion =
	| { readonly ids: readonly string[] }
	| {
			readonly filter: DeliveryFilter;
			readonly from: number | undefined;
			readonly max: number;
	  };

/** The progress of a command. */
export interface Progress {
	readonly count: number;
	/** Where to go on; undefined at the end. */
	readonly next: number | undefined;
}

/** The result of one batch of a command, to be applied after the commit. */
export interface Bitten {
	readonly progress: Progress;
	/** Routes that may have work. */
	readonly routes: readonly string[];
}

/** The commands of a person. They run in a transaction of the caller. */
export interface Commands {
	replay(portion: Portion, note: Note | undefined, now: number): Bitten;
	drop(portion: Portion, note: Note | undefined, now: number): Bitten;
	release(
		id: string,
		as: Released,
		note: Note | undefined,
		now: number,
	): boolean;
	note(id: string, action: ActionName, note: Note, now: number): boolean;
	redact: Redact;
	import(batch: readonly ExportedDelivery[], now: number): Imported;
}

/** The result of an import. */
export interface Imported {
	/** How many were new. */
	readonly count: number;
	readonly routes: readonly string[];
	/** The deliveries that were evicted from quarantine. */
	readonly evicted: readonly Evicted[];
}

interface CommandOptions {
	readonly noting: Noting;
	readonly db: Database;
	readonly lanes: Lanes;
	readonly look: Look;
	readonly put: Put;
	readonly remove: Remove;
	readonly dropped: DroppedOnes;
	readonly tally: Tally;
	readonly dedupe: Dedupe;
	readonly quarantine: Quarantine;
}

export function createCommands(
	tools: Omit<CommandOptions, "noting">,
): Commands {
	const noting = createNoting(tools.db);
	const options = { ...tools, noting };
	const { db, look, remove, dropped } = options;
	const byId = db.prepare(BY_ID);
	const find = (
		portion: Portion,
		extra: string,
		fits: (raw: Raw) => boolean,
	): Bite<RawRow> =>
		"ids" in portion
			? {
					found: [...new Set(portion.ids)]
						.map((id) => byId.get(id) as Raw | undefined)
						.filter((raw) => raw !== undefined)
						.filter(fits),
					next: undefined,
				}
			: look.select(portion.filter, portion.from, portion.max, extra);
	const replayOne = createReplay(options);

	return {
		replay(portion, note, now) {
			// An event cannot be restored without its body.
			const { found, next } = find(
				portion,
				"state in (2, 3) and is_bodiless = 0",
				({ state, is_bodiless }) =>
					(state === STATE.delivered || state === STATE.dead) &&
					is_bodiless === 0,
			);
			for (const raw of found) replayOne(raw, note, now);
			const routes = found.map(({ route }) => route);
			return { progress: { count: found.length, next }, routes };
		},
		drop(portion, note, now) {
			const { found, next } = find(
				portion,
				"state <> 1",
				({ state }) => state !== STATE.leased,
			);
			for (const { seq } of found) remove(seq, now);
			if (note !== undefined) dropped.add(found, note, now);
			const routes = found
				.filter(({ order_key }) => order_key !== null)
				.map(({ route }) => route);
			return { progress: { count: found.length, next }, routes };
		},
		release: createRelease(options),
		note: noting.addTo,
		redact: createRedact(options),
		import: createImport(options),
	};
}

// --- helpers ---

const BY_ID = `select ${ROW_COLUMNS}, is_bodiless, budget from delivery where id = ?`;

function createReplay({ db, lanes, tally, noting }: CommandOptions) {
	const restart = db.prepare(
		`update delivery not indexed set state = ?, due = ?, updated_at = ?,
			reason = 'replayed' || coalesce(' after ' || reason, '') where seq = ?`,
	);
	return (raw: RawRow, note: Note | undefined, now: number): void => {
		const { seq, route, order_key, size, state: was } = raw;
		const state =
			order_key === null ? STATE.ready : lanes.comeBack(route, order_key, seq);
		restart.run(state, now, now, seq);
		if (note !== undefined) noting.add(seq, "replayed", note, now);
		tally.countUnfinished(route, 1, size);
		if (was === STATE.dead) tally.countDead(route, -1, size);
	};
}

function createRelease({
	db,
	lanes,
	tally,
	dedupe,
	noting,
}: CommandOptions): Commands["release"] {
	const byId = db.prepare(BY_ID);
	const letThrough = db.prepare(
		`update delivery not indexed set state = ?, route = ?, kind = ?, dedupe_key = ?,
			order_key = ?, due = ?, updated_at = ?, reason = null, budget = null, client = null, doubts = null where seq = ?`,
	);
	return (id, { route, kind, dedupeKey, orderKey, delayMs = 0 }, note, now) => {
		const raw = byId.get(id) as Raw | undefined;
		if (raw === undefined || raw.state !== STATE.quarantined) return false;
		const { seq, size } = raw;
		if (dedupeKey !== undefined) {
			const hash = dedupeHash(dedupeKey);
			if (dedupe.find(hash, route, dedupeKey) !== undefined) return false;
			dedupe.add(hash, seq);
		}
		const state =
			orderKey === undefined
				? STATE.ready
				: lanes.comeBack(route, orderKey, seq);
		letThrough.run(
			state,
			route,
			kind,
			dedupeKey ?? null,
			orderKey ?? null,
			now + delayMs,
			now,
			seq,
		);
		tally.countQuarantined(BUDGETS[raw.budget ?? 0] ?? "admitted", -1, size);
		tally.countUnfinished(route, 1, size);
		if (note !== undefined) noting.add(seq, "released", note, now);
		return true;
	};
}

function createImport({
	db,
	lanes,
	put,
	quarantine,
	noting,
}: CommandOptions): Commands["import"] {
	const addAttempt = db.prepare(
		"insert or ignore into attempt (seq, attempt, started_at, duration_ms, outcome, reason) values (?, ?, ?, ?, ?, ?)",
	);
	const importOne = (one: ExportedDelivery, now: number): boolean => {
		const { route, orderKey } = one;
		const state = importedState(one);
		const seq = put.row(
			{
				...one,
				state:
					isUnfinished(state) && orderKey !== undefined
						? lanes.join(route, orderKey)
						: state,
				due: one.dueAt ?? now,
				// The running attempt of the other inbox does not count here.
				attempts:
					one.state === "leased" ? Math.max(0, one.attempts - 1) : one.attempts,
				size: sizeOf(one),
				quarantine: { doubts: one.doubts, client: undefined },
			},
			one,
		);
		if (seq === undefined) return false;
		for (const past of one.history)
			addAttempt.run(
				seq,
				past.attempt,
				past.startedAt,
				past.durationMs,
				OUTCOMES.indexOf(past.outcome),
				toAttemptText(past) ?? null,
			);
		noting.addAll(seq, one.actions);
		return true;
	};
	return (batch, now) => {
		const fresh = batch.filter((one) => importOne(one, now));
		const routes = fresh
			.filter((one) => isUnfinished(importedState(one)))
			.map(({ route }) => route);
		return { count: fresh.length, routes, evicted: quarantine.bound(now) };
	};
}

interface Raw extends RawRow {
	readonly is_bodiless: number;
	readonly budget: number | null;
}

function importedState({ state }: ExportedDelivery): number {
	switch (state) {
		case "delivered":
			return STATE.delivered;
		case "dead":
			return STATE.dead;
		case "quarantined":
			return STATE.quarantined;
		default:
			return STATE.ready;
	}
}
