import { expect } from "chai";
import { Jobs } from "../../src/desk/jobs.ts";
import { Pace, type PaceClock, parseRate } from "../../src/desk/pace.ts";
import { runPaced, type Step } from "../../src/desk/run.ts";

/** A clock that goes on only while somebody sleeps. */
function handClock(): PaceClock & { at: number } {
	return {
		at: 0,
		now() {
			return this.at;
		},
		async sleep(ms) {
			this.at += ms;
		},
	};
}

const NOTE = { actor: "ann", reason: undefined };
const ids = (count: number) =>
	Array.from({ length: count }, (_, at) => `${at}`);

describe("parseRate", () => {
	it("reads rates per second, minute and hour", () => {
		expect(parseRate("50/s")).to.equal(50);
		expect(parseRate("30/min")).to.equal(0.5);
		expect(parseRate("36/h")).to.equal(0.01);
		expect(parseRate("0.5/s")).to.equal(0.5);
		for (const text of ["50", "0/s", "-1/s", "5/d", "a/s", "999999999/s", ""])
			expect(parseRate(text), text).to.equal(undefined);
	});
});

describe("Pace", () => {
	it("lets through as many as the rate, from the first moment on", async () => {
		for (const rate of [0.5, 3, 50, 777]) {
			const clock = handClock();
			const pace = new Pace(rate, clock);
			let taken = 0;
			while (clock.at < 60_000) taken += await pace.take(100);
			expect(taken / 60, `${rate}/s`).to.be.closeTo(rate, rate * 0.1 + 0.05);
		}
	});

	it("makes up for a stall with no more than a tenth of a second", async () => {
		const clock = handClock();
		const pace = new Pace(100, clock);
		await pace.take(1);
		clock.at += 3_600_000;
		expect(await pace.take(1000)).to.equal(10);
	});

	it("has no limit without a rate, and ends with the signal", async () => {
		const clock = handClock();
		expect(await new Pace(undefined, clock).take(500)).to.equal(500);
		const pace = new Pace(1, clock);
		await pace.take(1);
		const ended = AbortSignal.abort();
		expect(await pace.take(1, ended)).to.equal(0);
	});
});

describe("runPaced", () => {
	it("does everything in order, in parts, and adds up", async () => {
		const parts: (readonly string[])[] = [];
		const step: Step = {
			size: 4,
			async run(some) {
				parts.push(some);
				return {
					done: some.length - 1,
					kept: [{ id: some[0], count: 1, why: "no" }],
				};
			},
		};
		const seen: number[] = [];
		const progress = await runPaced(ids(10), step, {
			remembered: 2,
			onProgress: ({ at }) => seen.push(at),
		});
		expect(parts.flat()).to.deep.equal(ids(10));
		expect(seen).to.deep.equal([4, 8, 10]);
		expect(progress).to.deep.include({
			total: 10,
			at: 10,
			done: 7,
			keptCount: 3,
		});
		expect(progress.kept).to.have.length(2);
	});

	it("stops after the part that runs", async () => {
		const stop = new AbortController();
		const step: Step = {
			size: 2,
			async run(some) {
				stop.abort();
				return { done: some.length, kept: [] };
			},
		};
		const progress = await runPaced(ids(10), step, { signal: stop.signal });
		expect(progress).to.include({ at: 2, done: 2 });
	});
});

describe("Jobs", () => {
	const done: Step = {
		size: 10,
		run: async (some) => ({ done: some.length, kept: [] }),
	};
	const start = (step: Step, rate?: number) =>
		({ action: "replay", ids: ids(3), rate, note: NOTE, step }) as const;

	it("answer with an ended job, or with a running one after a while", async () => {
		const jobs = new Jobs({ now: () => 5 });
		expect(await jobs.start(start(done), 1000)).to.include({
			state: "done",
			done: 3,
			startedAt: 5,
			endedAt: 5,
		});
		let finish = (): void => {};
		const slow: Step = {
			size: 10,
			run: () =>
				new Promise((resolve) => {
					finish = () => resolve({ done: 3, kept: [] });
				}),
		};
		const running = await jobs.start(start(slow), 1);
		expect(running).to.include({ state: "running", endedAt: undefined });
		expect(jobs.list().map(({ state }) => state)).to.deep.equal([
			"running",
			"done",
		]);
		finish();
		while (jobs.get(running.id)?.state === "running")
			await new Promise((resolve) => setImmediate(resolve));
		expect(jobs.get(running.id)).to.include({ state: "done", done: 3 });
	});

	it("tell why they failed, and close what they opened", async () => {
		const jobs = new Jobs();
		let closed = 0;
		const failing: Step = {
			size: 1,
			run: () => Promise.reject(new Error("no disk")),
		};
		const job = await jobs.start(
			{
				...start(failing),
				close: async () => {
					closed += 1;
				},
			},
			1000,
		);
		expect(job).to.include({ state: "failed", error: "no disk" });
		expect(closed).to.equal(1);
	});

	it("remember the latest, and forget none that runs", async () => {
		const jobs = new Jobs();
		const never: Step = { size: 1, run: () => new Promise(() => {}) };
		const running = await jobs.start(start(never), 0);
		for (let times = 0; times < 150; times += 1)
			await jobs.start(start(done), 1000);
		expect(jobs.list().length).to.be.at.most(101);
		expect(jobs.get(running.id)?.state).to.equal("running");
		expect(jobs.cancel("unknown")).to.equal(undefined);
	});
});
