import type { ClientBase } from "pg";
import { isLost } from "./faults.ts";

/** The history of a server: a promoted standby begins a new timeline, with a higher number. */
export interface History {
	/** The identifier that a primary and its standbys share. */
	readonly system: string;
	readonly timeline: number;
}

/** Facts about a server, from itself. */
export interface Server {
	readonly isStandby: boolean;
	/** True for a standby, and for a server whose sessions are read-only by its settings. */
	readonly isReadOnly: boolean;
	/** The process at the other end. It differs from the one that the driver was told if a pooler is in between. */
	readonly pid: number;
	/** Undefined for a standby, and for a service that does not tell. */
	readonly history: History | undefined;
}

/** Asks the server of a connection. */
export async function askServer(client: ClientBase): Promise<Server> {
	try {
		const { system, timeline, ...server } = await read(client, HISTORY);
		return {
			...server,
			history: system && timeline ? { system, timeline } : undefined,
		};
	} catch (error) {
		// Some services forbid the functions of the history, or lack them.
		if (isLost(error)) throw error;
		return { ...(await read(client, "")), history: undefined };
	}
}

// --- helpers ---

interface Row {
	readonly isStandby: boolean;
	readonly isReadOnly: boolean;
	readonly pid: number;
	readonly system?: string | null;
	readonly timeline?: number | null;
}

/**
 * The name of the log file that is written begins with the timeline. `pg_control_checkpoint()` knows the new one only after the first
 * checkpoint of a promoted server, which may take minutes.
 */
const HISTORY = `, (select system_identifier::text from pg_control_system()) as system,
	case when pg_is_in_recovery() then null
		else ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int end as timeline`;

async function read(client: ClientBase, more: string): Promise<Row> {
	const { rows } = await client.query<Row>(
		`select pg_is_in_recovery() as "isStandby", current_setting('transaction_read_only') = 'on' as "isReadOnly", pg_backend_pid() as pid${more}`,
	);
	return rows[0] as Row;
}
