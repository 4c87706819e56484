import type { Headers } from "../event/webhook.ts";
import type { Address } from "./address.ts";
import { forwardedFor } from "./forwarded.ts";
import type { Ranges } from "./ranges.ts";

/** Who asks: the peer is the socket's other end, the client is who stands behind trusted proxies. */
export interface Client {
	/** Undefined when it cannot be told; no network but `any` holds such a client. */
	readonly address: Address | undefined;
	/** How the client was found, for the log and for `explain`. */
	readonly found: string;
}

/** The peer of a connection over a unix socket, which has no address. */
export const UNIX_PEER = "unix";

/**
 * Finds the client of a request. `peer` is the socket's other end, or `UNIX_PEER`; undefined when it
 * cannot be told, as after a reset: such a peer MUST NOT pass for a local one.
 */
export type ClientFinder = (
	peer: string | undefined,
	headers: Headers,
) => Client;

/**
 * Makes the finder. The peer is the client, unless it is a trusted proxy: then X-Forwarded-For or
 * Forwarded (RFC 7239) is read from the right up to the first hop that is not trusted. Everything left
 * of that hop is the client's own writing. Where both headers are there and disagree, one of them was
 * written by the client, so the client is unknown. So it is behind a Forwarded that breaks the grammar.
 * A peer on a unix socket counts as 127.0.0.1.
 */
export function createClientFinder(
	trusted: Ranges,
	readAddress: (text: string) => Address | undefined,
): ClientFinder {
	const loopback = readAddress("127.0.0.1") as Address;
	const direct = new WeakMap<Address, Client>();

	const fromPeer = (address: Address): Client => {
		let client = direct.get(address);
		if (client === undefined) {
			client = { address, found: `peer ${address.text}` };
			direct.set(address, client);
		}
		return client;
	};

	const walk = (
		hops: readonly string[] | undefined,
		header: string,
	): Client => {
		if (hops === undefined) {
			return { address: undefined, found: `${header} cannot be read` };
		}
		for (let index = hops.length - 1; index >= 0; index--) {
			const hop = hops[index] as string;
			const address = readAddress(hop);
			if (address === undefined) {
				return {
					address: undefined,
					found: `${header} has no address at hop ${hops.length - index} from the right`,
				};
			}
			if (index === 0 || !trusted.has(address)) {
				return {
					address,
					found: `${header}, hop ${hops.length - index} from the right`,
				};
			}
		}
		return { address: undefined, found: `${header} is empty` };
	};

	return (peer, headers) => {
		const address = peer === UNIX_PEER ? loopback : peer && readAddress(peer);
		if (address === undefined || address === "") {
			return { address: undefined, found: "the peer's address cannot be read" };
		}
		if (trusted.isEmpty || !trusted.has(address)) return fromPeer(address);
		const listed = headers["x-forwarded-for"];
		const forwarded = headers.forwarded;
		if (listed === undefined && forwarded === undefined)
			return fromPeer(address);
		const byList =
			listed === undefined
				? undefined
				: walk(splitList(listed), "X-Forwarded-For");
		const byForwarded =
			forwarded === undefined
				? undefined
				: walk(forwardedFor(joinLines(forwarded)), "Forwarded");
		if (byList === undefined) return byForwarded as Client;
		if (
			byForwarded === undefined ||
			byForwarded.address?.text === byList.address?.text
		)
			return byList;
		return {
			address: undefined,
			found: "X-Forwarded-For and Forwarded name different clients",
		};
	};
}

// --- helpers ---

function joinLines(value: string | readonly string[]): string {
	return typeof value === "string" ? value : value.join(",");
}

function splitList(value: string | readonly string[]): string[] {
	return joinLines(value).split(",");
}
