import { expect } from "chai";
import { Watch, type Watched } from "../../src/handler/watch.ts";

describe("Watch", () => {
	it("looks when something is due, though that came last", async () => {
		const watch = new Watch();
		const nowMs = performance.now();
		const late = watchedUntil(nowMs + 60_000);
		watch.add(late, nowMs);
		const soon = watchedUntil(nowMs + 3);
		watch.add(soon, nowMs);
		// Timers end in their order, however busy the machine is.
		const tick = new Promise((done) => setTimeout(done, 15, "the next tick"));
		const first = await Promise.race([soon.seen, tick]);
		expect(first).to.not.equal("the next tick");
		watch.delete(soon);
		watch.delete(late);
	});

	it("looks again and again at what is not due", async () => {
		const watch = new Watch();
		const nowMs = performance.now();
		const watched = watchedUntil(nowMs + 60_000);
		watch.add(watched, nowMs);
		await watched.seen;
		watched.again();
		await watched.seen;
		watch.delete(watched);
	});

	it("passes over one that another took away meanwhile", async () => {
		const watch = new Watch();
		const nowMs = performance.now();
		const last = watchedUntil(nowMs + 1);
		let looks = 0;
		const gone = { dueMs: nowMs + 1, look: () => void looks++ };
		const first = {
			dueMs: nowMs + 1,
			look() {
				watch.delete(gone);
				watch.delete(first);
			},
		};
		for (const one of [first, gone, last]) watch.add(one, nowMs);
		await last.seen;
		watch.delete(last);
		expect(looks).to.equal(0);
	});

	it("has one timer, which keeps the process alive only while something is watched", () => {
		const watch = new Watch();
		const before = timers();
		const nowMs = performance.now();
		const both = [watchedUntil(nowMs + 1000), watchedUntil(nowMs + 2000)];
		for (const one of both) watch.add(one, nowMs);
		expect(timers()).to.equal(before + 1);
		for (const one of both) watch.delete(one);
		expect(timers()).to.equal(before);
		const [again] = both;
		if (again === undefined) throw new Error("there are two");
		watch.add(again, nowMs);
		expect(timers()).to.equal(before + 1);
		watch.delete(again);
	});
});

// --- helpers ---

interface Seen extends Watched {
	/** Resolves with when it was looked at. */
	seen: Promise<number>;
	again(): void;
}

function watchedUntil(dueMs: number): Seen {
	let resolve = (_: number): void => {};
	const wait = () =>
		new Promise<number>((done) => {
			resolve = done;
		});
	return {
		dueMs,
		seen: wait(),
		look: (nowMs) => resolve(nowMs),
		again() {
			this.seen = wait();
		},
	};
}

function timers(): number {
	return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout")
		.length;
}
