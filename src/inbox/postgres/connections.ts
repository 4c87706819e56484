import type pg from "pg";
import type { Client, ClientBase, ClientConfig, Pool, PoolClient } from "pg";
import { InboxOpenError } from "../port/open-error.ts";
import type { Address } from "./address.ts";
import { isCollision, isLost, unavailable } from "./faults.ts";

/**
 * The pools, by the purpose of their connections. `put` has one connection, so that puts stay in order. `lease` and `settle`
 * belong to the worker. `desk` is for commands and maintenance, which may take longer.
 */
export type Purpose = "put" | "lease" | "settle" | "desk";

/** A statement that the server keeps prepared under its name. */
export interface Statement {
	readonly name: string;
	readonly text: string;
}

/** A connection that is borrowed for one piece of work. */
export interface Session {
	/** Runs one statement. A statement without a name is planned each time, for its values. */
	query<Row>(
		statement: Statement | string,
		values: readonly unknown[],
	): Promise<readonly Row[]>;
}

/** The connections to the database. Every rejection is a HookError with INBOX_UNAVAILABLE and the driver's error as its cause. */
export interface Connections {
	/** Runs a statement that commits by itself, and repeats it after a conflict with another transaction. */
	run<T>(purpose: Purpose, work: (session: Session) => Promise<T>): Promise<T>;
	/** Runs a transaction that holds advisory locks until its end. It may also be repeated, so `work` MUST be safe to run twice. */
	transact<T>(
		purpose: Purpose,
		locks: Iterable<bigint>,
		work: (session: Session) => Promise<T>,
	): Promise<T>;
	/** Creates an unconnected client outside of the pools. */
	separate(): Client;
	close(): Promise<void>;
}

/** The package `pg`, a peer that only users of PostgreSQL install. */
export type Driver = typeof pg;

/** Loads the package `pg`. Throws InboxOpenError with the line that installs it. */
export async function loadDriver(
	load: () => Promise<{ readonly default: Driver }> = () => import("pg"),
): Promise<Driver> {
	try {
		return (await load()).default;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND")
			throw error;
		throw new InboxOpenError(
			"`inbox.store` names PostgreSQL, and the package that speaks to it is not installed: npm install pg@8",
		);
	}
}

/**
 * Creates the pools. Each connection is opened at its first use, and again after it was lost. One of many workers has one
 * connection for each purpose.
 */
export function createConnections(
	driver: Driver,
	address: Address,
	{ isOneOfMany }: { readonly isOneOfMany: boolean },
): Connections {
	const config: ClientConfig = {
		connectionString: address.connectionString,
		application_name: "switchhook",
		connectionTimeoutMillis: CONNECT_MS,
		keepAlive: true,
		types: {
			// Counts, sequence numbers and times fit a number: the largest one is milliseconds since the epoch.
			getTypeParser: (oid, format) =>
				oid === INT8 ? Number : driver.types.getTypeParser(oid, format),
		},
	};
	const open = (purpose: Purpose) =>
		openPool(driver, config, purpose, isOneOfMany);
	const pools = {
		put: open("put"),
		lease: open("lease"),
		settle: open("settle"),
		desk: open("desk"),
	};
	const insist = async <T>(
		purpose: Purpose,
		work: (client: PoolClient) => Promise<T>,
	): Promise<T> => {
		for (let tries = 1; ; tries += 1) {
			try {
				return await borrow(pools[purpose], work);
			} catch (error) {
				if (tries === TRIES || !isCollision(error))
					throw unavailable(error, address.mask);
			}
		}
	};
	return {
		run: (purpose, work) =>
			insist(purpose, (client) => work(sessionOn(client))),
		transact(purpose, locks, work) {
			const begin = beginWith(locks);
			return insist(purpose, (client) => inTransaction(client, begin, work));
		},
		separate: () => new driver.Client(config),
		async close() {
			await Promise.all(Object.values(pools).map((pool) => pool.end()));
		},
	};
}

// --- helpers ---

const CONNECT_MS = 3000;
const TRIES = 4;
const INT8 = 20;

