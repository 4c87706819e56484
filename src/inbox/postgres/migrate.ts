import { InboxOpenError } from "../port/open-error.ts";
import type { Address } from "./connect/address.ts";
import type { Connections, Session } from "./connect/connections.ts";
import { isPassing, stateOf } from "./connect/faults.ts";
import { NO_PRIMARY } from "./connect/primary.ts";
import { lockOf } from "./queue/lanes.ts";

/**
 * Migrates the tables to this version, even while other routers start. A command creates missing tables, and leaves older ones
 * to the routers. Throws InboxOpenError if the server cannot be reached, refuses the role, or has a newer version.
 */
export async function migrate(
	connections: Connections,
	address: Address,
	{
		isRouter,
		isReader,
	}: { readonly isRouter: boolean; readonly isReader: boolean },
): Promise<void> {
	const steps = migrations(`"${address.schema}"`);
	try {
		await connections.run("desk", (session) => checkServer(session, address));
		const known = await connections.run("desk", (session) =>
			versionOf(session, address.schema),
		);
		if (known === steps.length) return;
		refuseNewer(known, steps.length, address);
		if (isReader || (!isRouter && known > 0))
			throw new InboxOpenError(
				`${address.shown}: the inbox in schema ${address.schema} is as an older Switchhook wrote it (version ${known}, this one writes ${steps.length}): start a router of this version first, or run the command of the version that runs; nothing was changed.`,
			);
		await connections.transact(
			"desk",
			[lockOf(address.schema, "migration")],
			(session) => bringUp(session, steps, address),
		);
	} catch (error) {
		// Within a session this error would become the cause of a HookError.
		const { cause } = error as Error;
		if (error instanceof InboxOpenError) throw error;
		throw cause instanceof InboxOpenError ? cause : explain(error, address);
	}
}

/**
 * Returns the statements of each migration, starting from an empty schema. The list only grows and its statements never change,
 * because they have already run on databases of users.
 *
 * `delivery` is small and busy. `body` is large and `attempt` grows with every attempt, so both are separate tables. The
 * indexes of `delivery` are partial by state, so that a lease reads only ready rows, however many are stored. There MUST be no
 * plain index on `state`, which the planner would use instead.
 *
 * @param schema the schema's name, quoted
 */
export function migrations(schema: string): readonly (readonly string[])[] {
	return [
		[
			`create table ${schema}.delivery (
				seq bigint generated always as identity primary key,
				received_at bigint not null,
				due bigint not null,
				updated bigint not null,
				attempts integer not null default 0,
				size integer not null,
				state smallint not null,
				id text collate "C" not null unique,
				route text collate "C" not null,
				kind text not null,
				dedupe_key text collate "C",
				order_key text collate "C",
				reason text
			) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)`,
			`create unique index delivery_dedupe on ${schema}.delivery (dedupe_key, route) where dedupe_key is not null and state <> 5`,
			// For a lease: the first delivery of a route that is due.
			`create index delivery_ready on ${schema}.delivery (route, due, seq) where state = 0`,
			// Leases in the order in which they run out.
			`create index delivery_leased on ${schema}.delivery (route, due, seq) where state = 1`,
			// Guards a lane: one delivery of each order key is ready or leased, whatever the code believes.
			`create unique index delivery_head on ${schema}.delivery (route, order_key) where order_key is not null and state in (0, 1)`,
			`create index delivery_lane on ${schema}.delivery (route, order_key, seq) where state = 4`,
			`create index delivery_finished on ${schema}.delivery (state, updated) where state in (2, 3, 6)`,
			`create index delivery_kept on ${schema}.delivery (state, seq) include (size) where state in (3, 5)`,
			`create table ${schema}.body (
				seq bigint primary key,
				envelope text not null,
				bytes bytea
			) with (autovacuum_vacuum_scale_factor = 0.05)`,
			`create table ${schema}.attempt (
				seq bigint not null,
				started_at bigint not null,
				attempt integer not null,
				duration_ms integer not null,
				outcome smallint not null,
				reason text,
				primary key (seq, attempt)
			) with (autovacuum_vacuum_scale_factor = 0.05)`,
			`create table ${schema}.state (
				expires bigint,
				plugin text collate "C" not null,
				key text collate "C" not null,
				value text,
				primary key (plugin, key)
			) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)`,
			`create index state_expires on ${schema}.state (expires) where expires is not null`,
		],
		[
			// `budget`: 1 refused at the door, 2 admitted; null unless it is quarantined, and where a router of version 1 put it: then it counts as admitted.
			`alter table ${schema}.delivery add column budget smallint, add column client text collate "C", add column doubts text`,
			// Earlier versions wrote doubts as a sentence only. Their clients are unknown, so these rows count for none.
			`update ${schema}.delivery d set budget = case when p.is_door then 1 else 2 end, doubts = p.doubts
			from (
				select q.seq, coalesce(bool_or(c.code in ('FIREWALL_DENIED', 'SIGNATURE_MISSING', 'SIGNATURE_INVALID')), false) as is_door,
					coalesce(json_agg(json_build_object('code', c.code, 'detail', c.detail) order by c.ord) filter (where c.code is not null), '[]')::text as doubts
				from ${schema}.delivery q left join lateral (
					select substring(part from '^([A-Z]+_[A-Z_]+): ') as code, substring(part from position(': ' in part) + 2) as detail, ord
					from regexp_split_to_table(q.reason, '; (?=[A-Z]+_[A-Z_]+: )') with ordinality parts(part, ord)
				) c on true
				where q.state = 5 group by q.seq
			) p
			where d.seq = p.seq`,
			`create index delivery_door on ${schema}.delivery (seq) include (size, client) where budget = 1`,
		],
		// The answer of a reply. It lies with the body, since it is written, read and removed with it. A router of version 2 writes none.
		[`alter table ${schema}.body add column answer text`],
		pacingTables(schema),
		actionsOf(schema),
		droppedOf(schema),
		historyOf(schema),
	];
}

