import { expect } from "chai";
import {
	type Cells,
	HISTORY_TIERS,
	type HistoryRow,
	mergeCells,
	stepOf,
} from "../../../src/inbox/port/history.ts";
import { HistoryCounter } from "../../../src/observe/history/counter.ts";
import { joinMarks } from "../../../src/observe/history/marks.ts";
import { POINTS_MAX, planSeries } from "../../../src/observe/history/plan.ts";
import { quantilesOf } from "../../../src/observe/history/quantiles.ts";
import { toSeries } from "../../../src/observe/history/series.ts";
import { SLOTS, valueIn } from "../../../src/observe/history/slots.ts";
import { toTotal } from "../../../src/observe/history/total.ts";
import { LATENCY_SECONDS } from "../../../src/observe/metrics/definitions.ts";
import { Metrics } from "../../../src/observe/metrics/metrics.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("the slots of the history", () => {
	it("stay as inboxes of users have them", () => {
		// A change of these numbers, or of the buckets, would give stored rows another meaning.
		expect(SLOTS).to.deep.equal({
			batches: 0,
			samples: 1,
			webhooks: {
				handled: 10,
				received: 11,
				duplicate: 12,
				probe: 13,
				reported: 14,
				quarantined: 15,
				denied: 16,
				refused: 17,
				unsigned: 18,
				invalid: 19,
				unknown: 20,
				failed: 21,
				fallback: 22,
			},
			attempts: { delivered: 40, waiting: 41, dead: 42, returned: 43 },
			answers: 60,
			handlers: 90,
			puts: 120,
			unfinished: 200,
			depth: {
				received: 201,
				leased: 202,
				waiting: 203,
				dead: 204,
				quarantined: 205,
			},
			oldestMs: 210,
		});
		expect(LATENCY_SECONDS).to.have.length(15);
		expect(LATENCY_SECONDS.at(-1)).to.equal(15);
	});
});

describe("HistoryCounter", () => {
	const serve = (metrics: Metrics, ...names: readonly string[]) => {
		const routes = names.map((name) => ({
			meters: metrics.ofRoute({
				...{ name, kind: "sms.inbound" },
				...({ level: "account", mode: "accept" } as const),
			}),
		}));
		metrics.serve(routes, NOW);
		return routes.map(({ meters }) => meters);
	};
	const rowOf = (counter: HistoryCounter, route: string) =>
		counter.take().find((row) => row.route === route)?.cells;

	it("returns what was added since the last call, and nothing of routes without activity", () => {
		const metrics = new Metrics();
		const [sms, other] = serve(metrics, "sms", "other", "idle");
		const counter = new HistoryCounter(metrics, undefined);
		sms?.answered("received", 2);
		sms?.answered("received", 20_000);
		sms?.attempted("delivered", 30);
		other?.answered("failed", 2);
		metrics.unrouted.answered("denied", 0.1);
		metrics.puts.add(0.004);
		expect(counter.take()).to.deep.equal([
			{
				route: "",
				cells: [
					0, 1, 11, 2, 16, 1, 21, 1, 40, 1, 60, 1, 62, 2, 75, 1, 96, 1, 123, 1,
				],
			},
			{ route: "sms", cells: [11, 2, 40, 1, 62, 1, 75, 1, 96, 1] },
			{ route: "other", cells: [21, 1, 62, 1] },
		]);
		expect(counter.take()).to.deep.equal([{ route: "", cells: [0, 1] }]);
		sms?.answered("handled", 0.1);
		expect(rowOf(counter, "sms")).to.deep.equal([10, 1, 60, 1]);
	});

	it("counts the last requests of a route that a reload removed, and those of one that came back", () => {
		const metrics = new Metrics();
		const [sms] = serve(metrics, "sms");
		const counter = new HistoryCounter(metrics, undefined);
		sms?.answered("received", 1);
		counter.take();
		sms?.answered("received", 1);
		serve(metrics, "other");
		expect(rowOf(counter, "sms")).to.deep.equal([11, 1, 61, 1]);
		const [again] = serve(metrics, "sms");
		again?.answered("received", 1);
		expect(rowOf(counter, "sms")).to.deep.equal([11, 1, 61, 1]);
	});

	it("adds the depth of the queue each time, and a sample once", () => {
		const metrics = new Metrics();
		serve(metrics, "sms", "other");
		const depth = new Map([["sms", 3]]);
		const counter = new HistoryCounter(metrics, {
			backlog: () => 3,
			of: (route) => depth.get(route) ?? 0,
		});
		const byState = {
			received: 1,
			leased: 0,
			waiting: 2,
			delivered: 9,
			dead: 4,
			quarantined: 0,
		};
		counter.sample(
			{
				byState,
				byRoute: [
					{ route: "sms", state: "waiting", count: 2 },
					{ route: "sms", state: "delivered", count: 9 },
					{ route: "gone", state: "dead", count: 4 },
				],
				oldestUnfinishedAt: NOW - 5000,
				oldestByRoute: [{ route: "sms", at: NOW - 5000 }],
				sizeBytes: 1,
				quarantine: {
					door: { count: 0, bytes: 0 },
					admitted: { count: 0, bytes: 0 },
				},
			},
			NOW,
		);
		expect(counter.take()).to.deep.equal([
			{
				route: "",
				cells: [0, 1, 1, 1, 200, 3, 201, 1, 203, 2, 204, 4, 210, 5000],
			},
			{ route: "sms", cells: [200, 3, 203, 2, 210, 5000] },
			{ route: "gone", cells: [204, 4] },
		]);
		expect(counter.take()).to.deep.equal([
			{ route: "", cells: [0, 1, 200, 3] },
			{ route: "sms", cells: [200, 3] },
		]);
	});
});

