import type { Address } from "./address.ts";
import { isNeighbour, UNIX_PEER } from "./client-address.ts";
import type { Ranges } from "./ranges.ts";

/** Judges peers by their address alone, before a byte of a request is read. */
export interface Peers {
	/** False for a peer that no route would ever admit, whatever it sends. */
	isWelcome(peer: string): boolean;
	/** True for a trusted proxy: its connections are those of many clients. */
	isProxy(peer: string): boolean;
}

/** The networks that peers are judged by. */
export interface PeerRanges {
	readonly trusted: Ranges;
	/** All networks of all firewalls; undefined where somebody outside of them is admitted, kept or only reported. */
	readonly admitted: Ranges | undefined;
}

/**
 * Makes the judge of peers. A neighbour (loopback or private) is always welcome: it may be a proxy that
 * nobody has named in `server.trustedProxies`, and the log can only say so of a request that was read.
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
