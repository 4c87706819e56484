import type { Note } from "../../port/delivery.ts";
import type { Doubt } from "../../port/doubt.ts";
import {
	REDACTED_ENVELOPE,
	REDACTED_REASON,
	redactDoubts,
	redactKey,
	redactReason,
} from "../../port/redacted.ts";
import type { RawRow } from "../../sql/rows.ts";
import { BUDGETS, isUnfinished, STATE } from "../../sql/states.ts";
import type { Database } from "../driver.ts";
import type { Lanes } from "../queue/lanes.ts";
import { ROW_COLUMNS } from "../schema.ts";
import type { StateRow } from "../state.ts";
import type { Tally } from "../tally.ts";
import type { Noting } from "./noting.ts";

/** The operations of the thread that remove content. */
export interface RedactionOperations {
	redact(ids: readonly string[], note: Note): readonly string[];
	/** Returns entries of plugin state after a row, in the order of the table. */
	states(after: number): readonly StateRow[];
	/** Removes entries of plugin state. */
	forgetStates(ids: readonly number[]): number;
	/** Frees pages, so that the file has none with removed content. Returns true if there are more. */
	releasePages(): boolean;
	/** Writes the file afresh, and empties its log. Returns false if the log could not be emptied. */
	cleanFile(isRewritten: boolean): boolean;
}

/** Removes the content of a delivery. Returns false if it is leased or unknown. Runs in a transaction of the caller. */
export type Redact = (id: string, note: Note, now: number) => boolean;

export function createRedact({
	db,
	lanes,
	tally,
	noting,
}: {
	readonly db: Database;
	readonly lanes: Lanes;
	readonly tally: Tally;
	readonly noting: Noting;
}): Redact {
	const byId = db.prepare(
		`select ${ROW_COLUMNS}, budget from delivery where id = ?`,
	);
	const empty = db.prepare(
		`update delivery not indexed set state = ?, is_bodiless = 1, dedupe_key = ?, order_key = null, size = ?,
			updated_at = ?, reason = ?, doubts = ?, client = null where seq = ?`,
	);
	const emptyBody = db.prepare(
		"update body set envelope = ?, body = null, answer = null where seq = ?",
	);
	const attempts = db.prepare(
		"select attempt, reason from attempt where seq = ? and reason is not null",
	);
	const emptyAttempt = db.prepare(
		"update attempt set reason = ? where seq = ? and attempt = ?",
	);
	const size = Buffer.byteLength(REDACTED_ENVELOPE);

	const recount = (raw: Raw): void => {
		if (raw.state === STATE.quarantined) {
			const budget = BUDGETS[raw.budget ?? 0] ?? "admitted";
			tally.countQuarantined(budget, -1, raw.size);
			tally.countQuarantined(budget, 1, size);
			return;
		}
		if (raw.state === STATE.delivered) return;
		if (raw.state === STATE.dead) tally.countDead(raw.route, -1, raw.size);
		else tally.countUnfinished(raw.route, -1, raw.size);
		tally.countDead(raw.route, 1, size);
	};

	return (id, note, now) => {
		const raw = byId.get(id) as Raw | undefined;
		if (raw === undefined || raw.state === STATE.leased) return false;
		const { seq, route, state, order_key, dedupe_key, reason, doubts } = raw;
		const isEnded = isUnfinished(state);
		empty.run(
			isEnded ? STATE.dead : state,
			dedupe_key === null ? null : redactKey(dedupe_key),
			size,
			isEnded ? now : raw.updated_at,
			isEnded ? REDACTED_REASON : reason === null ? null : redactReason(reason),
			doubts === null
				? null
				: JSON.stringify(redactDoubts(JSON.parse(doubts) as Doubt[])),
			seq,
		);
		emptyBody.run(REDACTED_ENVELOPE, seq);
		for (const past of attempts.all(seq) as RawReason[])
			emptyAttempt.run(redactReason(past.reason), seq, past.attempt);
		recount(raw);
		if (state === STATE.ready && order_key !== null)
			lanes.moveUp(route, order_key, now);
		noting.add(seq, "redacted", note, now);
		return true;
	};
}

// --- helpers ---

interface Raw extends RawRow {
	readonly budget: number | null;
}

interface RawReason {
	readonly attempt: number;
	readonly reason: string;
}
