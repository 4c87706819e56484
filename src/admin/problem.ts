/** The problems that the admin API reports, with their statuses. The code is the last part of the `type` of RFC 9457. */
export const ADMIN_PROBLEMS = {
	"bad-request": 400,
	"no-token": 401,
	"bad-token": 401,
	"missing-scope": 403,
	"wrong-host": 421,
	"wrong-origin": 403,
	"not-found": 404,
	"wrong-method": 405,
	conflict: 409,
	"too-large": 413,
	"wrong-type": 415,
	"too-many-attempts": 429,
	internal: 500,
	unavailable: 503,
} as const;
export type AdminProblemCode = keyof typeof ADMIN_PROBLEMS;

/** An error that the admin API answers as `application/problem+json` (RFC 9457). */
export class AdminProblem extends Error {
	override readonly name = "AdminProblem";
	readonly code: AdminProblemCode;

	/** `detail` is a sentence for the client: what is wrong, and what to do. */
	constructor(code: AdminProblemCode, detail: string) {
		super(detail);
		this.code = code;
	}
}
