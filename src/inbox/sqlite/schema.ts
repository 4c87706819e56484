import { type Budget, budgetOf, doubtsOfReason } from "../port/doubt.ts";
import type { Database } from "./driver.ts";
import { fillSeen } from "./seen-table.ts";

/**
 * Codes of the column `state`. Tables and indexes know these numbers: they never change their meaning. Shown as `received`
 * or `waiting` (tried before) are READY and BLOCKED.
 */
export const STATE = {
	/** May be tried from `due` on. */
	READY: 0,
	LEASED: 1,
	DELIVERED: 2,
	DEAD: 3,
	/** Another of its order key is before it. */
	BLOCKED: 4,
	QUARANTINED: 5,
} as const;

/** Codes of the column `budget`, which is null unless the delivery is quarantined. Indexes know them too. */
export const BUDGET = { door: 1, admitted: 2 } as const;

/** The same the other way round. */
export const BUDGETS: Readonly<Record<number, Budget>> = {
	[BUDGET.door]: "door",
	[BUDGET.admitted]: "admitted",
};

/** Marks a file as an inbox, in its header ("SwHk"). */
export const APPLICATION_ID = 0x53_77_48_6b;

/** The version that this program writes. */
export const SCHEMA_VERSION = 3;

/** The version of a file; 0 for an empty one. */
export function versionOf(db: Database): number {
	return readNumber(db, "user_version");
}

/**
 * Brings an older file up to a version, a step a transaction.
 *
 * @param target default this program's version
 */
export function migrate(db: Database, target = SCHEMA_VERSION): void {
	for (;;) {
		db.exec("begin immediate");
		try {
			// Read inside: another process may have taken the step meanwhile.
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
 * rewrite its entry; therefore `is_held` beside it, which only a release changes.
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
	// What `Seen` does instead of `delivery_dedupe`.
	(db) => {
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
`);
		fillSeen(db);
	},
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
];

/** Fills in what versions before 3 wrote as a sentence only. Whose they were stays open: they count for no client. */
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