describe("stepOf", () => {
	it("is the step that just ended, a little early or late", () => {
		for (const off of [-4000, 0, 30, 4000])
			expect(stepOf(NOW + off, 0, 10_000), String(off)).to.equal(NOW - 10_000);
		expect(stepOf(NOW, 20_000, 10_000)).to.equal(NOW - 30_000);
		expect(stepOf(NOW, 0, 30 * MINUTE)).to.equal(NOW - 30 * MINUTE);
	});
});

describe("mergeCells", () => {
	it("adds counts, and keeps the greatest of peaks", () => {
		expect(
			mergeCells([1, 2, 200, 5], [0, 1, 1, 3, 200, 4, 201, 1]),
		).to.deep.equal([0, 1, 1, 5, 200, 5, 201, 1]);
		expect(mergeCells([], [3, 1])).to.deep.equal([3, 1]);
		expect(mergeCells([3, 1], [])).to.deep.equal([3, 1]);
	});
});

describe("planSeries", () => {
	const plan = (spanMs: number, stepMs?: number, to = NOW) =>
		planSeries({ from: to - spanMs, to, stepMs }, NOW);

	it("has the shortest step that is kept for the time and gives few points", () => {
		const steps = [15 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY].map((span) => {
			const { stepMs, tier, from, to } = plan(span);
			expect((to - from) / stepMs).to.be.at.most(POINTS_MAX);
			return [stepMs / 1000, tier.stepMs / 1000];
		});
		expect(steps).to.deep.equal([
			[10, 10],
			[10, 10],
			[240, 240],
			[240, 240],
			[1800, 1800],
		]);
	});

	it("never has more points than its limit, whatever is asked for", () => {
		for (let span = 1; span < 30 * DAY; span = Math.ceil(span * 1.37)) {
			for (const ago of [0, 1, 2 * HOUR, 26 * HOUR, 7 * DAY, 40 * DAY]) {
				for (const step of [undefined, 1, 60_000, 10 * DAY]) {
					const { from, to, stepMs, tier } = plan(span, step, NOW - ago);
					expect((to - from) / stepMs).to.be.within(1, POINTS_MAX);
					expect(from % stepMs).to.equal(0);
					expect(stepMs % tier.stepMs).to.equal(0);
				}
			}
		}
	});

	it("reads longer steps for a past that is no longer kept in short ones", () => {
		expect(plan(10 * MINUTE, undefined, NOW - 3 * HOUR).stepMs).to.equal(
			240_000,
		);
		expect(plan(10 * MINUTE, undefined, NOW - 3 * DAY).stepMs).to.equal(
			30 * MINUTE,
		);
	});

	it("reads the longest steps that the wanted step consists of", () => {
		expect(plan(DAY, HOUR)).to.deep.include({
			tier: HISTORY_TIERS[2],
			stepMs: HOUR,
		});
		expect(plan(HOUR, 45_000).stepMs).to.equal(60_000);
	});
});

describe("quantilesOf", () => {
	const slot = 60;
	const cells = (...counts: readonly [number, number][]): Cells =>
		counts.flatMap(([bucket, count]) => [slot + bucket, count]);

	it("interpolates within a bucket", () => {
		// 100 values between 5 and 10 ms.
		expect(quantilesOf(cells([4, 100]), slot)).to.deep.equal({
			p50: 7.5,
			p90: 9.5,
			p99: 9.95,
		});
		expect(quantilesOf(cells([0, 90], [7, 10]), slot)).to.deep.equal({
			p50: 0.278,
			p90: 0.5,
			p99: 95,
		});
	});

	it("is undefined without values, and the last bound beyond it", () => {
		expect(quantilesOf([], slot)).to.equal(undefined);
		expect(quantilesOf([slot - 1, 5, slot + 16, 5], slot)).to.equal(undefined);
		expect(quantilesOf(cells([15, 3]), slot)?.p50).to.equal(15_000);
	});
});

