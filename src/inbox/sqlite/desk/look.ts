import { childPrefixOf } from "../../port/child.ts";
import type {
	DeliveryContent,
	DeliveryDetail,
	DeliveryFilter,
	DeliveryRow,
	DeliveryState,
} from "../../port/delivery.ts";
import type { Count } from "../../sql/counts.ts";
import { filterToSql } from "../../sql/filter.ts";
import {
	LAST,
	type RawAction,
	type RawAttempt,
	type RawPayload,
	type RawRow,
	toActions,
	toDeliveryRow,
	toDetail,
} from "../../sql/rows.ts";
import { shownState } from "../../sql/states.ts";
import type { Database, SqlValue, Statement } from "../driver.ts";
import { dedupeHash } from "../queue/dedupe.ts";
import { OUTCOMES, ROW_COLUMNS, readNumber } from "../schema.ts";

/**
 * The part of a look that one call returns. It may be empty and still have a next part: a call examines a limited number of
 * rows, so that no look delays the puts behind it.
 */
export interface Bite<T> {
	readonly found: readonly T[];
	/** Where to go on; undefined where there is no more. */
	readonly next: number | undefined;
}

/** Reads deliveries in parts. Each `from` is the `next` of the previous part. Undefined to start. */
export interface Look {
	get(id: string): DeliveryDetail | undefined;
	find(prefix: string, max: number): readonly DeliveryRow[];
	children(parents: readonly string[]): readonly DeliveryRow[];
	changes(
		filter: DeliveryFilter,
		since: number,
		max: number,
	): readonly DeliveryRow[];
	/** The newest first. */
	list(
		filter: DeliveryFilter,
		from: number | undefined,
		max: number,
	): Bite<DeliveryRow & { readonly seq: number }>;
	/** The newest first, with their content. */
	scan(filter: DeliveryFilter, from: number | undefined): Bite<DeliveryContent>;
	/** The oldest first, with `extra` as one more condition. */
	select(
		filter: DeliveryFilter,
		from: number | undefined,
		max: number,
		extra?: string,
	): Bite<RawRow>;
	export(
		filter: DeliveryFilter,
		from: number | undefined,
	): Bite<DeliveryDetail>;
	count(from: number | undefined): Bite<Count>;
}

/** @param window the number of rows in order of arrival that one part examines */
export function createLook(db: Database, window: number): Look {
	const byId = db.prepare(`select ${ROW_COLUMNS} from delivery where id = ?`);
	const beginning = db.prepare(
		`select ${ROW_COLUMNS} from delivery indexed by delivery_id
		where id >= ? and id < ? order by id limit ?`,
	);
	const endsOf = createEnds(db);
	const detailOf = createDetail(db);
	const select = createSelect(db, window);
	const list: Look["list"] = (filter, from, max) => {
		const { first, last } = endsOf();
		const condition = toCondition(filter);
		const end = Math.min(from ?? FAR, (last ?? 0) + 1);
		const start = condition.isNarrow ? 0 : end - window;
		const found = rows(
			prepareSelect(db, condition, "seq >= ? and seq < ?", "desc"),
			[...condition.values, start, end, max],
		);
		const isFull = found.length === max;
		const next = isFull ? (found.at(-1)?.seq ?? 0) : start;
		return {
			found: found.map((raw) => ({ ...toDeliveryRow(raw), seq: raw.seq })),
			next: next > (first ?? FAR) ? next : undefined,
		};
	};

	return {
		get(id) {
			const raw = byId.get(id) as RawRow | undefined;
			return raw && detailOf(raw);
		},
		find: (prefix, max) =>
			rows(beginning, [prefix, `${prefix}${LAST}`, max]).map(toDeliveryRow),
		children: (parents) =>
			[...parents].sort().flatMap((parent) => {
				const prefix = childPrefixOf(parent);
				const ends = [prefix, `${prefix}${LAST}`, FAR] as const;
				return rows(beginning, ends).map(toDeliveryRow);
			}),
		changes: createChanges(db),
		list,
		scan: createScan(db, list),
		select,
		export(filter, from) {
			const { found, next } = select(filter, from, EXPORT_ROWS);
			let bytes = 0;
			const fit = found.findIndex(({ size }) => {
				bytes += size;
				return bytes > EXPORT_BYTES;
			});
			const cut = fit === -1 ? found.length : Math.max(fit, 1);
			const rest = found[cut];
			return {
				found: found.slice(0, cut).map(detailOf),
				next: rest === undefined ? next : rest.seq,
			};
		},
		count: createCounts(db, window),
	};
}

