/**
 * The time in a statement, milliseconds since the epoch: the first parameter where a clock was passed,
 * else the server's, so that routers with different clocks agree. A statement reads it once.
 */
export const CLOCK =
	"clock as materialized (select coalesce($1::bigint, (extract(epoch from clock_timestamp()) * 1000)::bigint) as now)";

/** The first parameter of a statement with CLOCK. */
export type ReadClock = () => number | null;

/** Text as PostgreSQL can keep it: it knows no character 0. */
export function storable(text: string): string {
	return text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text;
}

/** The same where there may be none. */
export function storableOrNull(text: string | undefined): string | null {
	return text === undefined ? null : storable(text);
}
