import {
	byRoute,
	cutoffOf,
	isOn,
	PAST_PAUSES_MAX,
	PAST_PAUSES_MS,
	type Pause,
	type PauseTerms,
} from "../../port/pause.ts";
import type { Database } from "../driver.ts";

/** The pauses of the routes. What changes them runs in a transaction of the caller. */
export interface PauseTable {
	/** Returns all pauses, oldest first. */
	all(): readonly Pause[];
	/** Returns true while a route is paused. */
	isPaused(route: string, now: number): boolean;
	/** Returns the end of the route's present pause, `Infinity` without one, and undefined if the route is not paused. */
	endOf(route: string, now: number): number | undefined;
	/** Returns since when what changed has reached an age, for each route whose paused time matters. */
	cutoffs(ageMs: number, now: number): ReadonlyMap<string, number>;
	pause(routes: readonly string[], terms: PauseTerms, now: number): void;
	/** Returns the routes that were paused. */
	resume(routes: readonly string[], now: number): readonly string[];
	/** Forgets past pauses that no retention and no retry depends on. */
	prune(ageMs: number, now: number): void;
	/** Reads the table again at the next use. MUST be called when another process may have written, or a change was rolled back. */
	reload(): void;
}

export function createPauseTable(db: Database): PauseTable {
	const select = db.prepare("select route, since, until, why from pause");
	const start = db.prepare(
		`insert into pause (route, since, until, why) values (?, ?, ?, ?)
		on conflict do update set until = excluded.until, why = excluded.why`,
	);
	const end = db.prepare(
		"update pause set until = ? where route = ? and since = ?",
	);
	const forget = db.prepare("delete from pause where route = ? and since = ?");
	let known: Known | undefined;

	const read = (): Known => {
		if (known !== undefined) return known;
		const all = (select.all() as RawPause[])
			.map(toPause)
			.sort((a, b) => a.since - b.since || (a.route < b.route ? -1 : 1));
		known = { all, routes: byRoute(all) };
		return known;
	};
	const present = (route: string, now: number): Pause | undefined => {
		const { routes } = read();
		// Most inboxes have no pause, and this is asked at each lease.
		if (routes.size === 0) return undefined;
		return routes.get(route)?.findLast((pause) => isOn(pause, now));
	};

	return {
		all: () => read().all,
		isPaused: (route, now) => present(route, now) !== undefined,
		endOf(route, now) {
			const pause = present(route, now);
			return pause && (pause.until ?? Infinity);
		},
		cutoffs(ageMs, now) {
			const cutoffs = new Map<string, number>();
			for (const [route, pauses] of read().routes) {
				const cutoff = cutoffOf(pauses, ageMs, now);
				if (cutoff < now - ageMs) cutoffs.set(route, cutoff);
			}
			return cutoffs;
		},
		pause(routes, { forMs, why }, now) {
			const until = forMs === undefined ? null : now + Math.round(forMs);
			for (const route of new Set(routes)) {
				const since = present(route, now)?.since ?? now;
				start.run(route, since, until, why ?? null);
				const past = read().routes.get(route) ?? [];
				for (const old of past.slice(0, -PAST_PAUSES_MAX))
					forget.run(route, old.since);
			}
			known = undefined;
		},
		resume(routes, now) {
			const paused = [...new Set(routes)].filter(
				(route) => present(route, now) !== undefined,
			);
			for (const route of paused)
				end.run(now, route, present(route, now)?.since ?? now);
			known = undefined;
			return paused;
		},
		prune(ageMs, now) {
			const { routes } = read();
			for (const [route, pauses] of routes) {
				const cutoff = cutoffOf(pauses, Math.max(ageMs, PAST_PAUSES_MS), now);
				for (const { since, until = Infinity } of pauses) {
					if (until >= cutoff) break;
					forget.run(route, since);
					known = undefined;
				}
			}
		},
		reload() {
			known = undefined;
		},
	};
}

// --- helpers ---

interface Known {
	readonly all: readonly Pause[];
	readonly routes: ReadonlyMap<string, readonly Pause[]>;
}

interface RawPause {
	readonly route: string;
	readonly since: number;
	readonly until: number | null;
	readonly why: string | null;
}

function toPause({ route, since, until, why }: RawPause): Pause {
	return { route, since, until: until ?? undefined, why: why ?? undefined };
}
