import { expect } from "chai";
import fc from "fast-check";
import { LEVELS } from "../../src/event/webhook.ts";
import { findRivals } from "../../src/route/claim-index.ts";
import { compileMatcher } from "../../src/route/match.ts";
import { partsOf } from "../../src/route/rank.ts";
import { subjectOf } from "./kinds.ts";
import {
	build,
	CONDITION,
	DECIDABLE,
	LOOKUP,
	PAYLOAD,
	rankByHand,
	TEXTS,
	type WrittenRoute,
	writtenRoute,
} from "./match-reference.ts";

/** Cases of one run; SWITCHHOOK_FUZZ=10 makes ten times as many. */
const RUNS = 1000 * Number(process.env.SWITCHHOOK_FUZZ ?? 1);

describe("the matcher beside one that looks at every route", () => {
	it("chooses the same route", () => {
		const routes = fc.array(writtenRoute(CONDITION), {
			minLength: 1,
			maxLength: 12,
		});
		const payloads = fc.array(PAYLOAD, { minLength: 1, maxLength: 6 });
		fc.assert(
			fc.property(routes, payloads, (written, all) => {
				const matcher = compileMatcher(written.map(build));
				for (const payload of all) {
					const found = matcher.select(subjectOf(payload))?.name;
					expect(found).to.equal(winnerByHand(written, payload));
				}
			}),
			{ numRuns: RUNS },
		);
	});
});

describe("findRivals", () => {
	it("leaves no two routes of equal rank that fit one webhook", () => {
		const routes = fc.array(writtenRoute(DECIDABLE), {
			minLength: 2,
			maxLength: 5,
		});
		const payloads = fc.array(PAYLOAD, { minLength: 10, maxLength: 30 });
		let clean = 0;
		fc.assert(
			fc.property(routes, payloads, (written, all) => {
				for (const group of groupsOf(written)) {
					const claimants = group.map((one) => ({
						one,
						match: build(one, 0).match ?? new Map(),
					}));
					const rivals = [...findRivals(claimants)];
					for (const [{ one }, { other, example }] of rivals) {
						const values = toPayload(example);
						const rank = rankByHand(one, values);
						expect(rank, JSON.stringify(values)).to.not.equal(undefined);
						expect(rankByHand(other.one, values)).to.deep.equal(rank);
					}
					if (rivals.length > 0) continue;
					clean += 1;
					expect(all.find(isTieOf(group))).to.equal(undefined);
				}
			}),
			{ numRuns: RUNS },
		);
		expect(clean).to.be.greaterThan(100);
	});

	it("leaves none among routes that look two fields up, whatever the values", () => {
		const both = fc.record({ a: LOOKUP, b: LOOKUP });
		const routes = fc.array(
			both.map((match): WrittenRoute => ({ level: "account", match })),
			{ minLength: 2, maxLength: 4 },
		);
		const payloads = TEXTS.flatMap((a) => TEXTS.map((b) => ({ a, b })));
		fc.assert(
			fc.property(routes, (written) => {
				const claimants = written.map((one) => ({
					match: build(one, 0).match ?? new Map(),
				}));
				const [rival] = findRivals(claimants);
				if (rival !== undefined) return;
				expect(payloads.find(isTieOf(written))).to.equal(undefined);
			}),
			{ numRuns: RUNS / 2 },
		);
	});
});

// --- helpers ---

function winnerByHand(
	written: readonly WrittenRoute[],
	payload: Readonly<Record<string, unknown>>,
): string | undefined {
	let best: { name: string; rank: readonly number[] } | undefined;
	for (const [index, route] of written.entries()) {
		const rank = rankByHand(route, payload);
		if (rank === undefined) continue;
		const whole = [LEVELS.indexOf(route.level), ...rank];
		if (best === undefined || isHigher(whole, best.rank))
			best = { name: `r${index}`, rank: whole };
	}
	return best?.name;
}

function isHigher(a: readonly number[], b: readonly number[]): boolean {
	const at = a.findIndex((value, index) => value !== b[index]);
	return at !== -1 && (a[at] as number) > (b[at] as number);
}

/** Returns true for a payload that two of the routes fit, in equal rank. */
function isTieOf(written: readonly WrittenRoute[]) {
	return (payload: Readonly<Record<string, unknown>>): boolean => {
		const ranks = written
			.map((one) => rankByHand(one, payload))
			.filter((rank) => rank !== undefined)
			.map(String);
		return new Set(ranks).size < ranks.length;
	};
}

/** Groups routes as `check` does: by level, fields and the number of conditions that are asked. */
function groupsOf(
	written: readonly WrittenRoute[],
): readonly (readonly WrittenRoute[])[] {
	const groups = new Map<string, WrittenRoute[]>();
	for (const route of written) {
		if (route.match === undefined) continue;
		const others = [...(build(route, 0).match?.values() ?? [])].reduce(
			(sum, conditions) => sum + partsOf(conditions).others.length,
			0,
		);
		const fields = Object.keys(route.match).sort();
		const key = JSON.stringify([route.level, fields, others]);
		groups.set(key, [...(groups.get(key) ?? []), route]);
	}
	return [...groups.values()];
}

function toPayload(
	example: ReadonlyMap<string, unknown>,
): Record<string, unknown> {
	return {
		a: example.get("a"),
		b: example.get("b"),
		c: { d: example.get("c.d") },
	};
}
