/**
 * Thrown where an inbox cannot be opened. The message is one sentence that names the file or the server and
 * says what to do. It MUST NOT hold a password.
 */
export class InboxOpenError extends Error {
	override readonly name = "InboxOpenError";
	/** Survives a thread and a second copy of this module, which the class does not. */
	readonly code = OPEN_CODE;
}

/** Tells an InboxOpenError by its code. */
export function isInboxOpenError(error: unknown): error is InboxOpenError {
	return error instanceof Error && "code" in error && error.code === OPEN_CODE;
}

// --- helpers ---

const OPEN_CODE = "INBOX_OPEN";
