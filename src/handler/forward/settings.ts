import { FRAMING_HEADERS } from "../../event/framing-headers.ts";
import type { StatusRange } from "../../event/status-range.ts";
import type { HeaderTemplate } from "../template/header-values.ts";

/** The settings of a `forward`, every default put in. */
export interface ForwardSettings {
	/** `http://host:port` or `https://host:port`, without a path; `http://localhost` for a Unix socket. */
	readonly origin: string;
	/** Absolute path of a Unix socket that is connected to instead of the origin's host. */
	readonly socket: string | undefined;
	/** The path with the query; begins with a slash. MUST NOT be shown: it may hold a secret. */
	readonly path: string;
	/** The URL as it may be shown; undefined shows where it goes and no path. */
	readonly shown?: string | undefined;
	/** How an event is written as a request. */
	readonly as: "original" | "json" | "cloudevent";
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	/** Those of them whose values are templates; absent for none. */
	readonly headerTemplates?: readonly HeaderTemplate[];
	/** Headers of the sender, in lower case, that are copied beside the usual ones; absent for none. */
	readonly copyHeaders?: readonly string[];
	/** Milliseconds for the whole exchange; undefined takes the route's own time, which is its bound too. */
	readonly timeoutMs: number | undefined;
	/** Milliseconds until a connection stands, TLS included. */
	readonly connectTimeoutMs: number;
	/** These mean that the event was taken. */
	readonly successStatus: readonly StatusRange[];
	/** Of all others, these mean "try again"; the rest are final. */
	readonly retryStatus: readonly StatusRange[];
	/** Keys that sign each request (Standard Webhooks), as bytes; empty signs none. */
	readonly keys: readonly Uint8Array[];
	/** Absolute path of a PEM file; its certificates are trusted and no others. */
	readonly ca: string | undefined;
	/** The largest answer that is used, bytes. */
	readonly maxBodyBytes: number;
	/** Milliseconds that an idle connection is kept; 0 opens one for each request. */
	readonly keepAliveMs: number;
	/** Connections to the upstream at most. */
	readonly connections: number;
}

/** The beginning of every header of the router's own. */
export const OWN_PREFIX = "switchhook-";

/** True for a header (in lower case) that only the router itself may write on a request that it makes. */
export function isReservedHeader(name: string): boolean {
	return (
		FRAMING_HEADERS.has(name) ||
		PER_CONNECTION.has(name) ||
		name.startsWith(OWN_PREFIX) ||
		SIGNATURE_HEADERS.has(name)
	);
}

/** True for a header (in lower case) of a sender that is never copied to an upstream. */
export function isNeverCopied(name: string): boolean {
	return NOT_COPIED.has(name) || isReservedHeader(name);
}

// --- helpers ---

const NOT_COPIED: ReadonlySet<string> = new Set([
	// The upstream's own.
	"host",
	// An answer is read as it comes.
	"accept-encoding",
	// They tell what the sender called.
	"forwarded",
	"x-forwarded-host",
	"x-forwarded-proto",
]);

/** Beside those of framing (RFC 9110 sections 7.6.1 and 10.1.1). `Host` is none: a user may need another. */
const PER_CONNECTION: ReadonlySet<string> = new Set([
	"expect",
	"http2-settings",
	"proxy-authenticate",
	"proxy-authorization",
	"proxy-connection",
	"te",
]);

/** Those that Standard Webhooks names. */
const SIGNATURE_HEADERS: ReadonlySet<string> = new Set([
	"webhook-id",
	"webhook-timestamp",
	"webhook-signature",
]);
