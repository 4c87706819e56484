import type { PacedAsk, PacedLeases, Pacing } from "../../port/pacing.ts";
import {
	byRoute,
	cutoffOf,
	PAST_PAUSES_MAX,
	PAST_PAUSES_MS,
	type Pause,
	type Pauses,
} from "../../port/pause.ts";
import type { Lease } from "../../port/queue.ts";
import {
	isToBeStored,
	msToToken,
	takeTokens,
	tokensOf,
} from "../../port/rate.ts";
import type { Session } from "../connect/connections.ts";
import { CLOCK, type Database, storable, storableOrNull } from "../sql.ts";
import { lockOf } from "./lanes.ts";
import type { LeaseWithin } from "./lease.ts";

/** The database, and what the pacing needs of the other parts. */
export interface PacingTools {
	readonly database: Database;
	readonly leaseWithin: LeaseWithin;
	/** Tells all routers, this one too, that pauses changed, and that routes may have work. */
	announce(routes: ReadonlySet<string>): void;
}

/** Creates the pacing, without the part that listens. */
export function createPacing(tools: PacingTools): Omit<Pacing, "onPauses"> {
	const { database, announce } = tools;
	const { schema, connections } = database;
	const lock = lockOf(schema, "pauses");
	return {
		pauses: () => readPauses(database),
		async pause(routes, { forMs, why }) {
			const statement = pauseStatement(database.quoted);
			await connections.transact("desk", [lock], (session) =>
				session.query(statement, [
					database.readClock(),
					[...new Set(routes)].map(storable),
					forMs === undefined ? null : Math.round(forMs),
					storableOrNull(why),
					PAST_PAUSES_MAX,
				]),
			);
			announce(new Set());
		},
		async resume(routes) {
			const rows = await connections.transact("desk", [lock], (session) =>
				session.query<{ route: string }>(
					`with ${CLOCK} update ${database.quoted}.pause p set until = clock.now from clock
					where p.route = any($2::text[]) and p.since <= clock.now and (p.until is null or p.until > clock.now)
					returning p.route`,
					[database.readClock(), routes.map(storable)],
				),
			);
			const resumed = rows.map(({ route }) => route);
			announce(new Set(resumed));
			return resumed;
		},
		leasePaced: (asks, leaseMs) => leasePaced(tools, asks, leaseMs),
	};
}

/**
 * Returns, for each route whose paused time matters, since when what changed has reached an age. Milliseconds since the epoch, as
 * JSON for a statement.
 */
export function cutoffsOf({ all, now }: Pauses, ageMs: number): string {
	const cutoffs = [...byRoute(all)]
		.map(([route, pauses]) => [route, cutoffOf(pauses, ageMs, now)] as const)
		.filter(([, cutoff]) => cutoff < now - ageMs);
	return JSON.stringify(Object.fromEntries(cutoffs));
}

/** Forgets past pauses that no retention and no retry depends on. */
export async function prunePauses(
	{ quoted, connections }: Database,
	{ all, now }: Pauses,
	ageMs: number,
): Promise<void> {
	const keptMs = Math.max(ageMs, PAST_PAUSES_MS);
	const old = [...byRoute(all).values()].flatMap((pauses) => {
		const cutoff = cutoffOf(pauses, keptMs, now);
		return pauses.filter(({ until = Infinity }) => until < cutoff);
	});
	if (old.length === 0) return;
	await connections.run("lease", (session) =>
		session.query(
			`delete from ${quoted}.pause p using unnest($1::text[], $2::bigint[]) g(route, since)
			where p.route = g.route and p.since = g.since`,
			[old.map(({ route }) => route), old.map(({ since }) => since)],
		),
	);
}

/** Reads all pauses with the time of the server. */
export async function readPauses({
	quoted,
	connections,
	readClock,
}: Database): Promise<Pauses> {
	const rows = await connections.run("desk", (session) =>
		session.query<RawPause>(
			`with ${CLOCK} select clock.now, p.route, p.since, p.until, p.why
			from clock left join ${quoted}.pause p on true order by p.since, p.route`,
			[readClock()],
		),
	);
	return {
		now: rows[0]?.now ?? Date.now(),
		all: rows.flatMap(({ route, since, until, why }): Pause[] =>
			route === null || since === null
				? []
				: [{ route, since, until: until ?? undefined, why: why ?? undefined }],
		),
	};
}

// --- helpers ---

