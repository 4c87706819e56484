import type { NetworkSettings } from "../config/settings.ts";
import { BUILT_IN_NETWORKS } from "../gate/networks.ts";
import { compileRanges, type Ranges } from "../gate/ranges.ts";

/**
 * Compiles a list of network names and CIDRs; `defined` holds the networks of the configuration.
 * Undefined for a list with `any`: every address, known or not.
 */
export function compileNetworks(
	names: readonly string[],
	defined: ReadonlyMap<string, NetworkSettings>,
): Ranges | undefined {
	if (names.includes("any")) return undefined;
	return compileRanges(listRanges(names, defined));
}

/** The ranges of a list of network names and CIDRs. */
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