const PURPOSES = {
	put: { size: 1, queryMs: 4000 },
	lease: { size: 2, queryMs: 8000 },
	settle: { size: 2, queryMs: 8000 },
	desk: { size: 2, queryMs: 120_000 },
} as const satisfies Record<Purpose, { size: number; queryMs: number }>;

/**
 * The settings of a session. READ COMMITTED, because the lanes rely on a statement seeing data that was committed while it
 * waited for a lock. Puts and leases wait for the disk. Settlements do not: a settlement that is lost in a crash of the server
 * is repeated, and a lease that follows it in the log cannot survive without it. The hot statements force their index, because
 * a plan for an empty table must not scan a full one, and only plain index scans mark dead entries, so that later claims skip
 * them.
 */
function sessionOf(purpose: Purpose): string {
	const { queryMs } = PURPOSES[purpose];
	const settings = [
		"default_transaction_isolation = 'read committed'",
		`statement_timeout = ${queryMs}`,
		`lock_timeout = ${queryMs}`,
		"idle_in_transaction_session_timeout = 15000",
		"jit = off",
	];
	if (purpose === "settle") settings.push("synchronous_commit = off");
	if (purpose !== "desk")
		settings.push(
			"enable_seqscan = off",
			"enable_bitmapscan = off",
			"enable_hashjoin = off",
			"enable_mergejoin = off",
			"plan_cache_mode = force_generic_plan",
		);
	const durable =
		"select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";
	const all = settings.map((setting) => `set ${setting}`);
	return [...(purpose === "settle" ? [] : [durable]), ...all].join(";");
}

function openPool(
	driver: Driver,
	config: ClientConfig,
	purpose: Purpose,
	isOneOfMany: boolean,
): Pool {
	const { queryMs } = PURPOSES[purpose];
	const size = isOneOfMany ? 1 : PURPOSES[purpose].size;
	const pool = new driver.Pool({
		...config,
		max: size,
		query_timeout: queryMs,
		idleTimeoutMillis: 0,
		allowExitOnIdle: true,
		// The driver waits for it before it lends the connection. Its types only allow `void`.
		onConnect: ((client) => client.query(sessionOf(purpose))) as (
			client: ClientBase,
		) => void,
	});
	// The pool removes a broken idle connection and creates another one at the next use.
	pool.on("error", () => {});
	return pool;
}

/** Lends a connection of a pool to `work`. A connection that broke meanwhile is not returned to the pool. */
async function borrow<T>(
	pool: Pool,
	work: (client: PoolClient) => Promise<T>,
): Promise<T> {
	const client = await pool.connect();
	let isBroken = false;
	const onError = () => {
		isBroken = true;
	};
	client.on("error", onError);
	try {
		return await work(client);
	} catch (error) {
		isBroken ||= isLost(error);
		throw error;
	} finally {
		client.removeListener("error", onError);
		client.release(isBroken);
	}
}

function sessionOn(client: PoolClient): Session {
	return {
		async query<Row>(
			statement: Statement | string,
			values: readonly unknown[],
		) {
			const { rows } =
				typeof statement === "string"
					? await client.query(statement, [...values])
					: await client.query({ ...statement, values: [...values] });
			return rows as Row[];
		},
	};
}

/** Sorts the locks, so that two transactions with the same locks cannot deadlock. */
function beginWith(locks: Iterable<bigint>): string {
	const sorted = [...new Set(locks)].sort((a, b) => (a < b ? -1 : 1));
	return sorted.length === 0
		? "begin"
		: `begin;select pg_advisory_xact_lock(l) from unnest('{${sorted.join()}}'::bigint[]) l`;
}

async function inTransaction<T>(
	client: PoolClient,
	begin: string,
	work: (session: Session) => Promise<T>,
): Promise<T> {
	try {
		await client.query(begin);
		const result = await work(sessionOn(client));
		await client.query("commit");
		return result;
	} catch (error) {
		if (!isLost(error)) await client.query("rollback");
		throw error;
	}
}
