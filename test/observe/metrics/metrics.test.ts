import { expect } from "chai";
import { Distribution } from "../../../src/observe/metrics/distribution.ts";
import { createEnsemble } from "../../../src/observe/metrics/ensemble.ts";
import { Metrics } from "../../../src/observe/metrics/metrics.ts";
import { createMetricsReport } from "../../../src/observe/metrics/report.ts";
import {
	createCollector,
	type Snapshot,
} from "../../../src/observe/metrics/snapshot.ts";
import { toText } from "../../../src/observe/metrics/text.ts";
import { parseScrape } from "./scrape.ts";

const ROUTE = {
	name: "sms",
	kind: "sms.inbound",
	level: "account",
	mode: "accept",
} as const;

/** Serves routes with these names, as a load does. */
function serve(metrics: Metrics, ...names: readonly string[]) {
	const routes = names.map((name) => ({
		meters: metrics.ofRoute({ ...ROUTE, name }),
	}));
	metrics.serve(routes, 1_700_000_000_000);
	return routes.map(({ meters }) => meters);
}

async function scrape(metrics: Metrics) {
	const { text } = await toText(await createCollector(metrics)());
	return parseScrape(text);
}

describe("Distribution", () => {
	it("counts a value in the first bucket that it fits, and in all above", () => {
		const distribution = new Distribution([1, 2, 4]);
		for (const value of [0, 1, 1.5, 4, 100]) distribution.add(value);
		expect(distribution.cumulated()).to.deep.equal([2, 3, 4]);
		expect(distribution).to.include({ count: 5, sum: 106.5 });
	});

	it("is empty before the first value", () => {
		expect(new Distribution([1]).cumulated()).to.deep.equal([0]);
	});
});

describe("Metrics", () => {
	it("exposes a route at zero, so that its first failure is an increase", async () => {
		const metrics = new Metrics();
		const [sms] = serve(metrics, "sms");
		const before = await scrape(metrics);
		const labels = {
			route: "sms",
			kind: "sms.inbound",
			level: "account",
			outcome: "failed",
		};
		expect(before.value("switchhook_webhooks_total", labels)).to.equal(0);
		sms?.answered("failed", 12);
		sms?.answered("failed", 3);
		const after = await scrape(metrics);
		expect(after.value("switchhook_webhooks_total", labels)).to.equal(2);
		expect(
			after.value("switchhook_answer_duration_seconds_sum", { route: "sms" }),
		).to.be.closeTo(0.015, 1e-9);
	});

	it("ends the series of a route that a reload removes, and continues the others", async () => {
		const metrics = new Metrics();
		for (const meters of serve(metrics, "kept", "gone"))
			meters.answered("received", 1);
		const [kept] = serve(metrics, "kept", "new");
		kept?.answered("received", 1);
		metrics.attempted("gone", "dead", 1);
		const { values, value } = await scrape(metrics);
		const routes = new Set(
			values.map(({ labels }) => labels.route).filter((one) => one),
		);
		expect([...routes].sort()).to.deep.equal(["kept", "new"]);
		expect(
			value("switchhook_webhooks_total", {
				route: "kept",
				outcome: "received",
			}),
		).to.equal(2);
		expect(value("switchhook_routes")).to.equal(2);
	});

	it("starts the counts of a route anew if its kind changes", () => {
		const metrics = new Metrics();
		const [sms] = serve(metrics, "sms");
		const same = metrics.ofRoute({ ...ROUTE });
		const other = metrics.ofRoute({ ...ROUTE, kind: "sms.dlr" });
		expect(same).to.equal(sms);
		expect(other).not.to.equal(sms);
	});

	it("exposes no new route of a reload that was refused", async () => {
		const metrics = new Metrics();
		serve(metrics, "sms");
		metrics.ofRoute({ ...ROUTE, name: "broken" });
		metrics.reloaded("refused");
		const { labels, value } = await scrape(metrics);
		expect(
			labels("switchhook_webhooks_total").map(({ route }) => route),
		).not.to.include("broken");
		expect(value("switchhook_reloads_total", { outcome: "refused" })).to.equal(
			1,
		);
		expect(value("switchhook_reload_last_ok")).to.equal(0);
		expect(value("switchhook_reload_last_ok_timestamp_seconds")).to.equal(
			1_700_000_000,
		);
		metrics.reloaded("ok");
		expect((await scrape(metrics)).value("switchhook_reload_last_ok")).to.equal(
			1,
		);
	});

	it("escapes labels", async () => {
		const metrics = new Metrics();
		serve(metrics, 'a "quoted"\\ name\nover two lines');
		const { labels } = await scrape(metrics);
		expect(labels("switchhook_attempts_total")[0]?.route).to.equal(
			'a "quoted"\\ name\nover two lines',
		);
	});

	it("has no metric of a part that does not exist", async () => {
		const metrics = new Metrics();
		const { types } = await scrape(metrics);
		const names = [...types.keys()];
		expect(names).not.to.include("switchhook_route_paused");
		expect(names.filter((name) => /inbox|circuit/.test(name))).to.deep.equal(
			[],
		);
		serve(metrics, "sms");
		metrics.connect({
			pausedRoutes: () => ["sms", "removed"],
			circuits: () => [
				{ route: "removed", upstream: "http://a:1", isOpen: true },
				{ route: "sms", upstream: "http://a:1", isOpen: true },
				// The same service in another mode.
				{ route: "sms", upstream: "http://a:1", isOpen: false },
				{ route: "sms", upstream: "http://b:1", isOpen: false },
			],
		});
		const { value, labels } = await scrape(metrics);
		expect(value("switchhook_route_paused", { route: "sms" })).to.equal(1);
		expect(labels("switchhook_route_paused")).to.have.length(1);
		expect(labels("switchhook_circuit_open")).to.have.length(2);
		const open = (upstream: string) =>
			value("switchhook_circuit_open", { route: "sms", upstream });
		expect([open("http://a:1"), open("http://b:1")]).to.deep.equal([1, 0]);
	});

	it("says that the inbox is down, and tells no old numbers of it", async () => {
		const metrics = new Metrics();
		metrics.connect({ inbox: INBOX, worker: WORKER });
		const { value, types } = await scrape(metrics);
		expect(value("switchhook_inbox_up")).to.equal(0);
		expect([...types.keys()]).not.to.include("switchhook_inbox_deliveries");
		expect(value("switchhook_inbox_backlog_limit_deliveries")).to.equal(10);
	});

	it("counts own events by kind", async () => {
		const metrics = new Metrics();
		metrics.ownEvent("router.dead");
		metrics.ownEvent("router.dead");
		const { value } = await scrape(metrics);
		expect(
			value("switchhook_own_events_total", { kind: "router.dead" }),
		).to.equal(2);
	});
});

