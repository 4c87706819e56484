import type { PruneRules } from "../port/delivery.ts";
import type { Connections } from "./connections.ts";
import type { Trimmed } from "./make-room.ts";
import { CLOCK, type ReadClock } from "./sql.ts";
import { STATE } from "./states.ts";

/**
 * Makes the upkeep: removes what is over its time, and bodies before the rest. Counts both. What another
 * router works on at that moment is left for the next time.
 *
 * @param schema the schema's name, quoted
 */
export function createPrune(
	schema: string,
	connections: Connections,
	readClock: ReadClock,
	makeRoom: (max: number) => Promise<Trimmed>,
): (rules: PruneRules) => Promise<Trimmed> {
	const old = (state: number) =>
		`select seq from ${schema}.delivery where state = ${state} and updated <= (select now from clock) - $2::bigint
		order by updated limit $3::bigint for update skip locked`;
	const remove = (state: number) => `with ${CLOCK}, gone as (
			delete from ${schema}.delivery d using (${old(state)}) o where d.seq = o.seq returning d.seq
		), bodies as (delete from ${schema}.body b using gone where b.seq = gone.seq
		), tries as (delete from ${schema}.attempt a using gone where a.seq = gone.seq)
		select count(*) as count from gone`;
	const strip = `with ${CLOCK}, bare as (
			update ${schema}.delivery d set state = ${STATE.bare}, size = octet_length(e.envelope)
			from (${old(STATE.delivered)}) o join ${schema}.body e using (seq) where d.seq = o.seq returning d.seq
		), bodies as (update ${schema}.body b set bytes = null from bare where b.seq = bare.seq)
		select count(*) as count from bare`;

	return async (rules) => {
		let left = rules.max;
		// Through the connections that plan for the index: the planner must not scan a million rows for a few.
		const step = async (text: string, ageMs: number) => {
			if (left <= 0) return;
			const [row] = await connections.run("lease", (session) =>
				session.query<{ count: number }>(text, [readClock(), ageMs, left]),
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
		const { count, evicted } = await makeRoom(left);
		return { count: pruned + count, evicted };
	};
}
