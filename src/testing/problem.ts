import type { Difference } from "../config/tests/match.ts";
import type { Position } from "../finding/finding.ts";
import type { Site } from "../finding/site.ts";

/** One reason why a test failed. */
export interface Problem extends Omit<Difference, "at"> {
	/** Where the expectation is written. */
	readonly at: Position;
	/** The step, from 1; undefined for a test that is one step. */
	readonly step: number | undefined;
	/** Lines with details, such as why a route lost. */
	readonly more: readonly string[];
}

/** Tells of the connections that a test refused, because it has no answer to them. */
export function toRefusals(
	targets: readonly string[],
	site: Site,
	step: number | undefined,
): readonly Problem[] {
	return [...new Set(targets)].map((target) => ({
		place: "fetch",
		expected: "no connection to the outside",
		got: target,
		at: site.at("fetch"),
		step,
		more: [
			`Add an answer to the test: fetch: [{ url: "${target}", answer: { status: 200 } }]`,
		],
	}));
}
