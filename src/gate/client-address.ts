import type { Headers } from "../event/webhook.ts";
import type { Address } from "./address.ts";
import { forwardedFor } from "./forwarded.ts";
import { BUILT_IN_NETWORKS } from "./networks.ts";
import { compileRanges, type Ranges } from "./ranges.ts";

/** Who asks: the peer is the socket's other end, the client is who stands behind trusted proxies. */
export interface Client {
	/** Undefined when it cannot be told; no network but `any` holds such a client. */
	readonly address: Address | undefined;
	/** How the client was found, for the log and for `explain`. */
	readonly found: string;
	/** The peer, where it forwards for others and is not trusted to: what it says of them counts for nothing. */
	readonly stranger?: Address;
	/** True where an operator plays it, on the control socket. */
	readonly isPlayed?: true;
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
 * of that hop is the client's own writing. A peer on a unix socket counts as 127.0.0.1.
 *
 * The client is unknown where nothing is sure: behind a trusted proxy that names nobody, since a proxy
 * that forwards always says for whom; where both headers are there and disagree, as the client wrote one
 * of them; behind a Forwarded that breaks the grammar; and where a neighbour (loopback or private) that
 * is not trusted forwards, since its own address would stand for everybody behind it.
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

/** True for an address of this machine or of its own network: a proxy in front has one, a stranger has not. */
export function isNeighbour(address: Address): boolean {
	return NEIGHBOURS.has(address);
}

// --- helpers ---

const NEIGHBOURS = compileRanges(
	["loopback", "private"].flatMap(
		(name) => BUILT_IN_NETWORKS.get(name)?.ranges.map(({ cidr }) => cidr) ?? [],
	),
);

/** Makes the clients that a peer alone decides, each once for as long as its address is remembered. */
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

/** Finds the first hop from the right that is not trusted; of trusted ones alone the last. */
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