/** A filter as SQL over `delivery`. */
export interface Condition {
	/** The index for reading the table. Empty for its own order. */
	readonly by: string;
	readonly sql: string;
	readonly values: readonly SqlValue[];
	/** True if so few rows match or are examined that one statement may read all of them. */
	readonly isNarrow: boolean;
}

/**
 * Converts a filter into SQL. Without a suitable index, rows are read in the order of arrival, in windows: a statement over a
 * million rows would delay every put behind it.
 */
export function toCondition(filter: DeliveryFilter): Condition {
	const values: SqlValue[] = [];
	const bind = (value: SqlValue) => {
		values.push(value);
		return "?";
	};
	const terms = [...filterToSql(filter, bind)];
	const { states, dedupeKey } = filter;
	// SQLite uses a partial index only if its condition is in the query, word for word.
	const isParked = states?.every((state) => PARKED.has(state)) ?? false;
	if (isParked) terms.push("state in (3, 5)");
	const isByKey = dedupeKey !== undefined;
	if (isByKey)
		// Quarantined deliveries hold no key, so `seen` does not contain them. They are few.
		terms.push(
			`seq in (
				select seq from seen where hash = ${bind(dedupeHash(dedupeKey))}
				union all select seq from delivery indexed by delivery_parked
				where state in (3, 5) and state = 5 and dedupe_key = ${bind(dedupeKey)})`,
		);
	return {
		by: isParked && !isByKey ? "indexed by delivery_parked" : "not indexed",
		sql: terms.join(" and ") || "true",
		values,
		isNarrow: isParked || isByKey,
	};
}

// --- helpers ---

const FAR = Number.MAX_SAFE_INTEGER;
/** A part of a scan takes the thread a few milliseconds. */
const SCAN_ROWS = 250;
const SCAN_BYTES = 1024 * 1024;
const EXPORT_ROWS = 200;
const EXPORT_BYTES = 4 * 1024 * 1024;

const PARKED: ReadonlySet<DeliveryState> = new Set(["dead", "quarantined"]);

interface Ends {
	readonly first: number | null;
	readonly last: number | null;
}

function createEnds(db: Database): () => Ends {
	const ends = db.prepare(
		"select (select min(seq) from delivery) as first, (select max(seq) from delivery) as last",
	);
	return () => ends.get() as Ends;
}

function createDetail(db: Database): (raw: RawRow) => DeliveryDetail {
	const payload = db.prepare(
		"select envelope, body, answer from body where seq = ?",
	);
	const history = db.prepare(
		"select attempt, started_at, duration_ms, outcome, reason from attempt where seq = ? order by attempt",
	);
	const actions = db.prepare(
		"select at, action, actor, reason from action where seq = ? order by id",
	);
	return (raw) => ({
		...toDetail(
			raw,
			payload.get(raw.seq) as RawPayload | undefined,
			history.all(raw.seq) as RawAttempt[],
			(code) => OUTCOMES[code] ?? "dead",
		),
		...toActions(actions.all(raw.seq) as RawAction[]),
	});
}

/** Reads the content of a part of a list. What does not fit is left for the next part. */
function createScan(db: Database, list: Look["list"]): Look["scan"] {
	const payload = db.prepare(
		"select envelope, body, answer from body where seq = ?",
	);
	return (filter, from) => {
		const { found, next } = list(filter, from, SCAN_ROWS);
		const scanned: DeliveryContent[] = [];
		let bytes = 0;
		for (const { seq, ...row } of found) {
			if (bytes > SCAN_BYTES) return { found: scanned, next: seq + 1 };
			bytes += row.sizeBytes;
			const { envelope, body, answer } = (payload.get(seq) ??
				NO_PAYLOAD) as RawPayload;
			scanned.push({
				...row,
				envelope,
				body: body ?? undefined,
				answer: answer ?? undefined,
				cursor: `${seq}`,
			});
		}
		return { found: scanned, next };
	};
}

