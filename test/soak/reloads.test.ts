import { expect } from "chai";
import { useBuild } from "../build.ts";
import { isBroken, withSite } from "./site.ts";
import { startTraffic } from "./traffic.ts";

/** How often the router reloads; SWITCHHOOK_RELOADS raises it. From 400 on its memory is measured too. */
const RELOADS = Number(process.env.SWITCHHOOK_RELOADS ?? 15);

/** The reloads after which memory is flat: compiled code, buffers and the pools of the allocator have grown to their size. */
const WARM = 200;

describe("a router that reloads again and again", () => {
	const main = useBuild();

	it("fails no request, while routes come and go and every fifth configuration is broken", () =>
		withSite(main(), async (site) => {
			const traffic = startTraffic(site.url);
			await traffic.more(4);
			const resident: number[] = [];
			for (let index = 1; index <= RELOADS; index++) {
				await site.reload(index);
				await traffic.more(4);
				const facts = await site.facts();
				if (facts !== undefined) resident.push(facts.residentMB);
			}
			await traffic.end();
			expect(traffic.failed).to.deep.equal([]);
			expect(site.errors).to.deep.equal([]);
			const broken = Array.from(
				{ length: RELOADS },
				(_, index) => index + 1,
			).filter(isBroken).length;
			expect(site.reloads).to.deep.equal({
				loaded: RELOADS - broken,
				refused: broken,
			});
			if (resident.length < 2 * WARM) return;
			// Peaks between two collections of garbage say nothing: the lowest of a stretch do.
			const before = lowest(resident.slice(WARM, WARM + WARM / 2));
			const after = lowest(resident.slice(-WARM / 2));
			expect(after, `${before} MB after ${WARM} reloads`).to.be.below(
				before * 1.1,
			);
		})).timeout(60_000 + 2000 * RELOADS);
});

// --- helpers ---

function lowest(values: readonly number[]): number {
	return Math.min(...values);
}