interface RawPause {
	readonly now: number;
	readonly route: string | null;
	readonly since: number | null;
	readonly until: number | null;
	readonly why: string | null;
}

/** Changes the present pause of each route, or adds one, and removes the oldest past ones beyond a limit. */
function pauseStatement(schema: string): string {
	const isOn =
		"p.since <= clock.now and (p.until is null or p.until > clock.now)";
	return `with ${CLOCK}, changed as (
			update ${schema}.pause p set until = clock.now + $3::bigint, why = $4 from clock
			where p.route = any($2::text[]) and ${isOn} returning p.route
		), added as (
			insert into ${schema}.pause (route, since, until, why)
			select g.route, clock.now, clock.now + $3::bigint, $4 from unnest($2::text[]) g(route), clock
			where g.route not in (select route from changed)
			on conflict (route, since) do update set until = excluded.until, why = excluded.why
		)
		delete from ${schema}.pause p using (
			select route, since, row_number() over (partition by route order by since desc) as nth
			from ${schema}.pause where route = any($2::text[])
		) o where p.route = o.route and p.since = o.since and o.nth > $5::int`;
}

/** Takes tokens and leases in one transaction, which holds the rows of the buckets. */
function leasePaced(
	{ database, leaseWithin }: PacingTools,
	asks: readonly PacedAsk[],
	leaseMs: number,
): Promise<PacedLeases> {
	const { quoted, connections, readClock } = database;
	const names = [
		...new Set(asks.flatMap(({ tolls }) => tolls.map(({ bucket }) => bucket))),
	].map(storable);
	return connections.transact("lease", [], async (session) => {
		const { buckets, now } = await lockBuckets(session, {
			quoted,
			names,
			clock: readClock(),
		});
		const leases: Lease[] = [];
		const waits: PacedLeases["waits"][number][] = [];
		let isChanged = false;
		for (const { tolls, ...ask } of asks) {
			const fullAtOf = (bucket: string) => buckets.get(storable(bucket));
			const tokens = tolls.map(({ bucket, rate }) =>
				tokensOf(fullAtOf(bucket), rate, now),
			);
			const max = Math.max(0, Math.min(ask.max, ...tokens));
			const found =
				max === 0 ? [] : await leaseWithin(session, { ...ask, max }, leaseMs);
			leases.push(...found);
			let inMs = 0;
			for (const { bucket, rate } of tolls) {
				const spent = { tokens: found.length, now };
				const before = fullAtOf(bucket);
				const fullAt = takeTokens(before, rate, spent);
				isChanged ||= isToBeStored(before, fullAt, found.length);
				buckets.set(storable(bucket), fullAt);
				inMs = Math.max(inMs, msToToken(fullAt, rate, now));
			}
			if (max < ask.max && found.length === max)
				waits.push({ route: ask.route, inMs });
		}
		if (isChanged)
			await session.query(
				{
					name: "fill-buckets",
					text: `update ${quoted}.bucket b set full_at = g.full_at
						from unnest($1::text[], $2::float8[]) g(name, full_at) where b.name = g.name`,
				},
				[[...buckets.keys()], [...buckets.values()]],
			);
		return { leases, waits };
	});
}

/** Makes and locks buckets, in the order of their names, so that two routers cannot deadlock. Reads the time after that. */
async function lockBuckets(
	session: Session,
	{
		quoted,
		names,
		clock,
	}: {
		readonly quoted: string;
		readonly names: readonly string[];
		readonly clock: number | null;
	},
): Promise<{ readonly buckets: Map<string, number>; readonly now: number }> {
	const lock = {
		name: "lock-buckets",
		text: `select name, full_at from ${quoted}.bucket where name = any($1::text[]) order by name for update`,
	};
	type Row = { readonly name: string; readonly full_at: number };
	let rows = await session.query<Row>(lock, [names]);
	if (rows.length < names.length) {
		await session.query(
			`insert into ${quoted}.bucket (name, full_at) select name, 0 from unnest($1::text[]) g(name) order by name
			on conflict do nothing`,
			[names],
		);
		rows = await session.query<Row>(lock, [names]);
	}
	const [read] = await session.query<{ now: number }>(
		{ name: "clock", text: `with ${CLOCK} select now from clock` },
		[clock],
	);
	return {
		buckets: new Map(rows.map(({ name, full_at }) => [name, full_at])),
		now: read?.now ?? Date.now(),
	};
}
