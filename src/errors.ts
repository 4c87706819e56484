/**
 * Why Switchhook refused a request: one row a code. The sender hears the status (and, where
 * `expose` is set, the title); the log hears everything. A code is never used for a second meaning.
 */
export interface ErrorRow {
	/** HTTP status the sender hears. */
	readonly status: number;
	/**
	 * Status on a reply route, where it is another one: after a 503 the platform asks once more for the
	 * answer to a call, after a 500 or a 502 never.
	 */
	readonly replyStatus?: number;
	/** One sentence that says what happened. */
	readonly title: string;
	/** The advice to the operator. */
	readonly help: string;
}

export const ERRORS = {
	FIREWALL_DENIED: {
		status: 403,
		title: "The client's address is in none of the route's networks.",
		help: "If the address is the platform's, add its network to `firewall`. If a proxy is in front, name it in `server.trustedProxies`.",
	},
	HTTP_VERSION: {
		status: 505,
		title: "The request is not HTTP/1.0 or HTTP/1.1.",
		help: "Let the proxy in front speak HTTP/1.1 to the router.",
	},
	HTTP_HOST: {
		status: 400,
		title: "The request has no Host header, or two.",
		help: "Check the sender, or the proxy in front. RFC 9112, section 3.2, requires exactly one.",
	},
	HTTP_SYNTAX: {
		status: 400,
		title: "The request breaks the grammar of HTTP.",
		help: "Check the sender. TLS on a port without TLS looks like this too.",
	},
	HTTP_TIMEOUT: {
		status: 408,
		title: "The request was not complete in time.",
		help: "Usually there is nothing to do: a client opened a connection and sent nothing.",
	},
	HEAD_TOO_LARGE: {
		status: 431,
		title:
			"The request line and the headers are larger than `server.headLimit`.",
		help: "If the platform sends such long queries, raise `server.headLimit` and the same limit of the proxy in front.",
	},
	BODY_TOO_LARGE: {
		status: 413,
		title: "The body is larger than the route's `bodyLimit`.",
		help: "Raise `bodyLimit` on the routes of this path if such bodies are expected.",
	},
	BODY_TYPE: {
		status: 415,
		title: "The body's content type is not one the route accepts.",
		help: "Send application/json, a `+json` type, or application/x-www-form-urlencoded, as the kind allows.",
	},
	BODY_ENCODING: {
		status: 400,
		title: "The body or the query is not valid text in its encoding.",
		help: "Send UTF-8, `%` followed by two hexadecimal digits, and no more than 1,000 fields. Accept routes keep such a webhook in quarantine, unless `onInvalid` says otherwise.",
	},
	BODY_JSON: {
		status: 400,
		title: "The body is not valid JSON.",
		help: "Check the sender. The body is malformed, truncated, or nested more than 200 levels deep.",
	},
	BODY_EMPTY: {
		status: 400,
		title: "The body is empty where JSON was announced.",
		help: "Check the sender. A JSON webhook always has a body.",
	},
	BODY_ABORTED: {
		status: 400,
		title: "The sender closed the connection before the body was complete.",
		help: "There is nothing to do. The platform retries what it could not deliver.",
	},
	SIGNATURE_MISSING: {
		status: 401,
		title: "The webhook carries no signature of the route's scheme.",
		help: "Turn signing on at the platform, or name the scheme that this product uses. `onUnsigned: retry` asks the platform to send it again, signed.",
	},
	SIGNATURE_INVALID: {
		status: 401,
		title: "The webhook does not prove where it comes from.",
		help: "Compare the route's `signature` with what the platform's dashboard says for this product.",
	},
	PAYLOAD_INVALID: {
		status: 422,
		title: "The payload does not fit the schema of its kind.",
		help: "The log names the fields. `onInvalid: report` lets such webhooks pass while you investigate.",
	},
	PAYLOAD_UNRECOGNIZED: {
		status: 422,
		title: "The payload matches none of the kinds that this path serves.",
		help: "Give the kind that arrived a route on this path, or change the URL at the platform.",
	},
	PAYLOAD_UNROUTED: {
		status: 404,
		title: "No route's `match` fits the webhook.",
		help: "`switchhook explain` shows which condition failed. Add a route of the same kind without `match`, at a wider level, to catch the rest.",
	},
	ROUTE_UNKNOWN: {
		status: 404,
		title: "No route has this path.",
		help: "`switchhook routes` lists every URL.",
	},
	ROUTE_SPELLING: {
		status: 404,
		title: "The path is another spelling of a route's path.",
		help: "Use the path exactly as `switchhook routes` prints it.",
	},
	ROUTE_METHOD: {
		status: 405,
		title: "The path has no route with this method.",
		help: "The Allow header lists the methods. Set the method at the platform, or `methods` on the route.",
	},
	HANDLER_FAILED: {
		status: 500,
		replyStatus: 503,
		title: "The handler threw.",
		help: "The log has the error and its stack. Give a reply route a `fallback`, so a caller hears something.",
	},
	HANDLER_TIMEOUT: {
		status: 503,
		title: "The handler did not finish within the route's `timeout`.",
		help: "Make the handler faster, or raise `timeout` (a voice webhook must be answered within 5 s).",
	},
	HANDLER_REPLY: {
		status: 500,
		replyStatus: 503,
		title:
			"The handler returned something that cannot be sent as this kind's answer.",
		help: "The log says what was expected. Give the route a `fallback`, so a caller hears something.",
	},
	NCCO_INVALID: {
		status: 500,
		replyStatus: 503,
		title: "The NCCO is not valid.",
		help: "The log names the action and the option. Give the route a `fallback`, so a caller hears something.",
	},
	INBOX_UNAVAILABLE: {
		status: 503,
		title: "The inbox cannot take the event now.",
		help: "The log names the cause: a full disk, a lost database connection, or a limit of `inbox` (`maxBacklog`, `maxSize`, `quarantine`).",
	},
	UPSTREAM_FAILED: {
		status: 502,
		replyStatus: 503,
		title: "The service did not accept the event.",
		help: "The log has the status or the error. Check that the service runs, and what it logs. Give the route a `fallback`, so a caller hears something.",
	},
	INTERNAL: {
		status: 500,
		replyStatus: 503,
		title: "Switchhook itself failed.",
		help: "The log has the error. Please report it.",
	},
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

export interface HookErrorOptions {
	readonly cause?: unknown;
	/** Status that the sender hears instead of the code's own. */
	readonly status?: number;
	/** Response headers, lower case: `allow` of a 405. */
	readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A refusal by code. `message` is for the log: it may name fields and addresses, and MUST NOT hold
 * a secret. Koa-style `status` and `expose` decide what the sender hears.
 */
export class HookError extends Error {
	override readonly name = "HookError";
	readonly code: ErrorCode;
	readonly status: number;
	readonly headers: Readonly<Record<string, string>> | undefined;

	constructor(
		code: ErrorCode,
		detail?: string,
		options: HookErrorOptions = {},
	) {
		super(
			detail ?? ERRORS[code].title,
			options.cause === undefined ? undefined : { cause: options.cause },
		);
		this.code = code;
		this.status = options.status ?? ERRORS[code].status;
		this.headers = options.headers;
	}
}

/** The HTTP status that a sender hears of an error: what is no refusal is a fault of the router's own. */
export function statusOf(error: unknown, mode: "reply" | "accept"): number {
	const code = error instanceof HookError ? error.code : "INTERNAL";
	const { status, replyStatus }: ErrorRow = ERRORS[code];
	if (mode === "reply" && replyStatus !== undefined) return replyStatus;
	return error instanceof HookError ? error.status : status;
}

/** Writes an error for the log in one line: by its code where it is a refusal, else by its name. */
export function describeError(error: unknown): string {
	if (error instanceof HookError) return `${error.code}: ${error.message}`;
	return error instanceof Error
		? `${error.name}: ${error.message}`
		: String(error);
}
