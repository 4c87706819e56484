import type { Connections } from "./connect/connections.ts";

/** The database of one inbox, for all parts of the engine. */
export interface Database {
	/** The name of the schema, not quoted. */
	readonly schema: string;
	/** The same name for a statement. */
	readonly quoted: string;
	readonly connections: Connections;
	readonly readClock: ReadClock;
}

/**
 * The SQL for the current time in milliseconds since the epoch: the first parameter if a clock was passed, otherwise the
 * server's time, so that routers with different clocks agree. A statement reads it once.
 */
export const CLOCK =
	"clock as materialized (select coalesce($1::bigint, (extract(epoch from clock_timestamp()) * 1000)::bigint) as now)";

/** Returns the first parameter of a statement with CLOCK: the time, or null for the server's. */
export type ReadClock = () => number | null;

/** Removes the character 0, which PostgreSQL cannot store. */
export function storable(text: string): string {
	return text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text;
}

/** Does the same, and turns undefined into null. */
export function storableOrNull(text: string | undefined): string | null {
	return text === undefined ? null : storable(text);
}
