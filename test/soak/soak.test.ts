import { connect } from "node:net";
import { expect } from "chai";
import { useBuild } from "../build.ts";
import { expectFlat } from "./flat.ts";
import { type Facts, type Site, withSite } from "./site.ts";
import { startTraffic } from "./traffic.ts";

/** How long the router works. SWITCHHOOK_SOAK_MINUTES raises it: 10 in an optional long run, 60 before a release. */
const MINUTES = Number(process.env.SWITCHHOOK_SOAK_MINUTES ?? 0);

/** True for a run that lasts until memory has grown to its size. */
const IS_LONG = MINUTES >= 5;

/** The rounds at least, and the share of them in which a router grows to its size. */
const ROUNDS_MIN = 6;
const WARM_SHARE = 0.3;

describe("a router that works for long", () => {
	const main = useBuild();

	it("holds no more memory, descriptors and files at the end than after its beginning", () =>
		withSite(main(), async (site) => {
			const end = performance.now() + MINUTES * 60_000;
			const traffic = startTraffic(site.url);
			const facts: Facts[] = [];
			for (let round = 0; ; round++) {
				if (round >= ROUNDS_MIN && performance.now() > end) break;
				await traffic.more(100);
				await breakOff(site);
				await site.reload(5 * round);
				// A look at the memory takes a second or more.
				if (MINUTES === 0 || round % 10 === 0)
					facts.push(await site.facts({ isCollected: IS_LONG }));
			}
			await traffic.end();
			expect(traffic.failed).to.deep.equal([]);
			expect(site.errors).to.deep.equal([]);
			const warm = Math.ceil(facts.length * WARM_SHARE);
			const before = facts.slice(warm, 2 * warm);
			const after = facts.slice(-warm);
			expectFlat("descriptors", before, after);
			expectFlat("files", before, after);
			// A short run is over before compiled code and caches have grown to their size.
			if (!IS_LONG) return;
			expectFlat("residentMB", before, after);
			expectFlat("heapMB", before, after);
		})).timeout(120_000 + MINUTES * 90_000);
});

// --- helpers ---

/** Opens connections, and breaks them off at every stage: before a byte, in a head, in a body. */
async function breakOff({ url }: Site): Promise<void> {
	const { port, hostname } = new URL(url);
	const head = "POST /sms HTTP/1.1\r\nHost: x\r\n";
	const stages = ["", head, `${head}Content-Length: 50\r\n\r\nmsisdn=44`];
	await Promise.all(
		stages.map(
			(text) =>
				new Promise<void>((done) => {
					const socket = connect(Number(port), hostname, () =>
						socket.write(text, () => socket.destroy()),
					);
					socket.on("error", () => {}).on("close", () => done());
				}),
		),
	);
}
