import type { Client, ClientBase, Pool, PoolClient } from "pg";
import type { Address } from "./address.ts";
import type { Driver } from "./driver.ts";
import { isCollision, isLost, unavailable } from "./faults.ts";
import { createNetwork, type Network, type NetworkOptions } from "./network.ts";

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
	/** Creates an unconnected client outside of the pools, for the server that takes writes. */
	separate(): Promise<Client>;
	/** Connects such a client. Rejects if its server must not be used. */
	join(client: Client): Promise<void>;
	/** Breaks the connection of a client that does not answer. */
	drop(client: Client): void;
	/** Returns how many pieces of work for a purpose run at the same time at most. */
	sizeOf(purpose: Purpose): number;
	close(): Promise<void>;
}

export interface ConnectionsOptions extends NetworkOptions {
	readonly isOneOfMany: boolean;
}

/**
 * Creates the pools. Each connection is opened at its first use, and again after it was lost, to the host that leads. When another
 * host leads, all connections to the old one break at once: it may never answer. One of many workers has one connection for each
 * purpose.
 */
export function createConnections(
	driver: Driver,
	address: Address,
	{ isOneOfMany, ...options }: ConnectionsOptions,
): Connections {
	const network = createNetwork(driver, address, options);
	const { primary } = network;
	const open = (purpose: Purpose) =>
		openPool(driver, network, purpose, isOneOfMany);
	const pools = {
		put: open("put"),
		lease: open("lease"),
		settle: open("settle"),
		desk: open("desk"),
	};
	/** Nothing was sent yet when it fails, so the next host is tried at once. */
	const connect = async (purpose: Purpose): Promise<PoolClient> => {
		for (let tries = 1; ; tries += 1) {
			if (!primary.isKnown) await primary.find();
			const host = primary.leader;
			try {
				return await pools[purpose].connect();
			} catch (error) {
				if (!primary.doubt(host) || tries === CONNECT_TRIES) throw error;
			}
		}
	};
	const drop = (client: Client): void => {
		const pid = network.drop(client);
		if (pid === undefined) return;
		const free = (session: Session) => session.query(FREE, [pid]);
		insist("desk", (other) => free(sessionOn(other))).catch(() => {});
	};
	const insist = async <T>(
		purpose: Purpose,
		work: (client: PoolClient) => Promise<T>,
	): Promise<T> => {
		for (let tries = 1; ; tries += 1) {
			try {
				return await lend(await connect(purpose), drop, work);
			} catch (error) {
				if (tries === TRIES || !isCollision(error))
					throw unavailable(error, address.mask);
			}
		}
	};
	return {
		sizeOf: (purpose) => sizeOf(purpose, isOneOfMany),
		run: (purpose, work) =>
			insist(purpose, (client) => work(sessionOn(client))),
		transact(purpose, locks, work) {
			const begin = beginWith(locks);
			return insist(purpose, (client) => inTransaction(client, begin, work));
		},
		async separate() {
			if (!primary.isKnown) await primary.find();
			return network.create({ query_timeout: SEPARATE_QUERY_MS });
		},
		async join(client) {
			await client.connect();
			await network.prepare(client);
		},
		drop,
		async close() {
			primary.close();
			await Promise.all(Object.values(pools).map((pool) => pool.end()));
		},
	};
}

// --- helpers ---

const TRIES = 4;
const CONNECT_TRIES = 2;
const SEPARATE_QUERY_MS = 8000;

/**
 * Frees a process that waits for a synchronous standby. Nothing else ends that wait: no time limit of the server, and not the end
 * of its connection. The processes would take all connections until the standby is back. What they committed stays on this
 * server, and nobody was told that it is kept.
 */
const FREE = `select pg_cancel_backend(pid) from pg_stat_activity
	where pid = $1 and wait_event = 'SyncRep' and usename = current_user`;

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

function sizeOf(purpose: Purpose, isOneOfMany: boolean): number {
	return isOneOfMany ? 1 : PURPOSES[purpose].size;
}

function openPool(
	driver: Driver,
	{ config, Client, prepare }: Network,
	purpose: Purpose,
	isOneOfMany: boolean,
): Pool {
	const { queryMs } = PURPOSES[purpose];
	const pool = new driver.Pool({
		...config,
		Client,
		max: sizeOf(purpose, isOneOfMany),
		query_timeout: queryMs,
		idleTimeoutMillis: 0,
		allowExitOnIdle: true,
		// The driver waits for it before it lends the connection. Its types only allow `void`.
		onConnect: (async (client: Client) => {
			await prepare(client);
			await client.query(sessionOf(purpose));
		}) as unknown as (client: ClientBase) => void,
	});
	// The pool removes a broken idle connection and creates another one at the next use.
	pool.on("error", () => {});
	return pool;
}

/** Lends a connection of a pool to `work`. A connection that broke meanwhile is not returned to the pool. */
async function lend<T>(
	client: PoolClient,
	drop: (client: Client) => void,
	work: (client: PoolClient) => Promise<T>,
): Promise<T> {
	let isBroken = false;
	const onError = () => {
		isBroken = true;
	};
	client.on("error", onError);
	try {
		return await work(client);
	} catch (error) {
		isBroken ||= isLost(error);
		if (isBroken) drop(client);
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
