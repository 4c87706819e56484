import { budgetOf, doubtsOfReason } from "../port/doubt.ts";
import { BUDGET } from "../sql/states.ts";
import type { Database } from "./driver.ts";
import { fillSeen } from "./queue/dedupe.ts";

/** Codes of the column `outcome`, by index. */
export const OUTCOMES = ["delivered", "waiting", "dead"] as const;

/** The columns of a `RawRow`, for a SELECT that reads `delivery`. */
export const ROW_COLUMNS =
	"seq, id, route, kind, state, due, attempts, dedupe_key, order_key, received_at, updated_at, size, reason, doubts";

/** Marks a file as an inbox, in its header ("SwHk"). */
export const APPLICATION_ID = 0x53_77_48_6b;

/** The version that this program writes. */
export const SCHEMA_VERSION = 9;

/** The version of a file; 0 for an empty one. */
export function versionOf(db: Database): number {
	return readNumber(db, "user_version");
}

/**
 * Migrates an older file to a version, with one transaction for each step.
 *
 * @param target default: this program's version
 */
export function migrate(db: Database, target = SCHEMA_VERSION): void {
	for (;;) {
		db.exec("begin immediate");
		try {
			// Reads the version inside the transaction, because another process may have migrated meanwhile.
			const version = versionOf(db);
			const step = version < target ? MIGRATIONS[version] : undefined;
			if (step !== undefined) {
				step(db);
				db.exec(`pragma user_version = ${version + 1}`);
			}
			db.exec("commit");
			if (step === undefined) return;
		} catch (error) {
			db.exec("rollback");
			throw error;
		}
	}
}

/** The number that a PRAGMA answers. */
export function readNumber(db: Database, pragma: string): number {
	const row = db.prepare(`pragma ${pragma}`).get() as
		| Readonly<Record<string, number>>
		| undefined;
	return Object.values(row ?? {})[0] ?? 0;
}

// --- helpers ---

/**
 * From version to version.
 *
 * The body has a table of its own: a change of state then rewrites some 200 bytes, not the body. Each index is partial, so that a
 * delivery is in few of them at a time; the hot statements name theirs (INDEXED BY), because the planner, given a choice,
 * took one that walks the whole backlog. No index may depend on `state` where it need not: a change of state would
 * rewrite its entry.
 */
const MIGRATIONS: readonly ((db: Database) => void)[] = [
	(db) =>
		db.exec(`
create table delivery (
	seq integer primary key,
	id text not null,
	route text not null,
	kind text not null,
	state integer not null,
	due integer not null,
	attempts integer not null,
	dedupe_key text,
	order_key text,
	is_held integer not null,
	is_bodiless integer not null,
	received_at integer not null,
	updated_at integer not null,
	size integer not null,
	reason text
) strict;

create unique index delivery_id on delivery (id);
create unique index delivery_dedupe on delivery (dedupe_key, route)
	where dedupe_key is not null and is_held = 0;
create index delivery_ready on delivery (route, due) where state = 0;
create index delivery_leased on delivery (state) where state = 1;
create unique index delivery_head on delivery (route, order_key)
	where order_key is not null and state in (0, 1);
create index delivery_blocked on delivery (route, order_key) where state = 4;
create index delivery_finished on delivery (state, is_bodiless, updated_at)
	where state in (2, 3);
create index delivery_parked on delivery (state) where state in (3, 5);

create table body (
	seq integer primary key,
	envelope text not null,
	body blob
) strict;

create table attempt (
	seq integer not null,
	attempt integer not null,
	started_at integer not null,
	duration_ms real not null,
	outcome integer not null,
	reason text,
	primary key (seq, attempt)
) strict, without rowid;

create table state (
	plugin text not null,
	key text not null,
	value text not null,
	expires_at integer,
	primary key (plugin, key)
) strict;
create index state_expiry on state (expires_at) where expires_at is not null;

pragma application_id = ${APPLICATION_ID};
`),
	// In versions 2 and 3 `seen` contained the rows up to the mark, and the router read the others at its start. It stays empty
	// here and version 4 fills it.
	// fills it.
	(db) =>
		db.exec(`
create table seen (
	hash integer not null,
	seq integer not null,
	primary key (hash, seq)
) strict, without rowid;

create table seen_mark (
	id integer primary key check (id = 1),
	seq integer not null,
	cuts integer not null
) strict;
insert into seen_mark (id, seq, cuts) values (1, 0, 0);

drop index delivery_dedupe;
`),
	// Doubts as data, and the budgets of the quarantine. Dead ones are found by route, for they give way by route.
	(db) => {
		db.exec(`
alter table delivery add column budget integer;
alter table delivery add column client text;
alter table delivery add column doubts text;

create index delivery_door on delivery (budget) where budget = 1;
create index delivery_door_client on delivery (client) where budget = 1;
create index delivery_dead on delivery (route, updated_at, size) where state = 3;
`);
		readDoubts(db);
	},
	// From here on `seen` has an entry for each delivery that holds a key, and no other. It is filled afresh, because entries outlived their
	// rows before. The column `is_held` means nothing any more; dropping it would rewrite every row.
	(db) => {
		db.exec(`
drop table seen_mark;
delete from seen;
`);
		fillSeen(db);
	},
	// The answer of a reply. It lies with the body, since it is written, read and removed with it.
	(db) => db.exec("alter table body add column answer text"),
	// Pauses of routes, and the buckets of their rates. Both tables stay small.
	(db) =>
		db.exec(`
create table pause (
	route text not null,
	since integer not null,
	until integer,
	why text,
	primary key (route, since)
) strict, without rowid;

create table bucket (
	name text primary key,
	full_at real not null
) strict, without rowid;
`),
	// What people did with a delivery, and why.
	(db) =>
		db.exec(`
create table action (
	id integer primary key,
	seq integer not null,
	at integer not null,
	action integer not null,
	actor text,
	reason text
) strict;
create index action_seq on action (seq);
`),
	// Who dropped the latest deliveries, and why.
	(db) =>
		db.exec(`
create table dropped (
	number integer primary key,
	id text not null,
	route text not null,
	at integer not null,
	actor text,
	reason text
) strict;
create index dropped_id on dropped (id);
`),
	// What routers counted, in steps of several lengths, and what happened to them. The key finds the steps of one route.
	(db) =>
		db.exec(`
create table history_route (
	id integer primary key,
	name text not null unique
) strict;

create table history (
	step integer not null,
	route integer not null,
	at integer not null,
	cells blob not null,
	primary key (step, route, at)
) strict, without rowid;

create table mark (
	number integer primary key,
	at integer not null,
	kind text not null,
	text text not null,
	router text not null,
	version text,
	fingerprint text
) strict;
`),
];

/** Fills in the doubts, which versions before 3 wrote as a sentence only. The client is unknown: they count for nobody. */
function readDoubts(db: Database): void {
	const rows = db
		.prepare(
			`select seq, reason from delivery indexed by delivery_parked
			where state in (3, 5) and state = 5`,
		)
		.all() as { readonly seq: number; readonly reason: string | null }[];
	const write = db.prepare(
		"update delivery set budget = ?, doubts = ? where seq = ?",
	);
	for (const { seq, reason } of rows) {
		const doubts = doubtsOfReason(reason ?? undefined);
		write.run(BUDGET[budgetOf(doubts)], JSON.stringify(doubts), seq);
	}
}
