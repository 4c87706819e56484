import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { AdminTokenSettings } from "../../config/settings.ts";
import { ADMIN_SCOPES, type AdminScope } from "../operation.ts";

/** Whose request it is, and what it may do. */
export interface Access {
	/** The name of the token, for the log and for reasons that are kept. */
	readonly actor: string;
	readonly scopes: ReadonlySet<AdminScope>;
	/** True if the request came with the cookie of a session, which a browser sends by itself. */
	readonly isSession: boolean;
}

/** The tokens of the admin listener. Only their hashes are in memory. */
export interface Tokens {
	/** Finds the token with a hash. Takes the same time for every hash. */
	find(hash: Buffer): TokenEntry | undefined;
	/** Returns true for the token that the router made. It is random, so guessing it is hopeless. */
	isMade(hash: Buffer): boolean;
}

/** A token by its hash. */
export interface TokenEntry {
	readonly name: string;
	readonly scopes: ReadonlySet<AdminScope>;
}

/** The name of the token that the router makes at its start, for the commands and the page. */
export const LOCAL_TOKEN = "local";

/** Makes a token: 256 random bits in the alphabet of URLs. */
export function makeToken(): string {
	return randomBytes(32).toString("base64url");
}

/** Returns the SHA-256 of a token. */
export function hashToken(token: string): Buffer {
	return createHash("sha256").update(token).digest();
}

/**
 * Creates the tokens.
 *
 * @param made the hash of the token that the router made
 * @param written returns the tokens of the configuration. Called for each request, because a reload changes them
 */
export function createTokens(
	made: Buffer,
	written: () => readonly AdminTokenSettings[],
): Tokens {
	return {
		isMade: (hash) => timingSafeEqual(hash, made),
		find(hash) {
			let found: TokenEntry | undefined = timingSafeEqual(hash, made)
				? LOCAL
				: undefined;
			// All are compared, whatever was found, so that the time tells nothing.
			for (const { name, sha256, scopes } of written()) {
				const isEqual = timingSafeEqual(hash, Buffer.from(sha256, "hex"));
				if (isEqual && found === undefined) {
					found = { name, scopes: withImplied(scopes) };
				}
			}
			return found;
		},
	};
}

// --- helpers ---

const LOCAL: TokenEntry = {
	name: LOCAL_TOKEN,
	scopes: new Set(ADMIN_SCOPES),
};

/** `operate` includes `read`. */
function withImplied(scopes: readonly AdminScope[]): ReadonlySet<AdminScope> {
	return new Set(
		scopes.includes("operate") ? [...scopes, "read" as const] : scopes,
	);
}
