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
	"head-too-large": 431,
	timeout: 408,
	internal: 500,
	unavailable: 503,
} as const;
export type AdminProblemCode = keyof typeof ADMIN_PROBLEMS;

/** The names of the problems, which never change for a code (RFC 9457 section 3.1.3). */
export const PROBLEM_TITLES: Readonly<Record<AdminProblemCode, string>> = {
	"bad-request": "The request is not valid",
	"no-token": "A token is required",
	"bad-token": "The token is not valid",
	"missing-scope": "The token lacks a scope",
	"wrong-host": "The Host header is not allowed",
	"wrong-origin": "The Origin is not allowed",
	"not-found": "Not found",
	"wrong-method": "The method is not allowed",
	conflict: "The state does not allow this",
	"too-large": "The body is too large",
	"wrong-type": "The content type is not supported",
	"too-many-attempts": "Too many wrong tokens",
	"head-too-large": "The headers are too large",
	timeout: "The request took too long",
	internal: "The router failed",
	unavailable: "The router cannot do this now",
};

/** An error that the admin API answers as `application/problem+json` (RFC 9457). */
export class AdminProblem extends Error {
	override readonly name = "AdminProblem";
	readonly code: AdminProblemCode;
	/** Headers of the answer, such as `Allow`. */
	readonly headers: Readonly<Record<string, string>>;

	/** `detail` is a sentence for the client: what is wrong, and what to do. */
	constructor(
		code: AdminProblemCode,
		detail: string,
		headers: Readonly<Record<string, string>> = {},
	) {
		super(detail);
		this.code = code;
		this.headers = headers;
	}
}

/** The media type of problems. */
export const PROBLEM_TYPE = "application/problem+json";

/** Writes a problem as the members of RFC 9457, and its code. `type` is the explanation on the documentation page. */
export function toProblemBody({ code, message }: AdminProblem) {
	return {
		type: `/api/v1/docs#${code}`,
		title: PROBLEM_TITLES[code],
		status: ADMIN_PROBLEMS[code],
		detail: message,
		code,
	};
}
