import { expect } from "chai";
import type { InboxStats } from "../../../src/inbox/port/delivery.ts";
import { createInboxSampler } from "../../../src/observe/metrics/inbox-sampler.ts";

const STATS = { sizeBytes: 1 } as InboxStats;

describe("createInboxSampler", () => {
	it("shares one count among scrapes that come together, and uses a young one again", async () => {
		let calls = 0;
		let now = 0;
		const sample = createInboxSampler(
			async () => {
				calls++;
				return STATS;
			},
			{ now: () => now },
		);
		await Promise.all([sample(), sample()]);
		now = 4999;
		expect((await sample()).stats).to.equal(STATS);
		expect(calls).to.equal(1);
		now = 5000;
		await sample();
		expect(calls).to.equal(2);
	});

	it("counts a large inbox less often", async () => {
		let calls = 0;
		let now = 0;
		const sample = createInboxSampler(
			async () => {
				calls++;
				now += 1000;
				return STATS;
			},
			{ now: () => now },
		);
		await sample();
		now = 20_999;
		await sample();
		expect(calls).to.equal(1);
		now = 21_000;
		await sample();
		expect(calls).to.equal(2);
	});

	it("returns the last count if the next one takes too long", async () => {
		let now = 0;
		let end = (): void => {};
		const counts = [
			Promise.resolve(STATS),
			new Promise<InboxStats>((resolve) => {
				end = () => resolve({ ...STATS, sizeBytes: 2 });
			}),
		];
		const sample = createInboxSampler(
			() => counts.shift() as Promise<InboxStats>,
			{ now: () => now, waitMs: 1 },
		);
		await sample();
		now = 10_000;
		expect((await sample()).stats?.sizeBytes).to.equal(1);
		end();
		await new Promise(setImmediate);
		expect((await sample()).stats?.sizeBytes).to.equal(2);
	});

	it("has no count while the inbox fails, and one again afterwards", async () => {
		let now = 0;
		let isAway = true;
		const sample = createInboxSampler(
			async () => {
				if (isAway) throw new Error("away");
				return STATS;
			},
			{ now: () => now },
		);
		expect(await sample()).to.deep.equal({ stats: undefined, isFailed: true });
		isAway = false;
		now = 5000;
		expect(await sample()).to.deep.equal({ stats: STATS, isFailed: false });
	});
});
