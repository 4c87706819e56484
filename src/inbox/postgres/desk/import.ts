import { toAttemptText } from "../../port/attempt-text.ts";
import { type ExportedDelivery, sizeOf } from "../../port/delivery.ts";
import { type Budget, budgetOf } from "../../port/doubt.ts";
import type { Evicted } from "../../port/store.ts";
import { BUDGET, isUnfinished, STATE } from "../../sql/states.ts";
import { WorkDelta } from "../gauge.ts";
import type { Lanes } from "../queue/lanes.ts";
import { type Lane, laneLock, quarantineLock } from "../queue/lanes.ts";
import type { Trim } from "../queue/trim.ts";
import { CLOCK, type Database, storable, storableOrNull } from "../sql.ts";
import { addActions } from "./noting.ts";

/** The effects of an import. */
export interface Imported {
	readonly count: number;
	/** The unfinished work that it adds. */
	readonly work: WorkDelta;
	/** The deliveries that were evicted from quarantine to keep its limit. */
	readonly evicted: readonly Evicted[];
	readonly routes: ReadonlySet<string>;
}

/** Creates the import. Unfinished work with an order key is blocked at first. Then its lane is put in order. */
export function createImport({
	database,
	lanes,
	trim,
}: {
	readonly database: Database;
	readonly lanes: Lanes;
	readonly trim: Trim;
}): (batch: readonly ExportedDelivery[]) => Promise<Imported> {
	const { schema, quoted, connections, readClock } = database;
	const insert = statement(quoted);
	const part = (batch: readonly ExportedDelivery[]) =>
		connections.transact(
			"desk",
			[
				quarantineLock(schema),
				...batch.flatMap((one) =>
					lanesOf(one).map((lane) => laneLock(schema, lane)),
				),
			],
			async (session) => {
				const rows = await session.query<{ ord: number }>(insert, [
					readClock(),
					...columnsOf(batch),
					...historyOf(batch),
				]);
				const kept = rows.map(({ ord }) => batch[ord - 1] as ExportedDelivery);
				await addActions(session, database, kept);
				const work = kept.filter((one) => isUnfinished(stateOf(one)));
				await lanes.reorder(session, work.flatMap(lanesOf));
				const evicted = kept.some((one) => budgetIn(one) === "door")
					? await trim(session)
					: [];
				return { count: kept.length, work, evicted };
			},
		);
	return async (batch) => {
		const distinct = [...new Map(batch.map((one) => [one.id, one])).values()];
		const routes = new Set<string>();
		let count = 0;
		const work = new WorkDelta();
		const evicted: Evicted[] = [];
		for (let from = 0; from < distinct.length; from += CHUNK) {
			const done = await part(distinct.slice(from, from + CHUNK));
			count += done.count;
			evicted.push(...done.evicted);
			for (const one of done.work) {
				work.add(one.route, 1, sizeOf(one));
				routes.add(one.route);
			}
		}
		return { count, work, routes, evicted };
	};
}

// --- helpers ---

const CHUNK = 100;

function statement(schema: string): string {
	return `with ${CLOCK}, given as materialized (
		select * from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
			$9::bigint[], $10::bigint[], $11::int[], $12::smallint[], $13::text[], $14::bytea[], $15::smallint[], $16::text[], $17::text[])
		with ordinality g(id, route, kind, received_at, dedupe_key, order_key, reason, due, updated, attempts, state, envelope, bytes, budget, doubts, answer, ord)
	), kept as (
		insert into ${schema}.delivery (id, route, kind, received_at, dedupe_key, order_key, reason, due, updated, attempts, size, state, budget, doubts, is_redacted)
		select id, route, kind, received_at, dedupe_key, order_key, reason, coalesce(due, now), updated, attempts,
			octet_length(envelope) + coalesce(octet_length(bytes), 0) + coalesce(octet_length(answer), 0), state, budget, doubts, nullif(dedupe_key like 'redacted:%' or bytes is null and state = 3, false)
		from given, clock order by ord on conflict do nothing returning seq, id
	), stored as (
		insert into ${schema}.body (seq, envelope, bytes, answer)
		select kept.seq, given.envelope, given.bytes, given.answer from kept join given using (id)
	), noted as (
		insert into ${schema}.attempt (seq, attempt, started_at, duration_ms, outcome, reason)
		select kept.seq, h.attempt, h.started_at, h.duration_ms, h.outcome, h.reason
		from unnest($18::text[], $19::int[], $20::bigint[], $21::int[], $22::smallint[], $23::text[])
			h(id, attempt, started_at, duration_ms, outcome, reason) join kept using (id)
		on conflict do nothing
	)
	select given.ord from kept join given using (id)`;
}

/** Returns the imported state: `bare` for a delivered one without body, and blocked for unfinished work with an order key. */
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
		batch.map(stateOf),
		batch.map(({ envelope }) => storable(envelope)),
		batch.map(({ body }) => body ?? null),
		batch.map((one) => {
			const budget = budgetIn(one);
			return budget === undefined ? null : BUDGET[budget];
		}),
		batch.map(({ state, doubts }) =>
			state === "quarantined" ? storable(JSON.stringify(doubts)) : null,
		),
		batch.map(({ answer }) => storableOrNull(answer)),
	];
}

/** Returns undefined for a delivery that is not quarantined. */
function budgetIn({ state, doubts }: ExportedDelivery): Budget | undefined {
	return state === "quarantined" ? budgetOf(doubts) : undefined;
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
