import { randomBytes } from "node:crypto";
import { hashToken, type Tokens } from "./tokens.ts";

/** The sessions of browsers. A session ends with its token. */
export interface Sessions {
	/** Opens a session for the token with this hash, and returns the secret of its cookie. */
	open(tokenHash: Buffer): string;
	/** Returns the hash of the token of a session. Undefined if the session is unknown or over. */
	tokenOf(secret: string): Buffer | undefined;
	close(secret: string): void;
	/** The number of open sessions. */
	readonly size: number;
}

export interface SessionsOptions {
	/** Returns milliseconds of a monotonic clock. Default performance.now. */
	readonly now?: (() => number) | undefined;
	/** The number of sessions. One more ends the one that is unused for longest. Default 100. */
	readonly capacity?: number;
}

/** Creates the sessions, which are in memory. One ends after 12 hours without a request, and after 7 days in any case. */
export function createSessions(
	tokens: Pick<Tokens, "find">,
	{ now = () => performance.now(), capacity = 100 }: SessionsOptions = {},
): Sessions {
	/** By the hash of their secrets, in the order of their latest use. */
	const sessions = new Map<string, Session>();
	return {
		open(tokenHash) {
			const secret = randomBytes(32).toString("base64url");
			for (const oldest of sessions.keys()) {
				if (sessions.size < capacity) break;
				sessions.delete(oldest);
			}
			const time = now();
			sessions.set(keyOf(secret), { tokenHash, openedAt: time, usedAt: time });
			return secret;
		},
		tokenOf(secret) {
			const key = keyOf(secret);
			const session = sessions.get(key);
			if (session === undefined) return undefined;
			const time = now();
			sessions.delete(key);
			const isOver =
				time - session.usedAt > IDLE_MS || time - session.openedAt > LONGEST_MS;
			// A reload may have removed the token.
			if (isOver || tokens.find(session.tokenHash) === undefined)
				return undefined;
			session.usedAt = time;
			sessions.set(key, session);
			return session.tokenHash;
		},
		close: (secret) => void sessions.delete(keyOf(secret)),
		get size() {
			return sessions.size;
		},
	};
}

// --- helpers ---

interface Session {
	readonly tokenHash: Buffer;
	readonly openedAt: number;
	usedAt: number;
}

const IDLE_MS = 12 * 3_600_000;
const LONGEST_MS = 7 * 86_400_000;

/** A look-up by hash takes no time that depends on the secret. */
function keyOf(secret: string): string {
	return hashToken(secret).toString("base64");
}
