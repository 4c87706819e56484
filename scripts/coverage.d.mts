/** Percentages of all that a build has, and the files that lack most lines. */
export interface Coverage {
	readonly percent: Readonly<
		Record<"lines" | "branches" | "functions", number>
	>;
	readonly gaps: readonly { readonly name: string; readonly lines: number }[];
}

/** Reads the folder that NODE_V8_COVERAGE named, for the scripts in the folder of a build. */
export function readCoverage(folder: string, build: string): Coverage;
