import type { PruneRules } from "../port/delivery.ts";
import { RESENT_FOR_MS, ROOM } from "../port/room.ts";
import type { Evicted } from "../port/store.ts";
import { STATE } from "../sql/states.ts";
import type { Gauge } from "./gauge.ts";
import { pruneHistory } from "./history.ts";
import { cutoffsOf, prunePauses, readPauses } from "./queue/pacing.ts";
import { CLOCK, type Database } from "./sql.ts";

/** Counts the deliveries that were removed or stripped of their body. */
export interface Pruned {
	readonly count: number;
	/** The dead among them. */
	readonly evicted: readonly Evicted[];
}

/** The database, and the bound of the inbox. */
export interface PruneTools {
	readonly database: Database;
	readonly gauge: Gauge;
	/** Bytes; undefined for no bound. */
	readonly maxBytes: number | undefined;
}

/**
 * Creates the pruning: it removes deliveries after their retention, and bodies before that, then makes room. It skips rows that
 * another router currently uses.
 */
export function createPrune(
	tools: PruneTools,
): (rules: PruneRules) => Promise<Pruned> {
	const { quoted: schema, connections, readClock } = tools.database;
	const makeRoom = createMakeRoom(tools);
	// In `$4` is the time for each route whose paused time matters: that does not count.
	const old = (state: number) =>
		`select seq from ${schema}.delivery where state = ${state} and updated <= (select now from clock) - $2::bigint
		and updated <= coalesce(($4::jsonb ->> route)::float8, updated)
		order by updated limit $3::bigint for update skip locked`;
	const remove = (state: number) => `with ${CLOCK}, gone as (
			delete from ${schema}.delivery d using (${old(state)}) o where d.seq = o.seq returning d.seq
		), bodies as (delete from ${schema}.body b using gone where b.seq = gone.seq
		), tries as (delete from ${schema}.attempt a using gone where a.seq = gone.seq)
		select count(*) as count from gone`;
	const strip = `with ${CLOCK}, bare as (
			update ${schema}.delivery d set state = ${STATE.bare}, size = octet_length(e.envelope)
			from (${old(STATE.delivered)}) o join ${schema}.body e using (seq) where d.seq = o.seq returning d.seq
		), bodies as (update ${schema}.body b set bytes = null, answer = null from bare where b.seq = bare.seq)
		select count(*) as count from bare`;

	return async (rules) => {
		let left = rules.max;
		const pauses = await readPauses(tools.database);
		// Uses the connections that plan for the index: the planner must not scan a million rows for a few.
		const step = async (text: string, ageMs: number) => {
			if (left <= 0) return;
			const [row] = await connections.run("lease", (session) =>
				session.query<{ count: number }>(text, [
					readClock(),
					ageMs,
					left,
					cutoffsOf(pauses, ageMs),
				]),
			);
			left -= row?.count ?? 0;
		};
		await step(remove(STATE.bare), rules.deliveredMs);
		await step(remove(STATE.delivered), rules.deliveredMs);
		await step(remove(STATE.dead), rules.deadMs);
		if (rules.bodyMs !== undefined) await step(strip, rules.bodyMs);
		const pruned = rules.max - left;
		await connections.run("lease", (session) =>
			session.query(
				`with ${CLOCK} delete from ${schema}.state where (plugin, key) in (
					select plugin, key from ${schema}.state where expires <= (select now from clock) order by expires limit $2::bigint
				) and expires <= (select now from clock)`,
				[readClock(), rules.max],
			),
		);
		await prunePauses(
			tools.database,
			pauses,
			Math.max(rules.deliveredMs, rules.deadMs),
		);
		await pruneHistory(tools.database);
		const { count, evicted } = await makeRoom(left);
		return { count: pruned + count, evicted };
	};
}

// --- helpers ---

/**
 * Creates the function that keeps the inbox within its limit. It removes at most `max`: first dead ones beyond their part, the
 * oldest of the route with the most; then the bodies of delivered ones, oldest first; then delivered ones that are not repeated
 * any more.
 */
