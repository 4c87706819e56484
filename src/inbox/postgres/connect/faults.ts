import { HookError } from "../../../errors.ts";

/** Returns the SQLSTATE of an error from the server (PostgreSQL manual, appendix A). Undefined for other errors. */
export function stateOf(error: unknown): string | undefined {
	const source = error instanceof HookError ? error.cause : error;
	const { severity, code } = (source ?? {}) as Record<string, unknown>;
	return typeof severity === "string" && typeof code === "string"
		? code
		: undefined;
}

/**
 * Returns true if the connection is lost: every error that does not come from the server (a broken socket, a timeout). It is
 * unknown whether a running statement was executed.
 */
export function isLost(error: unknown): boolean {
	const state = stateOf(error);
	return state === undefined || state.startsWith("08") || LOST.has(state);
}

/** Returns true if a retry may succeed, at once or a little later. */
export function isPassing(error: unknown): boolean {
	const state = stateOf(error);
	return isLost(error) || (state !== undefined && PASSING.has(state));
}

/** Returns true if the transaction lost a conflict with another one, so that nothing of it was done. */
export function isCollision(error: unknown): boolean {
	return COLLISIONS.has(stateOf(error) ?? "");
}

/** Returns true if a unique index refused a row. */
export function isTaken(error: unknown): boolean {
	return stateOf(error) === "23505";
}

/** Returns true if the server refuses these events themselves, so that it would refuse them again. */
export function isOfEvents(error: unknown): boolean {
	const state = stateOf(error);
	return state !== undefined && OF_EVENTS.has(state.slice(0, 2));
}

/** Converts any error of the database into INBOX_UNAVAILABLE. A HookError stays unchanged. */
export function unavailable(
	error: unknown,
	mask: (text: string) => string,
): HookError {
	if (error instanceof HookError) return error;
	const { message } = error as Error;
	// The error of a refused connection to a name with several addresses has an empty message.
	const said = message || (error as { code?: string }).code || String(error);
	return new HookError("INBOX_UNAVAILABLE", `PostgreSQL: ${mask(said)}`, {
		cause: error,
	});
}

// --- helpers ---

const COLLISIONS: ReadonlySet<string> = new Set([
	"40001", // serialization_failure
	"40P01", // deadlock_detected
]);

/** Classes of SQLSTATE. */
const OF_EVENTS: ReadonlySet<string> = new Set([
	"22", // data_exception
	"23", // integrity_constraint_violation
	"54", // program_limit_exceeded: a key that is too long for its index
]);

const PASSING: ReadonlySet<string> = new Set([
	...COLLISIONS,
	"55P03", // lock_not_available
	"57014", // query_canceled, by a timeout of the session
	"53300", // too_many_connections
]);

const LOST: ReadonlySet<string> = new Set([
	"25006", // read_only_sql_transaction: this server became a standby, another one leads now
	"25P02", // in_failed_sql_transaction
	"25P03", // idle_in_transaction_session_timeout
	"57P01", // admin_shutdown
	"57P02", // crash_shutdown
	"57P03", // cannot_connect_now
	"57P05", // idle_session_timeout
]);
