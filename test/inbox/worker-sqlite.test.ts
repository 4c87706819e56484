import { expect } from "chai";
import type { Lease } from "../../src/inbox/port/queue.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import type { Result, RouteWork, Worker } from "../../src/inbox/worker/work.ts";
import { createWorker } from "../../src/inbox/worker/worker.ts";
import type { Ground } from "./contract/ground.ts";
import { createSqliteGround } from "./sqlite-ground.ts";
import { DONE, later, many } from "./worker-bench.ts";

describe("a worker on SQLite", () => {
	let ground: Ground;
	let store: InboxStore;
	let worker: Worker | undefined;
	let finished: string[];

	beforeEach(async () => {
		finished = [];
		ground = await createSqliteGround();
		store = await ground.open(OPTIONS);
	});
	afterEach(async () => {
		await worker?.stop(0);
		await store.close();
		await ground.remove();
	});

	/** Works until so many deliveries are finished in all. */
	const work = (total: number, deliver: RouteWork["deliver"]): Promise<void> =>
		new Promise((resolve) => {
			worker = createWorker({
				store,
				routes: () => new Map([["a", { concurrency: 8, deliver }]]),
				listener: {
					onSettled({ lease, result }) {
						if (result.verdict.as !== "delivered") return;
						finished.push(lease.id);
						if (finished.length === total) resolve();
					},
				},
			});
			worker.start();
		});

	it("delivers each event once, in the order of its key, through retries and a restart", async () => {
		const lanes = Array.from({ length: 40 }, (_, at) =>
			many(10, "a", { orderKey: `key ${at}` }),
		);
		await store.put([...lanes.flat(), ...many(100, "a")]);
		let calls = 0;
		const flaky = async ({ attempt }: Lease): Promise<Result> =>
			++calls % 3 === 0 && attempt < 5 ? later(0) : DONE;
		await work(150, flaky);
		await worker?.stop(10_000);
		await store.close();
		store = await ground.open(OPTIONS);
		await work(500, flaky);
		expect(new Set(finished).size).to.equal(500);
		for (const lane of lanes) {
			const ids = lane.map(({ id }) => id);
			expect(finished.filter((id) => ids.includes(id))).to.deep.equal(ids);
		}
		expect((await store.stats()).byState).to.include({
			delivered: 500,
			received: 0,
			leased: 0,
			waiting: 0,
		});
		expect(store.backlog()).to.equal(0);
	});

	it("hears of what is put while it sleeps, and writes what a handler made", async () => {
		const [first, made] = [...many(1, "a"), ...many(1, "a")];
		if (first === undefined || made === undefined) throw new Error("two");
		const write = { plugin: "p", key: "k", value: "1" };
		const done = work(2, ({ id }) => ({
			...DONE,
			writes: [{ ...write, expiresAfterMs: undefined }],
			events: id === first.id ? [made] : [],
		}));
		await store.due();
		await store.put([first]);
		await done;
		expect(finished).to.deep.equal([first.id, made.id]);
		expect(await store.readState("p", "k")).to.equal("1");
	});
});

// --- helpers ---

const OPTIONS = { quarantine: { maxCount: 10, maxBytes: 10_000 } };
