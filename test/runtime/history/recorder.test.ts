import { expect } from "chai";
import { createMemoryHistory } from "../../../src/inbox/memory-history.ts";
import type { HistoryBatch } from "../../../src/inbox/port/history.ts";
import { Metrics } from "../../../src/observe/metrics/metrics.ts";
import { createRecorder } from "../../../src/runtime/history/recorder.ts";
import { HandTiming } from "../../inbox/hand-timing.ts";

describe("the recorder", () => {
	/** A recorder whose store can be away, and the batches that it wrote. */
	function createSite() {
		const timing = new HandTiming();
		const ahead = { ms: 0 };
		const metrics = new Metrics();
		const kept = createMemoryHistory(() => timing.wallMs() + ahead.ms);
		const recorder = createRecorder({
			metrics,
			timing,
			router: "one",
			history: {
				async addHistory(batch) {
					if (site.isAway) throw new Error("away");
					site.batches.push(batch);
					return kept.addHistory(batch);
				},
			},
		});
		const site = {
			...{ timing, metrics, recorder },
			batches: [] as HistoryBatch[],
			isAway: false,
			ahead,
			/** Webhooks by the step that they are in, in seconds since the start. */
			async read() {
				const { rows } = await kept.readHistory({
					routes: [""],
					stepMs: 10_000,
					from: 0,
					to: Infinity,
				});
				return rows.map(({ at, cells }) => [
					(at - start) / 1000,
					cells[cells.indexOf(10) + 1],
				]);
			},
		};
		const start = timing.wallMs();
		return site;
	}

	it("writes the counts of each step at its end", async () => {
		const { timing, metrics, recorder, read } = createSite();
		await timing.advance(3000);
		recorder.start();
		for (let at = 1; at <= 3; at++) {
			for (let times = 0; times < at; times++)
				metrics.unrouted.answered("handled", 1);
			await timing.advance(10_000);
		}
		expect(await read()).to.deep.equal([
			[0, 1],
			[10, 2],
			[20, 3],
		]);
		await recorder.stop();
	});

	it("follows the clock of the store, which may be another than its own", async () => {
		const site = createSite();
		site.ahead.ms = 5000;
		site.recorder.start();
		for (let at = 0; at < 6; at++) {
			site.metrics.unrouted.answered("handled", 1);
			await site.timing.advance(10_000);
		}
		await site.recorder.stop();
		const counts = (await site.read()).slice(1, 5).map(([, count]) => count);
		expect(counts).to.deep.equal([1, 1, 1, 1]);
	});

	it("writes the rest when it stops, and nothing afterwards", async () => {
		const { timing, metrics, recorder, read, batches } = createSite();
		recorder.start();
		await timing.advance(10_000);
		metrics.unrouted.answered("handled", 1);
		await timing.advance(7000);
		await recorder.stop();
		expect((await read()).at(-1)).to.deep.equal([10, 1]);
		const count = batches.length;
		await timing.advance(60_000);
		expect(batches).to.have.length(count);
		expect(timing.timers).to.equal(0);
	});

	it("keeps the steps of a store that is away, and writes each where it belongs", async () => {
		const site = createSite();
		const { timing, metrics, recorder, read } = site;
		recorder.start();
		site.isAway = true;
		for (let at = 1; at <= 3; at++) {
			for (let times = 0; times < at; times++)
				metrics.unrouted.answered("handled", 1);
			await timing.advance(10_000);
		}
		recorder.mark({ kind: "reload", text: "1 changed" });
		await timing.advance(5000);
		expect(await read()).to.deep.equal([]);
		site.isAway = false;
		await timing.advance(5000);
		expect((await read()).slice(0, 3)).to.deep.equal([
			[0, 1],
			[10, 2],
			[20, 3],
		]);
		expect(site.batches.flatMap(({ marks }) => marks)).to.deep.equal([
			{ kind: "reload", text: "1 changed", router: "one" },
		]);
		await recorder.stop();
	});

	it("forgets what waited for ten minutes", async () => {
		const site = createSite();
		site.recorder.start();
		site.isAway = true;
		site.metrics.unrouted.answered("handled", 1);
		await site.timing.advance(25 * 60_000);
		site.isAway = false;
		await site.timing.advance(10_000);
		expect(site.batches.length).to.be.within(55, 63);
		await site.recorder.stop();
	});

	it("writes many routes in small batches, and a mark at once", async () => {
		const { timing, metrics, recorder, batches } = createSite();
		recorder.mark({ kind: "start", text: "version 1" });
		await timing.advance(0);
		expect(batches).to.deep.equal([
			{
				agoMs: 0,
				rows: [],
				marks: [{ kind: "start", text: "version 1", router: "one" }],
			},
		]);
		const routes = Array.from({ length: 250 }, (_, at) => ({
			meters: metrics.ofRoute({
				...{ name: `r${at}`, kind: "sms.inbound", level: undefined },
				mode: "accept",
			}),
		}));
		metrics.serve(routes);
		for (const { meters } of routes) meters.answered("received", 1);
		recorder.start();
		await timing.advance(10_000);
		expect(batches.slice(1).map(({ rows }) => rows.length)).to.deep.equal([
			...new Array<number>(10).fill(25),
			1,
		]);
		await recorder.stop();
	});
});
