import type { Headers } from "../event/webhook.ts";
import type { Address } from "./address.ts";
import { forwardedFor } from "./forwarded.ts";
import { BUILT_IN_NETWORKS } from "./networks.ts";
import { compileRanges, type Ranges } from "./ranges.ts";

/** The origin of a request. The peer is the other end of the socket, and the client is the address behind trusted proxies. */
export interface Client {
	/** Undefined if it is unknown. Only the network `any` contains such a client. */
	readonly address: Address | undefined;
	/** How the client was found, for the log and for `explain`. */
	readonly found: string;
	/** The peer, if it forwards for others without being trusted. Its headers about them are ignored. */
	readonly stranger?: Address;
	/** True if an operator impersonates the client, on the control socket. */
	readonly isPlayed?: true;
}

/** The peer of a connection over a unix socket, which has no address. */
export const UNIX_PEER = "unix";

/**
 * Finds the client of a request. `peer` is the other end of the socket, or `UNIX_PEER`. It is undefined if unknown, for
 * example after a reset. Such a peer MUST NOT count as local.
 */
export type ClientFinder = (
	peer: string | undefined,
	headers: Headers,
) => Client;

/**
 * Creates the finder. The peer is the client, unless it is a trusted proxy. Then X-Forwarded-For or Forwarded (RFC 7239)
 * is read from the right up to the first hop that is not trusted. The client wrote everything left of that hop. A peer on
 * a Unix socket counts as 127.0.0.1.
 *
 * The client is unknown in these cases: a trusted proxy names no client, although a forwarding proxy always does; both
 * headers are present and disagree, because the client wrote one of them; a Forwarded header is malformed; or an untrusted
 * neighbour (loopback or private) forwards, because everybody behind it has its address.
 */
export function createClientFinder(
	trusted: Ranges,
	readAddress: (text: string) => Address | undefined,
): ClientFinder {
	const loopback = readAddress("127.0.0.1") as Address;
	const { fromPeer, behindSilent, behindStranger } = createPeerClients();
	const walk = (hops: readonly string[] | undefined, header: string): Client =>
		walkHops(hops, header, { trusted, readAddress });
	return (peer, headers) => {
		const address = peer === UNIX_PEER ? loopback : peer && readAddress(peer);
		if (address === undefined || address === "") {
			return { address: undefined, found: "the peer's address cannot be read" };
		}
		const listed = headers["x-forwarded-for"];
		const { forwarded } = headers;
		const isSilent = listed === undefined && forwarded === undefined;
		if (trusted.isEmpty || !trusted.has(address)) {
			const forwards = !isSilent || headers.via !== undefined;
			return forwards && isNeighbour(address)
				? behindStranger(address)
				: fromPeer(address);
		}
		if (isSilent) return behindSilent(address);
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

/** Returns true for an address of this machine or its private network. A proxy in front has one, a stranger does not. */
export function isNeighbour(address: Address): boolean {
	return NEIGHBOURS.has(address);
}

// --- helpers ---

const NEIGHBOURS = compileRanges(
	["loopback", "private"].flatMap(
		(name) => BUILT_IN_NETWORKS.get(name)?.ranges.map(({ cidr }) => cidr) ?? [],
	),
);

/** Creates the clients that depend on the peer alone, one for each cached address. */
function createPeerClients() {
	return {
		fromPeer: remember((address) => ({
			address,
			found: `peer ${address.text}`,
		})),
		behindSilent: remember((address) => ({
			address: undefined,
			found: `the trusted proxy ${address.text} does not name the client`,
		})),
		behindStranger: remember((address) => ({
			address: undefined,
			found: `the proxy at ${address.text} is not in \`server.trustedProxies\``,
			stranger: address,
		})),
	};
}

function remember(
	make: (address: Address) => Client,
): (address: Address) => Client {
	const known = new WeakMap<Address, Client>();
	return (address) => {
		let client = known.get(address);
		if (client === undefined) {
			client = make(address);
			known.set(address, client);
		}
		return client;
	};
}

/** Finds the first untrusted hop from the right. If all are trusted, returns the last one. */
function walkHops(
	hops: readonly string[] | undefined,
	header: string,
	{
		trusted,
		readAddress,
	}: {
		readonly trusted: Ranges;
		readonly readAddress: (text: string) => Address | undefined;
	},
): Client {
	if (hops === undefined) {
		return { address: undefined, found: `${header} cannot be read` };
	}
	for (let index = hops.length - 1; index >= 0; index--) {
		const address = readAddress(hops[index] as string);
		const hop = `hop ${hops.length - index} from the right`;
		if (address === undefined) {
			return {
				address: undefined,
				found: `${header} has no address at ${hop}`,
			};
		}
		if (index === 0 || !trusted.has(address)) {
			return { address, found: `${header}, ${hop}` };
		}
	}
	return { address: undefined, found: `${header} names nobody` };
}

function joinLines(value: string | readonly string[]): string {
	return typeof value === "string" ? value : value.join(",");
}

/** RFC 9110 section 5.6.1.2: empty elements of a list are ignored. */
function splitList(value: string | readonly string[]): string[] {
	return joinLines(value)
		.split(",")
		.filter((element) => !BLANK.test(element));
}

const BLANK = /^[ \t]*$/;
