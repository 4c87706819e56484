import { parseAddress } from "../../gate/address.ts";
import type { Client } from "../../gate/client-address.ts";
import type { Runtime } from "../runtime.ts";

/**
 * Returns the client that an operator plays: the given address, or one that the firewall of the path admits. An address that
 * cannot be parsed is unknown, as everywhere.
 */
export function playedClient(
	named: string | undefined,
	path: string,
	runtime: Pick<Runtime, "table">,
): Client {
	if (named !== undefined) {
		const address = parseAddress(named);
		return { address, found: "named by the operator", isPlayed: true };
	}
	const address = exampleAt(path, runtime);
	const found =
		address === undefined
			? "no route has this path"
			: "one that the firewall admits";
	return { address, found, isPlayed: true };
}

// --- helpers ---

/** Finds an address that the firewall of a path admits. A path without a route has no firewall and admits no address. */
function exampleAt(
	path: string,
	{ table }: Pick<Runtime, "table">,
): Client["address"] {
	try {
		return table.find(path).stack.firewall.example;
	} catch {
		return undefined;
	}
}
