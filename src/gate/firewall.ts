import { HookError } from "../errors.ts";
import { type Address, parseAddress } from "./address.ts";
import type { Client } from "./client-address.ts";
import type { Ranges } from "./ranges.ts";

/** The gate that checks the address, before any of the body is read. */
export interface Firewall {
	/** The networks as the route names them, for messages. */
	readonly names: readonly string[];
	/** An address that it admits, for an operator who impersonates a client without naming one. */
	readonly example: Address;
	/** Throws FIREWALL_DENIED for a client outside all networks. */
	admit(client: Client): void;
	/** Returns the name of the first network that contains a client, for messages. Undefined if it is in none. */
	networkOf(client: Client): string | undefined;
}

/**
 * Compiles the gate.
 *
 * @param ranges undefined admits every address, known or not: the network `any`.
 * @param example an address in them, default 127.0.0.1.
 * @param rangesOf compiles one network, for messages. Default: the only network has all ranges.
 */
export function createFirewall(
	names: readonly string[],
	ranges: Ranges | undefined,
	example: Address = LOOPBACK,
	rangesOf: (name: string) => Ranges | undefined = () => ranges,
): Firewall {
	return {
		names,
		example,
		networkOf: ({ address }) =>
			names.find((name) => {
				const network = rangesOf(name);
				if (network === undefined) return true;
				return address !== undefined && network.has(address);
			}),
		admit(client) {
			if (ranges === undefined) return;
			if (client.address !== undefined && ranges.has(client.address)) return;
			throw new HookError(
				"FIREWALL_DENIED",
				`${describeClient(client)} is in none of the allowed networks: ${names.join(", ")}`,
			);
		},
	};
}

// --- helpers ---

/** The peer of a connection is not said twice. */
function describeClient({ address, found }: Client): string {
	if (address === undefined) return `an unknown client (${found})`;
	return found === `peer ${address.text}`
		? address.text
		: `${address.text} (${found})`;
}

const LOOPBACK = parseAddress("127.0.0.1") as Address;
