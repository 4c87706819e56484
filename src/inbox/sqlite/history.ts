import {
	type Cells,
	COARSEST,
	describeMark,
	HISTORY_TIERS,
	type HistoryAsk,
	type HistoryBatch,
	type HistoryMark,
	type HistoryPart,
	type HistoryTotal,
	MARKS_KEPT_MS,
	MARKS_MAX,
	mergeCells,
	type Release,
	SAME_MARK_MS,
	stepOf,
} from "../port/history.ts";
import type { Database } from "./driver.ts";

/** The history of an SQLite file. */
export interface HistoryTable {
	/** Runs in a transaction of the caller. */
	add(batch: HistoryBatch, now: number): void;
	read(ask: HistoryAsk, now: number): HistoryPart;
	/** Returns the totals of some routes after one, and the last of them if there may be more. */
	totals(from: number, after: string | undefined): TotalsPart;
	/** Removes at most `max` rows whose time is over. Runs in a transaction of the caller. */
	prune(max: number, now: number): void;
}

/** A part of the totals. */
export interface TotalsPart {
	readonly found: readonly HistoryTotal[];
	/** The route after which the next part begins. Undefined at the end. */
	readonly next: string | undefined;
}

export function createHistoryTable(db: Database): HistoryTable {
	const find = db.prepare(
		"select cells from history where step = ? and route = ? and at = ?",
	);
	const set = db.prepare(
		`insert into history (step, route, at, cells) values (?, ?, ?, ?)
		on conflict do update set cells = excluded.cells`,
	);
	const range = db.prepare(
		`select at, cells from history where step = ? and route = ? and at >= ? and at < ? order by at`,
	);
	const nextRoute = db.prepare(
		"select route from history where step = ? and route > ? order by route limit 1",
	);
	const hasAll = db.prepare(
		"select 1 from history where step = ? and route = '' limit 1",
	);
	const remove = db.prepare(
		`delete from history where step = ? and route = ? and at in (
			select at from history where step = ? and route = ? and at < ? order by at limit ?)`,
	);
	const marks = createMarkTable(db);
	const readCells = (
		stepMs: number,
		route: string,
		[from, to]: readonly [number, number],
	) =>
		(
			range.all(
				toSeconds(stepMs),
				route,
				toSeconds(from),
				toSeconds(to),
			) as RawRow[]
		).map(({ at, cells }) => ({
			route,
			at: at * 1000,
			cells: JSON.parse(cells) as Cells,
		}));
	/** Walks from route to route over the key: one step for each, however many rows it has. */
	function* routesOf(stepMs: number, after: string | undefined) {
		const step = toSeconds(stepMs);
		if (after === undefined && hasAll.get(step) !== undefined) yield "";
		for (let last = after ?? ""; ; ) {
			const row = nextRoute.get(step, last) as { readonly route: string };
			if (row === undefined) return;
			last = row.route;
			yield last;
		}
	}

	return {
		add({ agoMs, rows, marks: news }, now) {
			for (const { stepMs } of HISTORY_TIERS) {
				const step = toSeconds(stepMs);
				const at = toSeconds(stepOf(now, agoMs, stepMs));
				for (const { route, cells } of rows) {
					const known = find.get(step, route, at) as RawRow | undefined;
					const sum =
						known === undefined
							? cells
							: mergeCells(JSON.parse(known.cells) as Cells, cells);
					set.run(step, route, at, JSON.stringify(sum));
				}
			}
			marks.add(news, now - agoMs);
		},
		read: ({ routes, stepMs, from, to }, now) => ({
			now,
			rows: routes.flatMap((route) => readCells(stepMs, route, [from, to])),
			marks: marks.between(from, to),
		}),
		totals(from, after) {
			const { stepMs } = COARSEST;
			const found: HistoryTotal[] = [];
			let count = 0;
			for (const route of routesOf(stepMs, after)) {
				const rows = readCells(stepMs, route, [from, FOREVER]);
				count += rows.length;
				const cells = rows.reduce<Cells>(
					(sum, row) => mergeCells(sum, row.cells),
					[],
				);
				if (rows.length > 0) found.push({ route, cells });
				if (count >= ROWS_OF_A_PART) return { found, next: route };
			}
			return { found, next: undefined };
		},
		prune(max, now) {
			let left = max;
			for (const { stepMs, keptMs } of HISTORY_TIERS) {
				const step = toSeconds(stepMs);
				const end = toSeconds(now - keptMs);
				for (const route of routesOf(stepMs, undefined)) {
					if (left <= 0) return;
					left -= Number(
						remove.run(step, route, step, route, end, left).changes,
					);
				}
			}
			marks.prune(now);
		},
	};
}

// --- helpers ---

interface RawRow {
	readonly at: number;
	readonly cells: string;
}

interface MarkTable {
	add(marks: HistoryBatch["marks"], at: number): void;
	between(from: number, to: number): readonly HistoryMark[];
	prune(now: number): void;
}

function createMarkTable(db: Database): MarkTable {
	const lastRelease = db.prepare(
		`select version, fingerprint from mark where fingerprint is not null order by number desc limit 1`,
	);
	const isKnown = db.prepare(
		`select 1 from mark where at > ? and at <= ? and kind = ? and text = ? and router <> ? limit 1`,
	);
	const insert = db.prepare(
		"insert into mark (at, kind, text, router, version, fingerprint) values (?, ?, ?, ?, ?, ?)",
	);
	const latest = db.prepare(
		`select at, kind, text from mark where at >= ? and at < ? order by at desc, number desc limit ?`,
	);
	const remove = db.prepare(
		`delete from mark where at < ? and number < coalesce(
			(select max(number) from mark where fingerprint is not null), 0)`,
	);
	return {
		add(marks, at) {
			for (const mark of marks) {
				const { router, release } = mark;
				const last = lastRelease.get() as Release | undefined;
				const { kind, text } = describeMark(mark, last);
				const near = [at - SAME_MARK_MS, at + SAME_MARK_MS] as const;
				if (isKnown.get(...near, kind, text, router) !== undefined) continue;
				const { version = null, fingerprint = null } = release ?? {};
				insert.run(Math.round(at), kind, text, router, version, fingerprint);
			}
		},
		between: (from, to) =>
			(latest.all(from, to, MARKS_MAX) as HistoryMark[])
				.map(({ at, kind, text }) => ({ at, kind, text }))
				.reverse(),
		prune: (now) => void remove.run(now - MARKS_KEPT_MS),
	};
}

/** The rows that one part of the totals reads: a few milliseconds. */
const ROWS_OF_A_PART = 5000;

/** Seconds need fewer bytes in a row than milliseconds. */
function toSeconds(ms: number): number {
	return Math.ceil(ms / 1000);
}

const FOREVER = Number.MAX_SAFE_INTEGER;
