import { BUILT_IN_NETWORKS } from "../../gate/networks.ts";
import { countAddresses } from "../../gate/ranges.ts";

/** Measures how much of the Internet a list of networks contains in total. Many narrow ranges together can be wide. */
export interface Breadth {
	/** Returns true for more than a `/8` of routed addresses. */
	isWide(names: readonly string[]): boolean;
	/** Returns true for a `/8` or more, including private networks but not the machine itself. */
	isLarge(names: readonly string[]): boolean;
}

/**
 * Creates the measure.
 *
 * @param rangesOf the CIDRs of a network, or the CIDR itself.
 */
export function createBreadth(
	rangesOf: (name: string) => readonly string[],
): Breadth {
	const known = new Map<string, number>();
	const shareOf = (name: string): number => {
		let share = known.get(name);
		if (share === undefined) {
			share = rangesOf(name).reduce((sum, cidr) => sum + shareOfCidr(cidr), 0);
			known.set(name, share);
		}
		return share;
	};
	const holds = (
		names: readonly string[],
		least: number,
		left: readonly string[],
	): boolean => {
		// Lists of 100,000 ranges are no rarity, and most of them are far from it.
		if (names.reduce((sum, name) => sum + shareOf(name), 0) < least) {
			return false;
		}
		const without = countAddresses(left);
		const all = countAddresses([...names.flatMap(rangesOf), ...left]);
		return (
			Number(all.v4 - without.v4) / 2 ** 32 >= least ||
			Number(all.v6 - without.v6) / 2 ** 128 >= least
		);
	};
	return {
		isWide: (names) => holds(names, 2 / 256, [...LOOPBACK, ...PRIVATE]),
		isLarge: (names) => holds(names, 1 / 256, LOOPBACK),
	};
}

// --- helpers ---

const LOOPBACK = cidrsOf("loopback");
const PRIVATE = cidrsOf("private");

function cidrsOf(name: string): readonly string[] {
	return BUILT_IN_NETWORKS.get(name)?.ranges.map(({ cidr }) => cidr) ?? [];
}

/** Returns the share of a CIDR in all addresses of its family. */
function shareOfCidr(cidr: string): number {
	return 2 ** -Number(cidr.slice(cidr.indexOf("/") + 1));
}
