import { randomUUID } from "node:crypto";
import type { Client, ClientBase } from "pg";
import { InboxOpenError } from "../../port/open-error.ts";
import { stateOf } from "./faults.ts";
import type { Server } from "./server.ts";

/** Checks the pooler behind a new connection, if there is one. Rejects with InboxOpenError if it must not be used. */
export type PoolerCheck = (
	client: ClientBase,
	server: Server,
	connectAnother: () => Promise<Client>,
) => Promise<void>;

/**
 * Refuses a pooler, such as pgbouncer, that lends its connection to the server for a transaction only: settings and LISTEN would
 * reach the session of another client. A pooler that lends it for the whole session is as good as the server. It is tried once.
 *
 * @param shown the URL for messages
 */
export function createPoolerCheck(shown: string): PoolerCheck {
	let checked: Promise<void> | undefined;
	return async (client, { pid }, connectAnother) => {
		// A pooler gives process ids of its own. The driver's types do not declare the id.
		const told = client as ClientBase & { readonly processID: number | null };
		if (told.processID === pid) return;
		checked ??= refuseSharedSessions(client, shown, connectAnother).catch(
			(error: unknown) => {
				checked = undefined;
				throw error;
			},
		);
		await checked;
	};
}

// --- helpers ---

async function refuseSharedSessions(
	client: ClientBase,
	shown: string,
	connectAnother: () => Promise<Client>,
): Promise<void> {
	const other = await connectAnother();
	try {
		for (let round = 0; round < ROUNDS; round += 1)
			if (await isShared(client, other))
				throw new InboxOpenError(
					`${shown}: a connection pooler in transaction or statement mode stands before the server, and the inbox needs sessions: for LISTEN, prepared statements and settings. Name the server itself (a router takes up to 8 connections), or a database of the pooler with \`pool_mode = session\`.`,
				);
	} finally {
		await other.end().catch(() => {});
	}
}

/** Another client of a busy pooler may disturb one round. */
const ROUNDS = 3;
const MARK = "switchhook.session";

/**
 * Marks the session of one client, and holds a transaction of the other: either it got the marked session, or a shared pool
 * keeps it from the first client.
 */
async function isShared(client: ClientBase, other: Client): Promise<boolean> {
	const mark = randomUUID();
	await client.query("select set_config($1, $2, false)", [MARK, mark]);
	try {
		await other.query("begin");
		if ((await readMark(other)) === mark) return true;
		return (await readMark(client)) !== mark;
	} catch (error) {
		// protocol_violation: a pooler in statement mode refuses transactions.
		if (stateOf(error) === "08P01") return true;
		throw error;
	} finally {
		await other.query("rollback").catch(() => {});
	}
}

async function readMark(client: ClientBase): Promise<string | null> {
	const { rows } = await client.query<{ mark: string | null }>(
		"select current_setting($1, true) as mark",
		[MARK],
	);
	return rows[0]?.mark ?? null;
}
