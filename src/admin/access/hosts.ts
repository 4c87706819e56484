import { isIP } from "node:net";
import { isLoopback } from "../../gate/address.ts";
import { AdminProblem } from "../problem.ts";

/** The names that the admin listener answers to. */
export interface HostRules {
	/** The address that it listens on. */
	readonly address: string;
	/** The names of `admin.hosts`, in lower case. */
	readonly names: readonly string[];
}

/** The parts of a request that its source is judged by. */
export interface Sourced {
	readonly method: string;
	/** Names and values in turn, as they were sent. */
	readonly rawHeaders: readonly string[];
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Refuses a request whose Host names another machine. Without this check a page whose name resolves to this address (DNS
 * rebinding) could call the API as if it were its own. Throws `wrong-host` and `bad-request`.
 */
export function expectHost({ rawHeaders }: Sourced, rules: HostRules): void {
	const hosts = rawHeaders.filter(
		(_, at) => at % 2 === 1 && /^host$/i.test(rawHeaders[at - 1] ?? ""),
	);
	if (hosts.length > 1) {
		throw new AdminProblem(
			"bad-request",
			"There are several Host headers. Send one.",
		);
	}
	const name = nameOf(hosts[0] ?? "");
	if (name !== undefined && isAllowed(name, rules)) return;
	throw new AdminProblem(
		"wrong-host",
		"The Host header does not name this listener. Call it by its address or as localhost, or add the name to `admin.hosts`.",
	);
}

/**
 * Refuses a request that a page of another origin sent. A change with the cookie of a session needs a header that proves the
 * origin. Throws `wrong-origin`.
 */
export function expectOrigin(
	{ method, headers }: Sourced,
	{ isSession }: { readonly isSession: boolean },
): void {
	const origin = textOf(headers.origin);
	const site = textOf(headers["sec-fetch-site"]);
	const isSame =
		origin === undefined
			? site === undefined || site === "same-origin" || site === "none"
			: originHost(origin) === textOf(headers.host)?.toLowerCase();
	const isProved = origin !== undefined || site === "same-origin";
	if (isSame && (isProved || !isSession || isSafe(method))) return;
	throw new AdminProblem(
		"wrong-origin",
		isSame
			? "A change with the cookie of a session needs an Origin header, which browsers send. Programs send a token instead."
			: "The request comes from a page of another origin, and only the router's own page may call this API. Programs send no Origin header.",
	);
}

/**
 * Returns true for a request of this machine, by a name of loopback. One that a proxy forwards comes from loopback too, but for
 * another name, or with the headers of proxies.
 */
export function isLocal({ headers }: Pick<Sourced, "headers">): boolean {
	const name = nameOf(textOf(headers.host) ?? "");
	const isForwarded = FORWARDED.some((header) => headers[header] !== undefined);
	return name !== undefined && isLoopbackName(name) && !isForwarded;
}

/** Returns true for a method that changes nothing. */
export function isSafe(method: string): boolean {
	return method === "GET" || method === "HEAD";
}

// --- helpers ---

/** Returns the host without its port, in lower case. Undefined if it is malformed. */
function nameOf(host: string): string | undefined {
	const parts = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(
		host,
	);
	return (parts?.[1] ?? parts?.[2])?.toLowerCase().replace(/\.$/, "");
}

function isAllowed(name: string, { address, names }: HostRules): boolean {
	if (names.includes(name)) return true;
	if (isLoopbackName(name)) return true;
	// An address cannot be rebound. On loopback no other address leads here.
	return isIP(name) !== 0 && !isLoopback(address);
}

function isLoopbackName(name: string): boolean {
	return name.endsWith(".localhost") || isLoopback(name);
}

const FORWARDED = ["x-forwarded-for", "x-real-ip", "forwarded", "via"];

/** Returns host and port of an origin, which is `null` for a page without one. */
function originHost(origin: string): string | undefined {
	const parts = /^https?:\/\/([^/?#@\s]+)$/i.exec(origin);
	return parts?.[1]?.toLowerCase();
}

function textOf(value: string | string[] | undefined): string | undefined {
	return Array.isArray(value) ? value.join(", ") : value;
}
