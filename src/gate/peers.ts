import type { Address } from "./address.ts";
import { isNeighbour, UNIX_PEER } from "./client-address.ts";
import type { Ranges } from "./ranges.ts";

/** Checks peers by their address alone, before any of a request is read. */
export interface Peers {
	/** False for a peer that no route could ever admit. */
	isWelcome(peer: string): boolean;
	/** True for a trusted proxy, whose connections belong to many clients. */
	isProxy(peer: string): boolean;
}

/** The networks for checking peers. */
export interface PeerRanges {
	readonly trusted: Ranges;
	/** All networks of all firewalls. Undefined if some route admits, stores or only reports clients outside of them. */
	readonly admitted: Ranges | undefined;
}

/**
 * Creates the check of peers. A neighbour (loopback or private) always passes: it may be a proxy that is missing in
 * `server.trustedProxies`, and the log can only report that after reading a request.
 */
export function createPeers(
	{ trusted, admitted }: PeerRanges,
	readAddress: (text: string) => Address | undefined,
): Peers {
	return {
		isWelcome(peer) {
			if (admitted === undefined || peer === UNIX_PEER) return true;
			const address = readAddress(peer);
			return (
				address === undefined ||
				admitted.has(address) ||
				trusted.has(address) ||
				isNeighbour(address)
			);
		},
		isProxy(peer) {
			if (peer === UNIX_PEER) return true;
			const address = readAddress(peer);
			return address !== undefined && trusted.has(address);
		},
	};
}