describe("createMetricsReport", () => {
	it("adds the metrics of the process, and no value that JSON cannot hold", async () => {
		const metrics = new Metrics();
		serve(metrics, "sms");
		const report = createMetricsReport(metrics);
		const { type, text } = await report.render();
		expect(type).to.equal("text/plain; version=0.0.4; charset=utf-8");
		const { types, value } = parseScrape(text);
		expect([...types.keys()]).to.include.members([
			"process_cpu_seconds_total",
			"process_resident_memory_bytes",
			"nodejs_eventloop_lag_p99_seconds",
			"nodejs_gc_duration_seconds",
		]);
		expect(value("process_cpu_seconds_total")).to.be.above(0);
		const snapshot = await report.snapshot();
		expect(JSON.parse(JSON.stringify(snapshot))).to.deep.equal(snapshot);
	});
});

describe("createEnsemble", () => {
	/** The values of a process that counted so many webhooks. */
	const counted = async (
		webhooks: number,
		names: readonly string[] = ["sms"],
	): Promise<Snapshot> => {
		const metrics = new Metrics();
		metrics.connect({ inbox: INBOX, worker: WORKER });
		const [first] = serve(metrics, ...names);
		for (let at = 0; at < webhooks; at++) first?.answered("received", 1);
		metrics.reloaded("ok");
		const values = await createMetricsReport(metrics).snapshot();
		return JSON.parse(JSON.stringify(values)) as Snapshot;
	};
	const received = { route: "sms", outcome: "received" };

	it("sums counts and histograms, and reads the shared inbox once", async () => {
		const ensemble = createEnsemble();
		ensemble.take(1, await counted(2));
		ensemble.take(2, await counted(3));
		const { value } = parseScrape((await ensemble.render()).text);
		expect(value("switchhook_webhooks_total", received)).to.equal(5);
		expect(
			value("switchhook_answer_duration_seconds_bucket", {
				route: "sms",
				le: "0.001",
			}),
		).to.equal(5);
		expect(value("switchhook_inbox_backlog_deliveries")).to.equal(7);
		expect(value("switchhook_inbox_running_handlers")).to.equal(2);
		expect(value("switchhook_reloads_total", { outcome: "ok" })).to.equal(1);
	});

	it("keeps the counts of a process that ended, so that no sum falls", async () => {
		const ensemble = createEnsemble();
		ensemble.take(1, await counted(2));
		ensemble.take(2, await counted(3));
		ensemble.end(1);
		ensemble.take(3, await counted(1));
		ensemble.end(3);
		ensemble.end("never started");
		const { value } = parseScrape((await ensemble.render()).text);
		expect(value("switchhook_webhooks_total", received)).to.equal(6);
		expect(
			value("switchhook_answer_duration_seconds_count", { route: "sms" }),
		).to.equal(6);
		expect(value("switchhook_inbox_running_handlers")).to.equal(1);
	});

	it("forgets the routes of an ended process that no other serves", async () => {
		const ensemble = createEnsemble();
		ensemble.take(1, await counted(2, ["old"]));
		ensemble.end(1);
		ensemble.take(2, await counted(3));
		const { labels } = parseScrape((await ensemble.render()).text);
		expect(
			labels("switchhook_webhooks_total").map(({ route }) => route),
		).not.to.include("old");
	});
});

const WORKER = () => ({ running: 1, leased: 1, isOutage: false });

const INBOX = {
	stats: async () => {
		throw new Error("not counted here");
	},
	backlog: () => 7,
	bounds: {
		maxBacklog: 10,
		maxBytes: undefined,
		quarantine: { maxCount: 5, maxBytes: 1000 },
	},
};
