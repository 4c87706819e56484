import type { Note } from "../../port/delivery.ts";
import type { Desk } from "../../port/desk.ts";
import type { Doubt } from "../../port/doubt.ts";
import {
	REDACTED_ENVELOPE,
	REDACTED_REASON,
	redactDoubts,
	redactKey,
	redactReason,
} from "../../port/redacted.ts";
import type { RawRow } from "../../sql/rows.ts";
import { isUnfinished, STATE } from "../../sql/states.ts";
import type { Session } from "../connect/connections.ts";
import { WorkDelta } from "../gauge.ts";
import { laneLock } from "../queue/lanes.ts";
import { CLOCK, type Database, storable, storableOrNull } from "../sql.ts";
import type { Changed, ChangeTools } from "./changed.ts";
import { addNotes } from "./noting.ts";
import { ROW_COLUMNS } from "./rows.ts";

/** Creates the part of the desk that removes content. Reports the ended deliveries to `apply`. */
export function createRedaction(
	tools: ChangeTools,
	apply: (changed: Changed) => void,
): Pick<Desk, "redact" | "redactState" | "scrub"> {
	const { database } = tools;
	const { quoted, connections } = database;
	return {
		async redact(ids, note) {
			const redacted: string[] = [];
			for (let at = 0; at < ids.length; at += CHUNK) {
				const part = ids.slice(at, at + CHUNK).map(storable);
				const { done, changed } = await redactPart(tools, part, note);
				redacted.push(...done);
				apply(changed);
			}
			return redacted;
		},
		redactState: (isMatch) => redactState(database, isMatch),
		async scrub() {
			// `vacuum` runs in no transaction, and clears the rows that no other transaction can see any more.
			await connections.run("desk", async (session) => {
				for (const table of ["delivery", "body", "attempt", "state"])
					await session.query(`vacuum ${quoted}.${table}`, []);
			});
			return "PostgreSQL keeps removed rows in its write-ahead log, archives and standbys until they are recycled, and in pages until they are reused. `vacuum full` writes the tables afresh";
		},
	};
}

// --- helpers ---

/** Deliveries of one transaction. */
const CHUNK = 200;

async function redactPart(
	{ database, lanes }: ChangeTools,
	ids: readonly string[],
	note: Note,
): Promise<{ readonly done: readonly string[]; readonly changed: Changed }> {
	const { schema, quoted, connections } = database;
	const look = (session: Session, lock: "" | "for update") =>
		session.query<RawRow>(
			`select ${ROW_COLUMNS} from ${quoted}.delivery d where d.id = any($1::text[]) order by d.seq ${lock}`,
			[ids],
		);
	const before = await connections.run("desk", (session) => look(session, ""));
	const locks = before.flatMap(laneOf).map((lane) => laneLock(schema, lane));
	return connections.transact("desk", locks, async (session) => {
		const rows = (await look(session, "for update")).filter(
			({ state }) => state !== STATE.leased,
		);
		const done = rows.map(({ id }) => id);
		await redactRows(session, database, rows);
		await addNotes(session, database, { ids: done, action: "redacted", note });
		const ended = rows.filter(({ state }) => isUnfinished(state));
		const work = new WorkDelta();
		for (const { route, size } of ended) work.add(route, -1, -size);
		const routes = new Set(await lanes.promote(session, ended.flatMap(laneOf)));
		return { done, changed: { count: done.length, work, routes } };
	});
}

async function redactRows(
	session: Session,
	{ quoted, readClock }: Database,
	rows: readonly RawRow[],
): Promise<void> {
	const seqs = rows.map(({ seq }) => seq);
	await session.query(
		`with ${CLOCK}, redacted as (
			update ${quoted}.delivery d set state = g.state, dedupe_key = g.dedupe_key, order_key = null, size = $2::integer,
				updated = case when g.is_ended then clock.now else d.updated end, reason = g.reason, doubts = g.doubts, client = null, is_redacted = true
			from unnest($3::bigint[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::boolean[]) g(seq, state, dedupe_key, reason, doubts, is_ended), clock
			where d.seq = g.seq
		)
		update ${quoted}.body b set envelope = $9, bytes = null, answer = null where b.seq = any($3::bigint[])`,
		[
			readClock(),
			Buffer.byteLength(REDACTED_ENVELOPE),
			seqs,
			rows.map(({ state }) => stateAfter(state)),
			rows.map(({ dedupe_key: key }) => (key === null ? null : redactKey(key))),
			rows.map(({ state, reason }) =>
				isUnfinished(state)
					? REDACTED_REASON
					: storableOrNull(reason === null ? undefined : redactReason(reason)),
			),
			rows.map(({ doubts }) =>
				doubts === null
					? null
					: JSON.stringify(redactDoubts(JSON.parse(doubts) as Doubt[])),
			),
			rows.map(({ state }) => isUnfinished(state)),
			REDACTED_ENVELOPE,
		],
	);
	const attempts = await session.query<RawReason>(
		`select seq, attempt, reason from ${quoted}.attempt where seq = any($1::bigint[]) and reason is not null`,
		[seqs],
	);
	await session.query(
		`update ${quoted}.attempt a set reason = g.reason from unnest($1::bigint[], $2::integer[], $3::text[]) g(seq, attempt, reason)
		where a.seq = g.seq and a.attempt = g.attempt`,
		[
			attempts.map(({ seq }) => seq),
			attempts.map(({ attempt }) => attempt),
			attempts.map(({ reason }) => redactReason(reason)),
		],
	);
}

/** Reads all entries in the order of their keys, and removes those that match. */
async function redactState(
	{ quoted, connections }: Database,
	isMatch: (key: string, value: string) => boolean,
): Promise<number> {
	let count = 0;
	let last: StateRow = { plugin: "", key: "", value: null };
	for (;;) {
		const after = last;
		const rows = await connections.run("desk", (session) =>
			session.query<StateRow>(
				`select plugin, key, value from ${quoted}.state where (plugin, key) > ($1, $2) order by plugin, key limit 500`,
				[after.plugin, after.key],
			),
		);
		const [end] = rows.slice(-1);
		if (end === undefined) return count;
		last = end;
		const found = rows.filter(({ key, value }) => isMatch(key, value ?? ""));
		if (found.length === 0) continue;
		const gone = await connections.run("desk", (session) =>
			session.query(
				`delete from ${quoted}.state s using unnest($1::text[], $2::text[]) g(plugin, key)
				where s.plugin = g.plugin and s.key = g.key returning 1`,
				[found.map(({ plugin }) => plugin), found.map(({ key }) => key)],
			),
		);
		count += gone.length;
	}
}

interface StateRow {
	readonly plugin: string;
	readonly key: string;
	readonly value: string | null;
}

interface RawReason {
	readonly seq: number;
	readonly attempt: number;
	readonly reason: string;
}

/** A delivered one counts as pruned, and an unfinished one as dead. */
function stateAfter(state: number): number {
	if (isUnfinished(state)) return STATE.dead;
	return state === STATE.delivered ? STATE.bare : state;
}

function laneOf({ route, order_key, state }: RawRow) {
	return order_key === null || !isUnfinished(state)
		? []
		: [{ route, orderKey: order_key }];
}
