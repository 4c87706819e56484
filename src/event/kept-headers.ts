import { headersNamedBy } from "./framing-headers.ts";
import type { Headers } from "./webhook.ts";

/** Chooses the headers of a webhook that its event keeps. Already chosen headers stay unchanged. */
export type HeaderFilter = (headers: Headers) => Headers;

/**
 * Creates the filter of one route. It is an allow list, because a sender may write any header, and services trust many of them:
 * `Remote-User`, `X-Original-URL`, `X-HTTP-Method-Override`, `Proxy` (httpoxy), `X-Real-IP`. It keeps headers about the content
 * and the sender's program, the trace (W3C Trace Context), the platform's `x-von-*`, and the headers that the route names.
 *
 * It always removes proofs of origin and names with `_`, because CGI, WSGI, Rack and PHP treat `Switchhook_Event_Id` like
 * `switchhook-event-id`. It removes headers that `Connection` names (RFC 9110 section 7.6.1), except those about the content,
 * without which the body would be misread.
 *
 * @param names the headers, in lower case, that the route names
 * @param secrets the headers, in lower case, that contain a proof in any signature scheme, or in the route's own
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

/** Returns true for a header (in lower case) that no route keeps: a proof of origin, or a name with `_`. */
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

/** The proofs of HTTP itself (RFC 9110 section 11, RFC 6265). Signature schemes define their own. */
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
