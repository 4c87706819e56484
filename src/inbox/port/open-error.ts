/**
 * Why an inbox cannot be opened: one sentence that names the file or the server and says what to do. It
 * MUST NOT hold a password.
 */
export class InboxOpenError extends Error {
	override readonly name = "InboxOpenError";
}
