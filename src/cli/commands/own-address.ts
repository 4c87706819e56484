import { isIP } from "node:net";
import { UNIX_PEER } from "../../gate/client-address.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { Request } from "../request/encode.ts";
import { addHeaders } from "../request/sample.ts";
import type { Destination } from "../request/transmit.ts";

/** The header in which a proxy names the client. */
export const FORWARDED_FOR = "x-forwarded-for";

/**
 * Names the peer's own address as the client, where the peer is a trusted proxy and the request names
 * nobody: a router does not believe in a proxy that forwards for itself without saying so.
 */
export function nameOwnAddress(
	request: Request,
	peer: string | undefined,
	{ peers }: Pick<Runtime, "peers">,
): Request {
	const { headers } = request;
	if (peer === undefined || !peers.isProxy(peer)) return request;
	if (FORWARDED_FOR in headers || "forwarded" in headers) return request;
	const address = peer === UNIX_PEER ? LOOPBACK : peer;
	// On a unix socket only where 127.0.0.1 is trusted: that is what its peer counts as.
	if (!peers.isProxy(address)) return request;
	return addHeaders(request, [[FORWARDED_FOR, address]]);
}

/** The address under which this machine calls one of its own; undefined for another machine. */
export function ownPeerAt({ connect }: Destination): string | undefined {
	if ("socketPath" in connect) return UNIX_PEER;
	const host = connect.host === "localhost" ? LOOPBACK : connect.host;
	if (isIP(host) === 4 && host.startsWith("127.")) return LOOPBACK;
	return host === "::1" ? host : undefined;
}

// --- helpers ---

const LOOPBACK = "127.0.0.1";
