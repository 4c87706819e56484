/**
 * A reason why Switchhook refused a request: one row for each code. The sender gets the status (and, where
 * `expose` is set, the title); the log gets everything. A code is never reused for another meaning.
 */
export interface ErrorRow {
	/** HTTP status that the sender gets. */
	readonly status: number;
	/**
	 * Status on a reply route, if it differs: after a 503 the platform asks once more for the
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
		title: "The client's address is not in any of the route's networks.",
		help: "If the address is the platform's, add its network to `firewall`. If a proxy is in front, name it in `server.trustedProxies`.",
	},
	LIMIT_EXCEEDED: {
		status: 429,
		title: "The client sent more requests than the path's `limit`.",
		help: "Raise `limit` if the sender is a known one. All customers of the platform share its addresses, so do not write `limit` on its kinds.",
	},
	HTTP_VERSION: {
		status: 505,
		title: "The request is not HTTP/1.0 or HTTP/1.1.",
		help: "Configure the proxy in front to use HTTP/1.1 towards the router.",
	},
	HTTP_HOST: {
		status: 400,
		title: "The request has no Host header, or more than one.",
		help: "Check the sender, or the proxy in front. RFC 9112, section 3.2, requires exactly one.",
	},
	HTTP_SYNTAX: {
		status: 400,
		title: "The request is not valid HTTP.",
		help: "Check the sender. A client that speaks TLS to this port also causes this error.",
	},
	HTTP_TIMEOUT: {
		status: 408,
		title: "The request was not complete in time.",
		help: "Usually nothing to do: a client opened a connection and sent nothing.",
	},
	HEAD_TOO_LARGE: {
		status: 431,
		title:
			"The request line and the headers are larger than `server.headLimit`.",
		help: "If the platform sends such long queries, raise `server.headLimit` and the corresponding limit of the proxy in front.",
	},
	BODY_TOO_LARGE: {
		status: 413,
		title: "The body is larger than the route's `bodyLimit`.",
		help: "Raise `bodyLimit` on the routes of this path if such bodies are expected.",
	},
	BODY_TYPE: {
		status: 415,
		title: "The route does not accept the body's content type.",
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
		title: "The body is empty, although its content type is JSON.",
		help: "Check the sender. A JSON webhook always has a body.",
	},
	BODY_ABORTED: {
		status: 400,
		title: "The sender closed the connection before the body was complete.",
		help: "Nothing to do. The platform sends the webhook again.",
	},
	SIGNATURE_MISSING: {
		status: 401,
		title: "The webhook has no signature of the route's scheme.",
		help: "Enable signing at the platform, or configure the scheme that this product uses. `onUnsigned: retry` asks the platform to send it again, signed.",
	},
	SIGNATURE_INVALID: {
		status: 401,
		title: "The webhook's signature is not valid.",
		help: "Compare the route's `signature` with the settings of this product in the platform's dashboard.",
	},
	PAYLOAD_INVALID: {
		status: 422,
		title: "The payload does not match the schema of its kind.",
		help: "The log names the fields. `onInvalid: report` lets such webhooks pass while you investigate.",
	},
	PAYLOAD_UNRECOGNIZED: {
		status: 422,
		title: "The payload does not match any kind that this path serves.",
		help: "Add a route for its kind on this path, or change the URL at the platform.",
	},
	PAYLOAD_UNROUTED: {
		status: 404,
		title: "No route's `match` fits the webhook.",
		help: "`switchhook explain` shows which condition failed. To catch the rest, add a route of the same kind without `match` at a wider level.",
	},
	ROUTE_UNKNOWN: {
		status: 404,
		title: "No route has this path.",
		help: "`switchhook routes` lists every URL.",
	},
	ROUTE_SPELLING: {
		status: 404,
		title: "The path differs from a route's path only in its spelling.",
		help: "Use the path exactly as `switchhook routes` prints it.",
	},
	ROUTE_METHOD: {
		status: 405,
		title: "No route on this path allows this method.",
		help: "The Allow header lists the methods. Set the method at the platform, or `methods` on the route.",
	},
	HANDLER_FAILED: {
		status: 500,
		replyStatus: 503,
		title: "The handler threw an error.",
		help: "The log has the error and its stack. Give a reply route a `fallback`, so that callers hear something.",
	},
	HANDLER_TIMEOUT: {
		status: 503,
		title: "The handler did not finish within the route's `timeout`.",
		help: "Make the handler faster, or raise `timeout`. A voice webhook must be answered within 5 s.",
	},
	HANDLER_REPLY: {
		status: 500,
		replyStatus: 503,
		title:
			"The handler returned a value that is not a valid answer for this kind.",
		help: "The log says what was expected. Give the route a `fallback`, so that callers hear something.",
	},
	NCCO_INVALID: {
		status: 500,
		replyStatus: 503,
		title: "The NCCO is not valid.",
		help: "The log names the action and the option. Give the route a `fallback`, so that callers hear something.",
	},
	INBOX_UNAVAILABLE: {
		status: 503,
		title: "The inbox cannot store the event at the moment.",
		help: "The log names the cause: a full disk, a lost database connection, or a limit of `inbox` (`maxBacklog`, `maxSize`, `quarantine`).",
	},
	UPSTREAM_FAILED: {
		status: 502,
		replyStatus: 503,
		title: "The service did not accept the event.",
		help: "The log has the status or the error. Check that the service is running, and look at its own log. Give the route a `fallback`, so that callers hear something.",
	},
	EGRESS_DENIED: {
		status: 502,
		replyStatus: 503,
		title:
			"The URL that a template wrote leads to an address that events must not reach.",
		help: "If the service is in your own network, name its network in `egress` of `forward`. Otherwise look at the value that the URL is made of, because it may be an attack.",
	},
	PUBLISH_FAILED: {
		status: 502,
		title: "The broker did not confirm the message.",
		help: "The log has the broker's reason. Check that the broker is running, and that the queue, stream or topic exists. The event is retried.",
	},
	LEASE_EXPIRED: {
		status: 503,
		title: "The service fetched the event and did not acknowledge it in time.",
		help: "Let the service acknowledge sooner or extend its lease, or raise `pull.lease`. The event is handed out again.",
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
	/** Status that the sender gets instead of the code's own. */
	readonly status?: number;
	/** Response headers, lower case: `allow` of a 405. */
	readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A refusal by code. `message` is for the log: it may name fields and addresses, and MUST NOT hold
 * a secret. Koa-style `status` and `expose` decide what the sender gets.
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

/** Returns the HTTP status that the sender gets for an error. An error that is not a `HookError` is a fault of the router itself. */
export function statusOf(error: unknown, mode: "reply" | "accept"): number {
	const code = error instanceof HookError ? error.code : "INTERNAL";
	const { status, replyStatus }: ErrorRow = ERRORS[code];
	if (mode === "reply" && replyStatus !== undefined) return replyStatus;
	return error instanceof HookError ? error.status : status;
}

/** Writes an error in one line for the log: with its code if it is a refusal, else with its name. */
export function describeError(error: unknown): string {
	if (error instanceof HookError) return `${error.code}: ${error.message}`;
	return error instanceof Error
		? `${error.name}: ${error.message}`
		: String(error);
}