// --- helpers ---

/** Pauses of routes, and the buckets of their rates. Both stay small. A router of version 3 heeds neither. */
function pacingTables(schema: string): readonly string[] {
	return [
		`create table ${schema}.pause (
			since bigint not null,
			until bigint,
			route text collate "C" not null,
			why text,
			primary key (route, since)
		)`,
		`create table ${schema}.bucket (
			full_at double precision not null,
			name text collate "C" primary key
		) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)`,
	];
}
/** The things that people did with deliveries, and the mark of redacted ones. */
function actionsOf(schema: string): readonly string[] {
	return [
		`create table ${schema}.action (
			id bigint generated always as identity primary key,
			seq bigint not null references ${schema}.delivery on delete cascade,
			at bigint not null,
			action smallint not null,
			actor text,
			reason text
		)`,
		`create index action_seq on ${schema}.action (seq)`,
		`alter table ${schema}.delivery add column is_redacted boolean`,
		// Tells a put in one step whether it has to look for hashed keys at all.
		`create index delivery_redacted on ${schema}.delivery (seq) where is_redacted`,
	];
}

/** Who dropped the latest deliveries, and why. */
function droppedOf(schema: string): readonly string[] {
	return [
		`create table ${schema}.dropped (
			number bigint generated always as identity primary key,
			at bigint not null,
			id text collate "C" not null,
			route text collate "C" not null,
			actor text,
			reason text
		)`,
		`create index dropped_id on ${schema}.dropped (id)`,
	];
}

/** The counts of routers, in steps of several lengths, and the marks of what happened to them. */
function historyOf(schema: string): readonly string[] {
	return [
		`create table ${schema}.history (
			at bigint not null,
			step integer not null,
			route text collate "C" not null,
			cells bytea not null,
			primary key (step, route, at)
		) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)`,
		// For the removal of old rows, and for totals.
		`create index history_at on ${schema}.history (step, at)`,
		`create table ${schema}.mark (
			number bigint generated always as identity primary key,
			at bigint not null,
			kind text not null,
			text text not null,
			router text not null,
			version text,
			fingerprint text
		)`,
	];
}

/** PostgreSQL 13: the oldest version that has everything the statements use and is still widely run. */
const OLDEST = 130_000;