describe("toSeries", () => {
	const from = NOW - 5 * 10_000;
	const plan = planSeries({ from, to: NOW }, NOW);
	const row = (step: number, cells: Cells, route = ""): HistoryRow => ({
		...{ route, cells },
		at: from + step * 10_000,
	});
	const { webhooks, attempts } = SLOTS;

	it("has a number for each step in which a router ran, and null elsewhere", () => {
		const series = toSeries(
			plan,
			[
				row(0, [SLOTS.batches, 1, webhooks.handled, 5, webhooks.failed, 1]),
				row(1, [SLOTS.batches, 1]),
				row(3, [SLOTS.batches, 2, attempts.delivered, 3, attempts.waiting, 2]),
			],
			{ route: "", now: NOW },
		);
		expect(series.times).to.have.length(5);
		expect(series.webhooks).to.deep.equal({
			handled: [5, 0, null, 0, null],
			failed: [1, 0, null, 0, null],
		});
		expect(series.attempts).to.deep.equal({
			delivered: [0, 0, null, 3, null],
			waiting: [0, 0, null, 2, null],
		});
		expect(series.runs).to.deep.equal([6, 0, null, 5, null]);
		expect(series.failures).to.deep.equal([1, 0, null, 2, null]);
		expect(series.latency.handler.p50).to.deep.equal(new Array(5).fill(null));
	});

	it("takes the numbers of a route from its rows, and the time in which a router ran from those of all", () => {
		const series = toSeries(
			plan,
			[
				row(0, [SLOTS.batches, 1, webhooks.handled, 5]),
				row(1, [SLOTS.batches, 1, webhooks.handled, 7]),
				row(1, [webhooks.handled, 2, SLOTS.handlers + 4, 2], "sms"),
			],
			{ route: "sms", now: NOW },
		);
		expect(series.webhooks).to.deep.equal({
			handled: [0, 2, null, null, null],
		});
		expect(series.latency.handler.p50).to.deep.equal([
			null,
			7.5,
			null,
			null,
			null,
		]);
	});

	it("carries what is counted once a minute, while a router runs", () => {
		const series = toSeries(
			plan,
			[
				row(0, [SLOTS.batches, 1]),
				row(1, [
					SLOTS.batches,
					1,
					SLOTS.samples,
					1,
					SLOTS.unfinished,
					9,
					SLOTS.depth.dead,
					2,
					SLOTS.oldestMs,
					700,
				]),
				row(2, [SLOTS.batches, 1, SLOTS.unfinished, 4]),
				row(4, [SLOTS.batches, 1, SLOTS.samples, 1]),
			],
			{ route: "", now: NOW },
		);
		expect(series.depth.unfinished).to.deep.equal([0, 9, 4, null, 0]);
		expect(series.depth.dead).to.deep.equal([null, 2, 2, null, 0]);
		expect(series.oldestMs).to.deep.equal([null, 700, 700, null, 0]);
	});

	it("adds up the rows of a longer step, and tells how much of the last one is counted", () => {
		const now = NOW + 95_000;
		const long = planSeries(
			{ from: NOW - HOUR, to: now, stepMs: 120_000 },
			now,
		);
		const at = (ms: number) => ({ route: "", at: ms, cells: [0, 1, 10, 4] });
		const series = toSeries(
			long,
			[at(NOW - 120_000), at(NOW), at(NOW + 60_000)],
			{
				...{ route: "", now },
			},
		);
		expect(series.webhooks.handled?.slice(-2)).to.deep.equal([4, 8]);
		expect(series.seconds.slice(-2)).to.deep.equal([120, 90]);
	});
});

describe("toTotal", () => {
	it("reads the counts of a row", () => {
		expect(toTotal([0, 9, 11, 5, 40, 4, 42, 1, 94, 5])).to.deep.equal({
			webhooks: { received: 5 },
			attempts: { delivered: 4, dead: 1 },
			runs: 5,
			failures: 1,
			handler: { p50: 7.5, p90: 9.5, p99: 9.95 },
			answer: undefined,
		});
		expect(valueIn([1, 2], 3)).to.equal(0);
	});
});

describe("joinMarks", () => {
	const pauses = [
		{ route: "a", since: 100, until: 200, why: "down" },
		{ route: "b", since: 150, until: 900, why: undefined },
		{ route: "b", since: 950, until: undefined, why: undefined },
	];
	const range = { from: 0, to: 1000, now: 500 };

	it("adds the pauses that began or ended in the time, but none that will end", () => {
		const marks = [{ at: 120, kind: "reload", text: "1 changed" } as const];
		expect(
			joinMarks(marks, pauses, { ...range, route: "" }).map(
				({ at, kind, text, route }) => [at, kind, text, route],
			),
		).to.deep.equal([
			[100, "pause", "down", "a"],
			[120, "reload", "1 changed", undefined],
			[150, "pause", "", "b"],
			[200, "resume", "", "a"],
		]);
	});

	it("has only the pauses of a route", () => {
		expect(
			joinMarks([], pauses, { ...range, route: "b" }).map(({ at }) => at),
		).to.deep.equal([150]);
	});
});
