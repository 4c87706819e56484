import { FRAMING_HEADERS } from "../../event/framing-headers.ts";
import type { StatusRange } from "../../event/status-range.ts";
import type { Rate } from "../../inbox/port/rate.ts";
import { OWN_PREFIX } from "../event-headers.ts";
import type { BodySettings } from "../template/body.ts";
import type { HeaderTemplate } from "../template/header-values.ts";
import type { UrlTemplate } from "./url-template.ts";

/** The settings of a `forward`, with all defaults. */
export interface ForwardSettings {
	/**
	 * `http://host:port` or `https://host:port`, without a path; `http://localhost` for a Unix socket. Empty if the host is a
	 * template.
	 */
	readonly origin: string;
	/** The absolute path of the Unix socket to use instead of the origin's host. */
	readonly socket: string | undefined;
	/**
	 * The path with the query. Begins with a slash. MUST NOT be shown, because it may contain a secret. With a template it is as the
	 * author wrote it, and not to be sent.
	 */
	readonly path: string;
	/** The URL, if a part of it is a template. Absent if none is. */
	readonly url?: UrlTemplate;
	/** The CIDRs, besides the Internet, that a URL may reach whose host is a template. Absent for none. */
	readonly egress?: readonly string[];
	/** The body that the router writes. Absent for the one of `as`. */
	readonly body?: BodySettings;
	/** The URL for display. Undefined shows only the origin. */
	readonly shown?: string | undefined;
	/** The form of the request. */
	readonly as: "original" | "json" | "cloudevent";
	/** The headers by name, in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	/** The headers whose values are templates. Absent if there are none. */
	readonly headerTemplates?: readonly HeaderTemplate[];
	/** The additional headers of the sender, in lower case, that are copied. Absent if there are none. */
	readonly copyHeaders?: readonly string[];
	/** The milliseconds for the whole exchange. Undefined uses the route's timeout, which also limits this value. */
	readonly timeoutMs: number | undefined;
	/** The milliseconds until a connection is established, including TLS. */
	readonly connectTimeoutMs: number;
	/** The statuses that mean that the event was accepted. */
	readonly successStatus: readonly StatusRange[];
	/** The other statuses that mean "try again". All remaining statuses are final. */
	readonly retryStatus: readonly StatusRange[];
	/** The keys that sign each request (Standard Webhooks), as bytes. Empty for no signature. */
	readonly keys: readonly Uint8Array[];
	/** The absolute path of a PEM file. Only its certificates are trusted. */
	readonly ca: string | undefined;
	/** The largest answer that is read, in bytes. */
	readonly maxBodyBytes: number;
	/** The milliseconds that an idle connection is kept. 0 opens a new connection for each request. */
	readonly keepAliveMs: number;
	/** The maximum number of connections to the upstream. */
	readonly connections: number;
	/** How many events are sent to the upstream in a time. Absent without a limit. */
	readonly rate?: Rate;
}

/** Returns true for a header (in lower case) that only the router itself may write on its requests. */
export function isReservedHeader(name: string): boolean {
	return (
		FRAMING_HEADERS.has(name) ||
		PER_CONNECTION.has(name) ||
		name.startsWith(OWN_PREFIX) ||
		SIGNATURE_HEADERS.has(name)
	);
}

/** Returns true for a header (in lower case) of a sender that is never copied to an upstream. */
export function isNeverCopied(name: string): boolean {
	return NOT_COPIED.has(name) || isReservedHeader(name);
}

// --- helpers ---

const NOT_COPIED: ReadonlySet<string> = new Set([
	// The upstream's own headers.
	"host",
	// The answer is read as it arrives.
	"accept-encoding",
	// These headers describe the host that the sender called.
	"forwarded",
	"x-forwarded-host",
	"x-forwarded-proto",
]);

/**
 * Further headers beside those of framing (RFC 9110 sections 7.6.1 and 10.1.1). `Host` is not among them, because a user may
 * need a different one.
 */
const PER_CONNECTION: ReadonlySet<string> = new Set([
	"expect",
	"http2-settings",
	"proxy-authenticate",
	"proxy-authorization",
	"proxy-connection",
	"te",
]);

/** The headers of Standard Webhooks. */
const SIGNATURE_HEADERS: ReadonlySet<string> = new Set([
	"webhook-id",
	"webhook-timestamp",
	"webhook-signature",
]);