async function checkServer(session: Session, address: Address): Promise<void> {
	const [server] = await session.query<{
		version: number;
		name: string;
		is_standby: boolean;
		encoding: string;
	}>(
		`select current_setting('server_version_num')::int as version, current_setting('server_version') as name,
			pg_is_in_recovery() as is_standby, current_setting('server_encoding') as encoding`,
		[],
	);
	if (server === undefined) return;
	if (server.version < OLDEST)
		throw new InboxOpenError(
			`${address.shown}: the server is PostgreSQL ${server.name}; the inbox needs 13 or newer.`,
		);
	if (server.is_standby)
		throw new InboxOpenError(
			`${address.shown}: the server is a standby, which takes no writes; name the primary, or all of its servers: \`postgres://user@a,b/database\`.`,
			// It may be promoted.
			{ isAway: true },
		);
	if (server.encoding !== "UTF8")
		throw new InboxOpenError(
			`${address.shown}: the database's encoding is ${server.encoding}; make one with \`encoding 'UTF8'\` for the inbox.`,
		);
}

/**
 * Returns 0 if there are no tables yet. Reads the rows of the catalogue, because `to_regclass` may use a cache from before this
 * transaction waited for its lock.
 */
async function versionOf(session: Session, schema: string): Promise<number> {
	const found = await session.query(
		`select from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = $1 and c.relname = 'version' and c.relkind = 'r'`,
		[schema],
	);
	if (found.length === 0) return 0;
	const [row] = await session.query<{ version: number }>(
		`select version from "${schema}".version`,
		[],
	);
	return row?.version ?? 0;
}

function refuseNewer(known: number, own: number, address: Address): void {
	if (known <= own) return;
	throw new InboxOpenError(
		`${address.shown}: the inbox in schema ${address.schema} has version ${known}, and this Switchhook knows versions up to ${own}; update Switchhook, or name another \`?schema=\`.`,
	);
}

/** Runs under the migration lock: all other routers wait, and then have nothing to do. */
async function bringUp(
	session: Session,
	steps: readonly (readonly string[])[],
	address: Address,
): Promise<void> {
	const { schema } = address;
	const known = await versionOf(session, schema);
	refuseNewer(known, steps.length, address);
	if (known === steps.length) return;
	if (known === 0) {
		const found = await session.query(
			"select from pg_namespace where nspname = $1",
			[schema],
		);
		// Checks first, because `if not exists` requires the right to create even if nothing must be created.
		if (found.length === 0)
			await session.query(`create schema "${schema}"`, []);
		await session.query(
			`create table "${schema}".version (version integer not null)`,
			[],
		);
		await session.query(`insert into "${schema}".version values (0)`, []);
	}
	for (const statement of steps.slice(known).flat())
		await session.query(statement, []);
	await session.query(`update "${schema}".version set version = $1`, [
		steps.length,
	]);
}

function explain(error: unknown, address: Address): InboxOpenError {
	const cause = (error as Error).cause ?? error;
	const said = address.mask((error as Error).message);
	const what =
		REASONS[stateOf(cause) ?? (cause as { code?: string }).code ?? ""];
	return new InboxOpenError(
		`${address.shown}: ${what ?? "the inbox cannot be opened; see whether the server runs and takes connections from here"} (${said}).`,
		{ isAway: isPassing(cause) },
	);
}

/** Advice by SQLSTATE, or by the error code of the operating system. */
const REASONS: Readonly<Record<string, string>> = {
	ECONNREFUSED:
		"no server answers there; start PostgreSQL, or correct host and port in `inbox.store`",
	ENOTFOUND: "the host has no address; correct it in `inbox.store`",
	EAI_AGAIN: "the host's address cannot be looked up now; see the name server",
	ERR_INVALID_URL:
		"`inbox.store` is not a URL; write what a password holds of `@ : / ? #` as %40 %3A %2F %3F %23",
	ETIMEDOUT: "the server does not answer; see the network and its firewall",
	[NO_PRIMARY]:
		"none of the servers takes writes; promote a standby, or correct the hosts in `inbox.store`",
	"28P01": "the server refuses the password; correct it in `inbox.store`",
	"28000":
		"the server lets this role not in from here; see its pg_hba.conf and whether it demands TLS (`?sslmode=`)",
	"3D000": "the database does not exist; create it, or correct its name",
	"42501":
		"the role may not create or read the inbox's tables; grant it CREATE on the database, or make the schema for it (`create schema … authorization …`)",
	"53300":
		"the server has no connection left; raise its max_connections (a router takes up to 8)",
	"57P03": "the server is starting up or shutting down; try again",
};
