import { RESENT_FOR_MS, ROOM } from "../port/room.ts";
import type { Evicted } from "../port/store.ts";
import type { Connections } from "./connections.ts";
import type { Gauge } from "./gauge.ts";
import { CLOCK, type ReadClock } from "./sql.ts";
import { STATE } from "./states.ts";

/** What a trim did. */
export interface Trimmed {
	readonly count: number;
	/** The dead among them. */
	readonly evicted: readonly Evicted[];
}

export interface MakeRoomParts {
	/** The schema's name, quoted. */
	readonly schema: string;
	readonly connections: Connections;
	readonly readClock: ReadClock;
	readonly gauge: Gauge;
	/** Undefined for no bound. */
	readonly maxBytes: number | undefined;
}

/**
 * Makes what keeps the inbox within its room. It lets go, at most `max`: of dead ones what is beyond their part, the oldest of the
 * route that has most; then bodies of delivered ones, the oldest first; then delivered ones that nobody sends again any more.
 */
export function createMakeRoom({
	schema,
	connections,
	readClock,
	gauge,
	maxBytes,
}: MakeRoomParts): (max: number) => Promise<Trimmed> {
	const { dead, strip, forget } = statements(schema);
	let isTrimming = false;
	// Through the connections that plan for the index: the planner must not scan a million rows for a few.
	const run = <Row>(text: string, values: readonly unknown[]) =>
		connections.run("lease", (session) => session.query<Row>(text, values));

	const trimDead = async (bound: number, max: number): Promise<Evicted[]> => {
		const { bytes, route } = gauge.mostDead();
		if (bytes <= bound || route === undefined) return [];
		const rows = await run<DeadRow>(dead, [route, max, bytes - bound]);
		gauge.addDead(route, -sumOf(rows));
		return rows.map(({ id }) => ({ id, route, state: "dead" }));
	};

	/** Of delivered ones: bodies first, since without its row one that is sent again would count as new. */
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
		// Others put and trim as well: only within one course of trimming the last measure is enough.
		if (!isTrimming) await gauge.measure();
		const evicted = await trimDead(maxBytes * ROOM.dead, max);
		let count = evicted.length;
		isTrimming ||= gauge.usedBytes > maxBytes * ROOM.high;
		if (!isTrimming || count >= max) return { count, evicted };
		const surplus = gauge.usedBytes - maxBytes * ROOM.low;
		const done = surplus > 0 ? await trimDelivered(surplus, max - count) : 0;
		count += done;
		isTrimming = done > 0;
		return { count, evicted };
	};
}

// --- helpers ---

const NOTHING: Trimmed = { count: 0, evicted: [] };

interface Sized {
	readonly bytes: number;
}

interface DeadRow extends Sized {
	readonly id: string;
}

function sumOf(rows: readonly Sized[]): number {
	return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Each takes the oldest until so many bytes are gone; what another router works on is left for the next time. */
function statements(schema: string) {
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
			), bodies as (update ${schema}.body b set bytes = null from bare where b.seq = bare.seq)
			select bytes from bare`,
		forget: `with ${CLOCK}, ${remove(oldest(`state = ${STATE.bare} and updated <= (select now from clock) - $3::bigint`, "$2"))}`,
	};
}
