import { AdminProblem } from "../problem.ts";
import type { Attempts } from "./attempts.ts";
import type { Sessions } from "./sessions.ts";
import { type Access, hashToken, type Tokens } from "./tokens.ts";

/** A request as the authentication sees it. */
export interface Asking {
	readonly authorization: string | undefined;
	/** The secret of the session's cookie. */
	readonly cookie: string | undefined;
	/** The client's address, for counting wrong tokens. */
	readonly address: string;
}

/** Finds out whose request it is. */
export interface Authentication {
	/** Throws `no-token`, `bad-token` and `too-many-attempts`. */
	authenticate(asking: Asking): Access;
	/** Opens a session for a token, and returns the secret of its cookie. Throws like `authenticate`. */
	exchange(token: string, address: string): string;
	close(cookie: string): void;
}

/** Checks tokens, and slows down those who guess. */
export interface Guard {
	/**
	 * Returns the hash of a valid token. Throws `bad-token` and `too-many-attempts`.
	 *
	 * @param advice where a valid token is found
	 */
	prove(
		token: string,
		address: string,
		tokens: Pick<Tokens, "find" | "isMade">,
		advice: string,
	): Buffer;
}

/** @param onWrong called for each wrong token with the address that sent it */
export function createTokenGuard(
	attempts: Attempts,
	onWrong: (address: string) => void,
): Guard {
	return {
		prove(token, address, tokens, advice) {
			const hash = hashToken(token);
			// Wrong guesses cannot lock out the commands and the page of this machine.
			if (tokens.isMade(hash)) return hash;
			const waitMs = attempts.waitMs(address);
			if (waitMs > 0) throw tooMany(waitMs);
			if (token.length > TOKEN_LENGTH_MAX || tokens.find(hash) === undefined) {
				attempts.failed(address, hash);
				onWrong(address);
				throw badToken(`The token is unknown. ${advice}`);
			}
			attempts.succeeded(address);
			return hash;
		},
	};
}

/** Reads the token of an Authorization header (RFC 6750 section 2.1). Throws `bad-token`. */
export function readBearer(authorization: string): string {
	const token = /^Bearer +([^\s,]+)$/i.exec(authorization)?.[1];
	if (token !== undefined) return token;
	throw badToken(
		"The Authorization header has no token. Send `Authorization: Bearer <token>`.",
	);
}

/** The parts of the authentication. */
export interface AuthenticationParts {
	readonly tokens: Tokens;
	readonly guard: Guard;
	readonly sessions: Sessions;
}

/** Creates the authentication of the admin listener. */
export function createAuthentication({
	tokens,
	guard,
	sessions,
}: AuthenticationParts): Authentication {
	const prove = (token: string, address: string): Buffer =>
		guard.prove(
			token,
			address,
			tokens,
			"Send one of `admin.tokens`, or the one in `admin.json` of the running router.",
		);
	const accessOf = (hash: Buffer, isSession: boolean): Access => {
		const entry = tokens.find(hash);
		if (entry === undefined) throw badToken("The token was removed.");
		return { actor: entry.name, scopes: entry.scopes, isSession };
	};
	return {
		authenticate({ authorization, cookie, address }) {
			if (authorization !== undefined) {
				return accessOf(prove(readBearer(authorization), address), false);
			}
			if (cookie === undefined) {
				throw new AdminProblem(
					"no-token",
					"The request has no token. Send `Authorization: Bearer <token>`, or open the URL with `#token=` that the router prints at its start.",
					challenge(),
				);
			}
			const hash = sessions.tokenOf(cookie);
			if (hash === undefined) {
				throw badToken(
					"The session is over. Open the URL with `#token=` again.",
				);
			}
			return accessOf(hash, true);
		},
		exchange: (token, address) => sessions.open(prove(token, address)),
		close: (cookie) => sessions.close(cookie),
	};
}

/** The challenge of a refused request (RFC 6750 section 3). */
export function challenge(error?: string): Record<string, string> {
	const parts = ['Bearer realm="switchhook"', error].filter(Boolean);
	return { "WWW-Authenticate": parts.join(", ") };
}

// --- helpers ---

const TOKEN_LENGTH_MAX = 1000;

function badToken(detail: string): AdminProblem {
	return new AdminProblem(
		"bad-token",
		detail,
		challenge('error="invalid_token"'),
	);
}

function tooMany(waitMs: number): AdminProblem {
	const seconds = Math.ceil(waitMs / 1000);
	return new AdminProblem(
		"too-many-attempts",
		`This address sent too many wrong tokens. Try again in ${seconds} s.`,
		{ "Retry-After": String(seconds) },
	);
}
