import { toAttemptText } from "../port/attempt-text.ts";
import type { ExportedDelivery } from "../port/delivery.ts";
import type { Connections } from "./connections.ts";
import type { Lanes } from "./lanes.ts";
import { type Lane, laneLock } from "./locks.ts";
import { CLOCK, type ReadClock, storable, storableOrNull } from "./sql.ts";
import { isUnfinished, STATE } from "./states.ts";

/** What an import did. */
export interface Imported {
	readonly count: number;
	/** What it adds to the unfinished work. */
	readonly workDelta: number;
	readonly routes: ReadonlySet<string>;
}

/**
 * Makes the import: work of an order key is blocked at first, then its lane is put in order.
 *
 * @param schema the schema's name, not quoted
 */
export function createImport(
	schema: string,
	connections: Connections,
	readClock: ReadClock,
	lanes: Lanes,
): (batch: readonly ExportedDelivery[]) => Promise<Imported> {
	const insert = statement(`"${schema}"`);
	const part = (batch: readonly ExportedDelivery[]) =>
		connections.transact(
			"desk",
			batch.flatMap((one) =>
				lanesOf(one).map((lane) => laneLock(schema, lane)),
			),
			async (session) => {
				const rows = await session.query<{ ord: number }>(insert, [
					readClock(),
					...columnsOf(batch),
					...historyOf(batch),
				]);
				const kept = rows.map(({ ord }) => batch[ord - 1] as ExportedDelivery);
				const work = kept.filter((one) => isUnfinished(stateOf(one)));
				await lanes.reorder(session, work.flatMap(lanesOf));
				return { count: kept.length, work };
			},
		);
	return async (batch) => {
		const once = [...new Map(batch.map((one) => [one.id, one])).values()];
		const routes = new Set<string>();
		let count = 0;
		let workDelta = 0;
		for (let from = 0; from < once.length; from += CHUNK) {
			const done = await part(once.slice(from, from + CHUNK));
			count += done.count;
			workDelta += done.work.length;
			for (const { route } of done.work) routes.add(route);
		}
		return { count, workDelta, routes };
	};
}

// --- helpers ---

const CHUNK = 100;

function statement(schema: string): string {
	return `with ${CLOCK}, given as materialized (
		select * from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
			$9::bigint[], $10::bigint[], $11::int[], $12::int[], $13::smallint[], $14::text[], $15::bytea[])
		with ordinality g(id, route, kind, received_at, dedupe_key, order_key, reason, due, updated, attempts, size, state, envelope, bytes, ord)
	), kept as (
		insert into ${schema}.delivery (id, route, kind, received_at, dedupe_key, order_key, reason, due, updated, attempts, size, state)
		select id, route, kind, received_at, dedupe_key, order_key, reason, coalesce(due, now), updated, attempts, size, state
		from given, clock order by ord on conflict do nothing returning seq, id
	), stored as (
		insert into ${schema}.body (seq, envelope, bytes)
		select kept.seq, given.envelope, given.bytes from kept join given using (id)
	), noted as (
		insert into ${schema}.attempt (seq, attempt, started_at, duration_ms, outcome, reason)
		select kept.seq, h.attempt, h.started_at, h.duration_ms, h.outcome, h.reason
		from unnest($16::text[], $17::int[], $18::bigint[], $19::int[], $20::smallint[], $21::text[])
			h(id, attempt, started_at, duration_ms, outcome, reason) join kept using (id)
		on conflict do nothing
	)
	select given.ord from kept join given using (id)`;
}

/** A delivered one without its body is `bare`; what is to be done and has an order key waits for its lane. */
function stateOf({ state, body, orderKey }: ExportedDelivery): number {
	switch (state) {
		case "delivered":
			return body === undefined ? STATE.bare : STATE.delivered;
		case "dead":
		case "quarantined":
			return STATE[state];
		default:
			return orderKey === undefined ? STATE.ready : STATE.blocked;
	}
}

function columnsOf(batch: readonly ExportedDelivery[]): readonly unknown[][] {
	return [
		batch.map(({ id }) => storable(id)),
		batch.map(({ route }) => storable(route)),
		batch.map(({ kind }) => storable(kind)),
		batch.map(({ receivedAt }) => receivedAt),
		batch.map(({ dedupeKey }) => storableOrNull(dedupeKey)),
		batch.map(({ orderKey }) => storableOrNull(orderKey)),
		batch.map(({ reason }) => storableOrNull(reason)),
		batch.map(({ dueAt }) => dueAt ?? null),
		batch.map(({ updatedAt }) => updatedAt),
		batch.map(({ attempts }) => attempts),
		batch.map(({ sizeBytes }) => sizeBytes),
		batch.map(stateOf),
		batch.map(({ envelope }) => storable(envelope)),
		batch.map(({ body }) => body ?? null),
	];
}

function historyOf(batch: readonly ExportedDelivery[]): readonly unknown[][] {
	const all = batch.flatMap(({ id, history }) =>
		history.map((attempt) => ({ id, ...attempt })),
	);
	return [
		all.map(({ id }) => storable(id)),
		all.map(({ attempt }) => attempt),
		all.map(({ startedAt }) => startedAt),
		all.map(({ durationMs }) => durationMs),
		all.map(({ outcome }) => OUTCOMES[outcome]),
		all.map((attempt) => storableOrNull(toAttemptText(attempt))),
	];
}

const OUTCOMES = { delivered: STATE.delivered, dead: STATE.dead, waiting: 0 };

function lanesOf(one: ExportedDelivery): readonly Lane[] {
	return one.orderKey === undefined || !isUnfinished(stateOf(one))
		? []
		: [{ route: storable(one.route), orderKey: storable(one.orderKey) }];
}
