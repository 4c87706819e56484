import { expect } from "chai";
import fc from "fast-check";
import type { Lease } from "../../src/inbox/port/queue.ts";
import type { Result, RouteWork } from "../../src/inbox/worker/work.ts";
import { rest } from "./hand-timing.ts";
import { type Bench, bench, DONE, later, many } from "./worker-bench.ts";

describe("two workers on one store, whatever fails", () => {
	it("deliver each event once, in the order of its key, one at a time", async () => {
		await fc.assert(
			fc.asyncProperty(fc.nat(), async (seed) => {
				const chaos = createChaos(seed);
				const first = bench({ a: chaos.work, b: chaos.work }, OPTIONS);
				const { store, timing } = first;
				const events = ["a", "b"].flatMap((route) =>
					["x", "y", undefined].flatMap((orderKey) =>
						many(5, route, { orderKey }),
					),
				);
				const workers = [first];
				workers.push(bench(routesOf(first), OPTIONS, first));
				store.fault = (call) => {
					if (call !== "put" && chaos.isStormy && chaos.roll() < 15)
						throw new Error("away");
				};
				store.loss = (call) => {
					if (call !== "put" && chaos.isStormy && chaos.roll() < 10)
						throw new Error("the answer was lost");
				};
				await store.put(events);
				for (const { worker } of workers) worker.start();
				for (let round = 0; round < 12; round++) {
					await timing.advance(1500);
					if (round === 4) {
						// One of them goes, in the middle of it all, and another one comes.
						const stopped = workers[1]?.worker.stop(500);
						await timing.advance(6000);
						await stopped;
						const next = bench(routesOf(first), OPTIONS, first);
						workers.push(next);
						next.worker.start();
					}
				}
				chaos.isStormy = false;
				// The longest wait after a fault is a quarter of an hour.
				for (let round = 0; round < 3; round++) await timing.advance(900_000);
				await rest(100);
				expect(store.count("delivered")).to.equal(events.length);
				expect(new Set(store.delivered).size).to.equal(events.length);
				expect(store.delivered).to.have.length(events.length);
				for (const lane of lanesOf(events)) {
					const order = store.delivered.filter((id) => lane.includes(id));
					expect(order).to.deep.equal(lane);
				}
				expect(chaos.clashes).to.deep.equal([]);
				for (const { worker } of [first, workers[2] as Bench]) {
					expect(worker.stats()).to.deep.equal(AT_REST);
					void worker.stop(0);
				}
				await rest();
			}),
			{ numRuns: 40, examples: [[1172644782]], endOnFailure: true },
		);
	});
});

// --- helpers ---

const OPTIONS = { leaseMs: 5000, isShared: true, maxLeased: 12, batch: 5 };

const AT_REST = { running: 0, leased: 0, isOutage: false };

function routesOf({ routes }: Bench): Record<string, RouteWork> {
	return Object.fromEntries(routes);
}

interface Chaos {
	readonly work: RouteWork;
	isStormy: boolean;
	/** Keys that two handlers worked on at the same time, none of them told to stop. */
	readonly clashes: string[];
	/** From 0 to 99. */
	roll(): number;
}

/** Handlers that fail, wait and take their time as the dice say. */
function createChaos(seed: number): Chaos {
	let state = seed;
	const atWork = new Map<string, AbortSignal>();
	const clashes: string[] = [];
	// A linear congruential generator: the same seed, the same storm.
	const roll = (): number => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * 100);
	};
	const handle = async (signal: AbortSignal): Promise<Result> => {
		const luck = roll();
		if (luck < 40 || !chaos.isStormy) return DONE;
		if (luck < 50) throw new Error("a fault");
		if (luck < 80) return later(roll() * 30);
		await Promise.race([rest(roll() / 5), aborted(signal)]);
		return DONE;
	};
	const chaos: Chaos = {
		isStormy: true,
		clashes,
		roll,
		work: {
			concurrency: 3,
			async deliver(lease: Lease, signal: AbortSignal) {
				const lane = `${lease.route} ${lease.orderKey ?? lease.id}`;
				const other = atWork.get(lane);
				if (other !== undefined && !other.aborted) clashes.push(lane);
				atWork.set(lane, signal);
				try {
					return await handle(signal);
				} finally {
					if (atWork.get(lane) === signal) atWork.delete(lane);
				}
			},
		},
	};
	return chaos;
}

function aborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		signal.addEventListener("abort", () => resolve(), { once: true });
	});
}

/** Ids of each order key, in their order. */
function lanesOf(
	events: readonly {
		readonly id: string;
		readonly route: string;
		readonly orderKey: string | undefined;
	}[],
): readonly (readonly string[])[] {
	const lanes = new Map<string, string[]>();
	for (const { id, route, orderKey } of events) {
		if (orderKey === undefined) continue;
		const name = `${route} ${orderKey}`;
		lanes.set(name, [...(lanes.get(name) ?? []), id]);
	}
	return [...lanes.values()];
}