const NO_PAYLOAD: RawPayload = { envelope: "{}", body: null, answer: null };

/** Each part of the table has its own index. No index contains only the time of a change, because every change would have to update it. */
const CHANGED = [
	...[2, 3].flatMap((state) =>
		[0, 1].map(
			(isBodiless) =>
				`indexed by delivery_finished where state in (2, 3) and state = ${state} and is_bodiless = ${isBodiless}`,
		),
	),
	"indexed by delivery_leased where state = 1",
	"indexed by delivery_ready where state = 0",
	"indexed by delivery_blocked where state = 4",
	"indexed by delivery_parked where state in (3, 5) and state = 5",
];

function createChanges(db: Database): Look["changes"] {
	let asked = "";
	let answer: readonly DeliveryRow[] = [];
	return (filter, since, max) => {
		// Two numbers change with any commit, of another connection and of this one. If both are unchanged, nothing is read.
		const version = readNumber(db, "data_version");
		const ask = JSON.stringify([version, totalChanges(db), filter, since, max]);
		if (ask === asked) return answer;
		const { sql, values } = toCondition(filter);
		const found = CHANGED.flatMap((part) =>
			rows(
				db.prepare(
					`select ${ROW_COLUMNS} from delivery ${part} and updated_at >= ? and ${sql}
					order by updated_at, seq limit ?`,
				),
				[since, ...values, max],
			),
		).sort((a, b) => a.updated_at - b.updated_at || a.seq - b.seq);
		answer = found.slice(0, max).map(toDeliveryRow);
		asked = ask;
		return answer;
	};
}

function totalChanges(db: Database): number {
	const row = db.prepare("select total_changes() as count").get() as {
		readonly count: number;
	};
	return row.count;
}

function createSelect(db: Database, window: number): Look["select"] {
	const endsOf = createEnds(db);
	return (filter, from, max, extra = "true") => {
		const { first, last } = endsOf();
		const condition = toCondition(filter);
		const start = Math.max(from ?? 0, first ?? 0);
		const end = condition.isNarrow ? Infinity : start + window;
		const found = rows(
			prepareSelect(db, condition, `seq >= ? and seq < ? and ${extra}`, "asc"),
			[...condition.values, start, Math.min(end, FAR), max],
		);
		const isFull = found.length === max;
		const next = isFull ? (found.at(-1)?.seq ?? 0) + 1 : end;
		return { found, next: next <= (last ?? 0) ? next : undefined };
	};
}

function createCounts(db: Database, window: number): Look["count"] {
	const endsOf = createEnds(db);
	const count = db.prepare(
		`select route, state, attempts > 0 as isTried, count(*) as count, min(received_at) as oldestAt
		from delivery not indexed where seq >= ? and seq < ? group by 1, 2, 3`,
	);
	return (from) => {
		const { first, last } = endsOf();
		const start = Math.max(from ?? 0, first ?? 0);
		const end = start + window;
		const found = (count.all(start, end) as RawCount[]).map((raw) => ({
			route: raw.route,
			state: shownState(raw.state, raw.isTried === 1),
			count: raw.count,
			oldestAt: raw.oldestAt,
		}));
		return { found, next: end <= (last ?? 0) ? end : undefined };
	};
}

interface RawCount {
	readonly route: string;
	readonly state: number;
	readonly isTried: number;
	readonly count: number;
	readonly oldestAt: number;
}

function prepareSelect(
	db: Database,
	{ by, sql }: Condition,
	range: string,
	direction: "asc" | "desc",
): Statement {
	return db.prepare(
		`select ${ROW_COLUMNS} from delivery ${by}
		where ${sql} and ${range} order by seq ${direction} limit ?`,
	);
}

function rows(
	statement: Statement,
	values: readonly SqlValue[],
): readonly RawRow[] {
	return statement.all(...values) as RawRow[];
}
