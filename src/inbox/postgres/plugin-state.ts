import type { PluginState, StateWrite } from "../port/state.ts";
import type { Session, Statement } from "./connect/connections.ts";
import { CLOCK, type Database, storable, storableOrNull } from "./sql.ts";

/** The durable state of plugins, which a settlement can write as well. */
export interface DurableState extends PluginState {
	/** Writes in the transaction of a session, in order. */
	write(session: Session, writes: readonly StateWrite[]): Promise<void>;
}

/** Makes the state of plugins. */
export function createPluginState({
	quoted,
	connections,
	readClock,
}: Database): DurableState {
	const { read, list, write } = statements(quoted);
	const writeAll = async (session: Session, writes: readonly StateWrite[]) => {
		if (writes.length === 0) return;
		const last = lastOfEach(writes);
		await session.query(write, [
			readClock(),
			last.map(({ plugin }) => storable(plugin)),
			last.map(({ key }) => storable(key)),
			last.map(({ value }) => storableOrNull(value)),
			last.map(({ value, expiresAfterMs }) =>
				// A deletion is an expired value, so that one statement writes all entries in one order.
				value === undefined ? 0 : roundOrNull(expiresAfterMs),
			),
		]);
	};
	return {
		async readState(plugin, key) {
			const [row] = await connections.run("lease", (session) =>
				session.query<{ value: string }>(read, [
					readClock(),
					storable(plugin),
					storable(key),
				]),
			);
			return row?.value;
		},
		listState: (plugin, prefix, max) =>
			connections.run("lease", (session) =>
				session.query<{ key: string; value: string }>(list, [
					readClock(),
					storable(plugin),
					storable(prefix),
					max,
				]),
			),
		async writeState(writes) {
			await connections.run("lease", (session) => writeAll(session, writes));
		},
		write: writeAll,
	};
}

// --- helpers ---

function statements(
	schema: string,
): Record<"read" | "list" | "write", Statement> {
	const isAlive =
		"value is not null and (expires is null or expires > (select now from clock))";
	return {
		read: {
			name: "state-read",
			text: `with ${CLOCK} select value from ${schema}.state where plugin = $2 and key = $3 and ${isAlive}`,
		},
		list: {
			name: "state-list",
			// Keys are sorted by bytes, so those of a prefix are contiguous and end before the prefix with the highest character.
			text: `with ${CLOCK} select key, value from ${schema}.state
				where plugin = $2 and key >= $3::text and key < $3::text || U&'\\+10FFFF' and starts_with(key, $3::text) and ${isAlive}
				order by key limit $4::bigint`,
		},
		write: {
			name: "state-write",
			text: `with ${CLOCK}
				insert into ${schema}.state (plugin, key, value, expires)
				select plugin, key, value, clock.now + after
				from unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) with ordinality g(plugin, key, value, after, ord), clock
				order by ord
				on conflict (plugin, key) do update set value = excluded.value, expires = excluded.expires`,
		},
	};
}

/** Returns the last write of each key, sorted so that two transactions cannot deadlock. */
function lastOfEach(writes: readonly StateWrite[]): readonly StateWrite[] {
	const last = new Map(
		writes.map((write) => [JSON.stringify([write.plugin, write.key]), write]),
	);
	return [...last.entries()]
		.sort(([left], [right]) => (left < right ? -1 : 1))
		.map(([, write]) => write);
}

function roundOrNull(ms: number | undefined): number | null {
	return ms === undefined ? null : Math.round(ms);
}