function createMakeRoom({
	database: { quoted, connections, readClock },
	gauge,
	maxBytes,
}: PruneTools): (max: number) => Promise<Pruned> {
	const { dead, strip, forget } = roomStatements(quoted);
	let isShort = false;
	const run = <Row>(text: string, values: readonly unknown[]) =>
		connections.run("lease", (session) => session.query<Row>(text, values));

	const trimDead = async (bound: number, max: number): Promise<Evicted[]> => {
		const { bytes, route } = gauge.mostDead();
		if (bytes <= bound || route === undefined) return [];
		const rows = await run<DeadRow>(dead, [route, max, bytes - bound]);
		gauge.addDead(route, -sumOf(rows));
		return rows.map(({ id }) => ({ id, route, state: "dead" }));
	};

	/** Removes bodies first: without its row a repeated delivery would count as new. */
	const trimDelivered = async (
		surplus: number,
		max: number,
	): Promise<number> => {
		const bare = await run<Sized>(strip, [max, surplus]);
		const gone =
			bare.length > 0
				? bare
				: await run<Sized>(forget, [readClock(), max, RESENT_FOR_MS]);
		gauge.addUsed(-sumOf(gone));
		return gone.length;
	};

	return async (max) => {
		if (maxBytes === undefined || max <= 0) return NOTHING;
		// Other routers also put and prune, so the last measurement is only valid while this router keeps making room.
		if (!isShort) await gauge.measure();
		const evicted = await trimDead(maxBytes * ROOM.dead, max);
		let count = evicted.length;
		isShort ||= gauge.usedBytes > maxBytes * ROOM.high;
		if (!isShort || count >= max) return { count, evicted };
		const surplus = gauge.usedBytes - maxBytes * ROOM.low;
		const done = surplus > 0 ? await trimDelivered(surplus, max - count) : 0;
		count += done;
		isShort = done > 0;
		return { count, evicted };
	};
}

const NOTHING: Pruned = { count: 0, evicted: [] };

interface Sized {
	readonly bytes: number;
}

interface DeadRow extends Sized {
	readonly id: string;
}

function sumOf(rows: readonly Sized[]): number {
	return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Each statement removes the oldest until enough bytes are free. Rows that another router uses are left for the next run. */
function roomStatements(schema: string) {
	const oldest = (where: string, max: string) =>
		`select seq, size from ${schema}.delivery where ${where} order by updated limit ${max}::bigint for update skip locked`;
	const until = (rows: string, bytes: string) =>
		`select seq, size from (select seq, size, sum(size) over (order by seq) - size as before from (${rows}) r) s where before < ${bytes}::float8`;
	const remove = (rows: string) =>
		`gone as (
			delete from ${schema}.delivery d using (${rows}) o where d.seq = o.seq returning d.seq, d.id, d.size
		), bodies as (delete from ${schema}.body b using gone where b.seq = gone.seq
		), tries as (delete from ${schema}.attempt a using gone where a.seq = gone.seq)
		select id, size as bytes from gone order by seq`;
	return {
		dead: `with ${remove(until(oldest(`state = ${STATE.dead} and route = $1`, "$2"), "$3"))}`,
		strip: `with bare as (
				update ${schema}.delivery d set state = ${STATE.bare}, size = octet_length(e.envelope)
				from (${until(oldest(`state = ${STATE.delivered}`, "$1"), "$2")}) o join ${schema}.body e using (seq)
				where d.seq = o.seq returning d.seq, o.size - d.size as bytes
			), bodies as (update ${schema}.body b set bytes = null, answer = null from bare where b.seq = bare.seq)
			select bytes from bare`,
		forget: `with ${CLOCK}, ${remove(oldest(`state = ${STATE.bare} and updated <= (select now from clock) - $3::bigint`, "$2"))}`,
	};
}
