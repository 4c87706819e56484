/** The answer that `respond` sends. */
export interface FreeReplyInit {
	/** HTTP status, 200 to 599, default 200. */
	readonly status?: number | undefined;
	/** Header names in any case; `content-type` defaults to what the body is. */
	readonly headers?: Readonly<Record<string, string>> | undefined;
	/** Text, bytes, or anything else as JSON; nothing by default. */
	readonly body?: unknown | undefined;
}

/** A plugin's answer with its own status and headers; made by `respond`. */
export interface FreeReply extends FreeReplyInit {
	readonly [FREE_REPLY]: true;
}

/**
 * Answers with a custom status, headers and body, if the kind leaves the answer to the route.
 *
 * @example
 * return respond({ status: 201, body: { id: 7 } });
 */
export function respond(init: FreeReplyInit): FreeReply {
	return { ...init, [FREE_REPLY]: true };
}

/** Returns true for a result of `respond`, from any copy of the package. */
export function isFreeReply(value: unknown): value is FreeReply {
	return typeof value === "object" && value !== null && FREE_REPLY in value;
}

// --- helpers ---

// A registered symbol, because a plugin may bring a second copy of the package.
const FREE_REPLY: unique symbol = Symbol.for("switchhook.free-reply");
