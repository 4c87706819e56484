import { expect } from "chai";
import type { Facts } from "./site.ts";

/** Compares two stretches of a run by their lowest value, because peaks say nothing. A tenth more counts as flat. */
export function expectFlat(
	key: keyof Facts,
	before: readonly Facts[],
	after: readonly Facts[],
): void {
	const was = lowest(key, before);
	const is = lowest(key, after);
	expect(is, `${key}, first ${was}`).to.be.at.most(Math.ceil(was * 1.1));
}

// --- helpers ---

function lowest(key: keyof Facts, facts: readonly Facts[]): number {
	return Math.min(...facts.map((one) => one[key]));
}
