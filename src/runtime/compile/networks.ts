import type { NetworkSettings } from "../../config/settings.ts";
import { type Address, parseAddress } from "../../gate/address.ts";
import { BUILT_IN_NETWORKS } from "../../gate/networks.ts";
import { compileRanges, type Ranges } from "../../gate/ranges.ts";

/**
 * Compiles a list of network names and CIDRs. `defined` has the networks of the configuration. Returns undefined for a list
 * with `any`, which admits every address, even an unknown one.
 */
export function compileNetworks(
	names: readonly string[],
	defined: ReadonlyMap<string, NetworkSettings>,
): Ranges | undefined {
	if (names.includes("any")) return undefined;
	return compileRanges(listRanges(names, defined));
}

/** Returns the ranges of a list of network names and CIDRs. */
export function listRanges(
	names: readonly string[],
	defined: ReadonlyMap<string, NetworkSettings>,
): readonly string[] {
	return names.flatMap((name): readonly string[] => {
		const own = defined.get(name);
		if (own !== undefined) return own.ranges;
		const builtIn = BUILT_IN_NETWORKS.get(name);
		return builtIn?.ranges.map(({ cidr }) => cidr) ?? [name];
	});
}

/** Returns the first usable address of the first network. Undefined for a list with `any`. */
export function exampleOf(
	names: readonly string[],
	defined: ReadonlyMap<string, NetworkSettings>,
): Address | undefined {
	const [name] = names;
	if (name === undefined || names.includes("any")) return undefined;
	const [range = ""] = listRanges([name], defined);
	const [first = "", bits = "32"] = range.split("/");
	// The lowest address of an IPv4 network stands for the network itself (RFC 1122 section 3.2.1.3).
	const isNetwork = !first.includes(":") && Number(bits) < 31;
	return parseAddress(
		isNetwork
			? first.replace(/\d+$/, (last) => String(Number(last) + 1))
			: first,
	);
}
