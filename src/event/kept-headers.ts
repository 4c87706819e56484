import { headersNamedBy } from "./framing-headers.ts";
import type { Headers } from "./webhook.ts";

/** Chooses the headers of a webhook that its event keeps. Chosen headers pass it unchanged. */
export type HeaderFilter = (headers: Headers) => Headers;

/**
 * Creates the filter of one route. It is an allow list, as a sender may write any header, and services believe many of them:
 * `Remote-User`, `X-Original-URL`, `X-HTTP-Method-Override`, `Proxy` (httpoxy), `X-Real-IP`. It keeps what tells of the content and
 * of the sender's program, the trace (W3C Trace Context), the platform's `x-von-*`, and what the route names.
 *
 * Left out all the same are what proves an origin, and names with `_`: behind CGI, WSGI, Rack and PHP `Switchhook_Event_Id` is
 * `switchhook-event-id`. What `Connection` names ends here (RFC 9110 section 7.6.1), but for the headers of the content: without
 * them the body would be read as something else.
 *
 * @param names in lower case: what the route names
 * @param secrets in lower case: the headers that hold a proof under any signature scheme, or under the route's own
 */
export function createHeaderFilter(
	names: Iterable<string>,
	secrets: ReadonlySet<string>,
): HeaderFilter {
	const allowed = new Set([...CONTENT, ...USUAL]);
	for (const name of names) if (!isNeverKept(name)) allowed.add(name);
	for (const name of secrets) allowed.delete(name);
	return (headers) => {
		const hops = headersNamedBy(headers.connection);
		const kept: Record<string, Headers[string]> = {};
		for (const name in headers) {
			if (!allowed.has(name) && !isPlatform(name, secrets)) continue;
			if (hops?.has(name) && !CONTENT.has(name)) continue;
			kept[name] = headers[name];
		}
		return kept;
	};
}

/** True for a header (in lower case) that no route keeps, whatever it says: a proof of origin, or a name with `_`. */
export function isNeverKept(name: string): boolean {
	return PROOFS.has(name) || name.includes("_");
}

// --- helpers ---

const CONTENT: ReadonlySet<string> = new Set([
	"content-encoding",
	"content-language",
	"content-type",
]);

const USUAL = ["accept", "traceparent", "tracestate", "user-agent"];

const PLATFORM_PREFIX = "x-von-";

/** The proofs of HTTP itself (RFC 9110 section 11, RFC 6265); those of signature schemes are the schemes' own. */
const PROOFS: ReadonlySet<string> = new Set([
	"authorization",
	"cookie",
	"proxy-authorization",
]);

function isPlatform(name: string, secrets: ReadonlySet<string>): boolean {
	return (
		name.startsWith(PLATFORM_PREFIX) &&
		!name.includes("_") &&
		!secrets.has(name)
	);
}
