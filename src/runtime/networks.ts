import { BUILT_IN_NETWORKS } from "../gate/networks.ts";
import { compileRanges, type Ranges } from "../gate/ranges.ts";

/** Compiles lists of network names and CIDRs; a list that comes again is compiled once. */
export interface RangeCompiler {
	/** Undefined for a list with `any`: every address, known or not. */
	compile(names: readonly string[]): Ranges | undefined;
}

/** `defined` holds the networks of the configuration by name. */
export function createRangeCompiler(
	defined: ReadonlyMap<string, readonly string[]>,
): RangeCompiler {
	const compiled = new Map<string, Ranges | undefined>();
	const toCidrs = (name: string): readonly string[] => {
		const own = defined.get(name);
		if (own !== undefined) return own;
		const builtIn = BUILT_IN_NETWORKS.get(name);
		return builtIn === undefined
			? [name]
			: builtIn.ranges.map(({ cidr }) => cidr);
	};
	return {
		compile(names) {
			const key = names.join(" ");
			if (!compiled.has(key)) {
				compiled.set(
					key,
					names.includes("any")
						? undefined
						: compileRanges(names.flatMap(toCidrs)),
				);
			}
			return compiled.get(key);
		},
	};
}
