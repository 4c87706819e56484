import { HookError } from "../../errors.ts";

/** The SQLSTATE of an answer of the server (PostgreSQL manual, appendix A); undefined where it gave none. */
export function stateOf(error: unknown): string | undefined {
	const source = error instanceof HookError ? error.cause : error;
	const { severity, code } = (source ?? {}) as Record<string, unknown>;
	return typeof severity === "string" && typeof code === "string"
		? code
		: undefined;
}

/**
 * True where the connection cannot be used any more. What was on its way may have been done or not:
 * whatever is no answer of the server (a broken socket, a timeout) counts as that.
 */
export function isLost(error: unknown): boolean {
	const state = stateOf(error);
	return state === undefined || state.startsWith("08") || LOST.has(state);
}

/** True where the same may succeed when tried again at once or a little later. */
export function isPassing(error: unknown): boolean {
	const state = stateOf(error);
	return isLost(error) || (state !== undefined && PASSING.has(state));
}

/** True where the transaction lost against another one and nothing of it was done. */
export function isCollision(error: unknown): boolean {
	return COLLISIONS.has(stateOf(error) ?? "");
}

/** True where a unique index refused a row. */
export function isTaken(error: unknown): boolean {
	return stateOf(error) === "23505";
}

/** The refusal INBOX_UNAVAILABLE for any error of the database; a HookError stays what it is. */
export function unavailable(
	error: unknown,
	mask: (text: string) => string,
): HookError {
	if (error instanceof HookError) return error;
	const { message } = error as Error;
	// A refused connection to a name with several addresses has an empty message of its own.
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
