import {
	type Cells,
	COARSEST,
	describeMark,
	HISTORY_TIERS,
	type HistoryAsk,
	type HistoryBatch,
	type HistoryMark,
	type HistoryPart,
	type HistoryRow,
	type HistoryTotal,
	isShared,
	MARKS_KEPT_MS,
	MARKS_MAX,
	mergeCells,
	type Release,
	SAME_MARK_MS,
	stepOf,
} from "../port/history.ts";
import { packCells, unpackCells } from "../sql/cells.ts";
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
	const rows = createRowTable(db);
	const marks = createMarkTable(db);
	return {
		add({ agoMs, rows: added, marks: news }, now) {
			for (const { stepMs } of HISTORY_TIERS)
				rows.add(stepMs, stepOf(now, agoMs, stepMs), added);
			marks.add(news, now - agoMs);
		},
		read: ({ routes, stepMs, from, to }, now) => ({
			now,
			rows: routes.flatMap((route) => rows.between(stepMs, route, from, to)),
			marks: marks.between(from, to),
		}),
		totals(from, after) {
			const { stepMs } = COARSEST;
			const found: HistoryTotal[] = [];
			let count = 0;
			for (const { name: route } of rows.routes(after)) {
				const steps = rows.between(stepMs, route, from, FOREVER);
				count += steps.length;
				const cells = steps.reduce<Cells>(
					(sum, step) => mergeCells(sum, step.cells),
					[],
				);
				if (steps.length > 0) found.push({ route, cells });
				if (count >= ROWS_OF_A_PART) return { found, next: route };
			}
			return { found, next: undefined };
		},
		prune(max, now) {
			let left = max;
			for (const { id } of rows.routes(undefined)) {
				if (left <= 0) break;
				for (const { stepMs, keptMs } of HISTORY_TIERS)
					left -= rows.remove(stepMs, id, now - keptMs, left);
				rows.forget(id);
			}
			marks.prune(now);
		},
	};
}

// --- helpers ---

interface RawRow {
	readonly at: number;
	readonly cells: Uint8Array;
}

/** A route with rows. Its name is stored once, because it would be the largest part of a row. */
interface KnownRoute {
	readonly id: number;
	readonly name: string;
}

/** The rows of all tiers. Times are milliseconds, as everywhere, and seconds in the table: they need fewer bytes. */
interface RowTable {
	add(stepMs: number, atMs: number, rows: HistoryBatch["rows"]): void;
	between(
		stepMs: number,
		route: string,
		fromMs: number,
		toMs: number,
	): readonly HistoryRow[];
	/** Returns the routes whose name is greater, in the order of their names. */
	routes(after: string | undefined): readonly KnownRoute[];
	/** Removes at most `max` rows before a time. Returns the number. */
	remove(stepMs: number, id: number, before: number, max: number): number;
	/** Removes a route without rows. */
	forget(id: number): void;
}

function createRowTable(db: Database): RowTable {
	const find = db.prepare(
		"select at, cells from history where step = ? and route = ? and at = ?",
	);
	const set = db.prepare(
		`insert into history (step, route, at, cells) values (?, ?, ?, ?)
		on conflict do update set cells = excluded.cells`,
	);
	const range = db.prepare(
		"select at, cells from history where step = ? and route = ? and at >= ? and at < ? order by at",
	);
	const remove = db.prepare(
		`delete from history where step = ? and route = ? and at in (
			select at from history where step = ? and route = ? and at < ? order by at limit ?)`,
	);
	const findRoute = db.prepare("select id from history_route where name = ?");
	const addRoute = db.prepare(
		"insert into history_route (name) values (?) returning id",
	);
	const routes = db.prepare(
		"select id, name from history_route where name > ? or ? order by name",
	);
	const coarsest = toSeconds(COARSEST.stepMs);
	const forget = db.prepare(
		`delete from history_route where id = ?
		and not exists (select 1 from history where step = ${coarsest} and route = id)`,
	);
	const idOf = (name: string): number | undefined =>
		(findRoute.get(name) as KnownRoute | undefined)?.id;
	return {
		add(stepMs, atMs, rows) {
			const step = toSeconds(stepMs);
			const at = toSeconds(atMs);
			for (const { route, cells } of rows) {
				const id = idOf(route) ?? (addRoute.get(route) as KnownRoute).id;
				const known = find.get(step, id, at) as RawRow | undefined;
				const sum =
					known === undefined
						? cells
						: mergeCells(unpackCells(known.cells), cells);
				set.run(step, id, at, packCells(sum));
			}
		},
		between(stepMs, route, fromMs, toMs) {
			const id = idOf(route);
			if (id === undefined) return [];
			const time = [toSeconds(fromMs), toSeconds(toMs)] as const;
			const rows = range.all(toSeconds(stepMs), id, ...time) as RawRow[];
			return rows.map(({ at, cells }) => ({
				route,
				at: at * 1000,
				cells: unpackCells(cells),
			}));
		},
		routes: (after) =>
			routes.all(after ?? "", after === undefined ? 1 : 0) as KnownRoute[],
		remove(stepMs, id, before, max) {
			const step = toSeconds(stepMs);
			const end = toSeconds(before);
			return Number(remove.run(step, id, step, id, end, max).changes);
		},
		forget: (id) => void forget.run(id),
	};
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
				const known = isShared({ kind })
					? isKnown.get(...near, kind, text, router)
					: undefined;
				if (known !== undefined) continue;
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

function toSeconds(ms: number): number {
	return Math.ceil(ms / 1000);
}

const FOREVER = Number.MAX_SAFE_INTEGER;
