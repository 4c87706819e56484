/**
 * Thrown if an inbox cannot be opened. The message is one sentence with the file or the server and advice. It MUST NOT contain
 * a password.
 */
export class InboxOpenError extends Error {
	override readonly name = "InboxOpenError";
	/** Survives a thread and a second copy of this module, unlike the class. */
	readonly code = OPEN_CODE;
	/** True if it may open later without a change: its server does not answer now. */
	readonly isAway: boolean;

	constructor(
		message: string,
		{ isAway = false, ...options }: OpenErrorOptions = {},
	) {
		super(message, options);
		this.isAway = isAway;
	}
}

/** The options of an InboxOpenError. */
export interface OpenErrorOptions extends ErrorOptions {
	/** Default false. */
	readonly isAway?: boolean;
}

/** Recognises an InboxOpenError by its code. */
export function isInboxOpenError(error: unknown): error is InboxOpenError {
	return error instanceof Error && "code" in error && error.code === OPEN_CODE;
}

// --- helpers ---

const OPEN_CODE = "INBOX_OPEN";
