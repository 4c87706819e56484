import { expect } from "chai";
import { useBuild } from "../build.ts";
import { expectFlat } from "./flat.ts";
import { type Facts, isBroken, withSite } from "./site.ts";
import { startTraffic } from "./traffic.ts";

/** How often the router reloads. SWITCHHOOK_RELOADS raises it. From 400 on, its memory is compared too. */
const RELOADS = Number(process.env.SWITCHHOOK_RELOADS ?? 15);

/** The reloads after which memory is flat: compiled code and the pools of the allocator have grown to their size. */
const WARM = 200;

/** The reloads of a stretch that is compared with another one. */
const STRETCH = 60;

describe("a router that reloads again and again", () => {
	const main = useBuild();

	it("fails no request, while routes come and go and every fifth configuration is broken", () =>
		withSite(main(), async (site) => {
			const traffic = startTraffic(site.url);
			await traffic.more(4);
			const before: Facts[] = [];
			const after: Facts[] = [];
			for (let index = 1; index <= RELOADS; index++) {
				await site.reload(index);
				await traffic.more(4);
				if (RELOADS < 2 * WARM || index % 20 !== 0) continue;
				// Each look takes a second or more, so only the two stretches that are compared are looked at.
				const isAfter = index > RELOADS - STRETCH;
				if (isAfter) after.push(await site.facts());
				else if (index >= WARM && index < WARM + STRETCH)
					before.push(await site.facts());
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
			if (RELOADS < 2 * WARM) return;
			for (const key of ["residentMB", "heapMB", "descriptors"] as const)
				expectFlat(key, before, after);
		})).timeout(60_000 + 3000 * RELOADS);
});
