import { ERRORS } from "../../errors.ts";
import type { SpoolReading } from "../../inbox/port/spool.ts";
import { inTurns, type Steps } from "../../turns.ts";
import {
	METRICS,
	type MetricDefinition,
	type MetricKey,
} from "./definitions.ts";
import type { Distribution } from "./distribution.ts";
import { createInboxSampler, type InboxSample } from "./inbox-sampler.ts";
import type { Metrics } from "./metrics.ts";
import type { AttemptOutcome, WebhookOutcome } from "./route-meters.ts";
import type { InboxSource, WorkerReading } from "./sources.ts";

/** The values of all metrics of a process at one moment. Plain data, which can be sent to another process as JSON. */
export type Snapshot = readonly MetricSnapshot[];

/** One metric, as prom-client's `getMetricsAsJSON` returns it, but with its histograms in fewer objects. */
export interface MetricSnapshot {
	readonly name: string;
	readonly help: string;
	readonly type: string;
	readonly aggregator: string;
	/** The upper bounds of the buckets. Absent unless it is a histogram of the router. */
	readonly bounds?: readonly number[];
	readonly values: readonly Sample[];
}

/** One value. */
export interface Sample {
	readonly labels: Readonly<Record<string, string | number>>;
	/** The number of values of a histogram. */
	readonly value: number;
	/** For histograms of the router: the numbers of values up to each bound. */
	readonly buckets?: readonly number[];
	/** For histograms of the router: the sum of the values. */
	readonly sum?: number;
	/** For histograms of prom-client: the name with its suffix. */
	readonly metricName?: string;
}

/** Creates the function that reads all values of the router's own metrics. Metrics without a source are absent. */
export function createCollector(metrics: Metrics): () => Promise<Snapshot> {
	let sampler: undefined | (() => Promise<InboxSample>);
	return async () => {
		const { inbox, worker, spool } = metrics.sources;
		if (inbox !== undefined) sampler ??= createInboxSampler(inbox.stats);
		const sample = await sampler?.();
		return [
			...(await inTurns(ofRequests(metrics))),
			...ofRouter(metrics),
			...(worker === undefined
				? []
				: ofWorker(metrics, worker(), sample?.isFailed ?? false)),
			...(inbox === undefined || sample === undefined
				? []
				: ofInbox(metrics, inbox, sample)),
			...(spool === undefined ? [] : ofSpool(spool())),
		];
	};
}

// --- helpers ---

/** The outcomes that a route of each mode has even at zero. Without them the first failure would not count as an increase. */
const USUAL_WEBHOOKS: Readonly<Record<string, readonly WebhookOutcome[]>> = {
	accept: ["received", "quarantined", "failed"],
	reply: ["handled", "fallback", "failed"],
};
const USUAL_ATTEMPTS: readonly AttemptOutcome[] = [
	"delivered",
	"waiting",
	"dead",
];

const REFUSALS: readonly (readonly [string, number])[] = Object.keys(
	ERRORS,
).map((code) => [`${code} rejected`, 0]);

type Labels = Sample["labels"];

function metric(key: MetricKey, values: readonly Sample[]): MetricSnapshot {
	const { name, help, type, merge, buckets }: MetricDefinition = METRICS[key];
	const bounds = buckets && { bounds: buckets };
	return { name, help, type, aggregator: merge, ...bounds, values };
}

function single(key: MetricKey, value: number): MetricSnapshot {
	return metric(key, [{ labels: {}, value }]);
}

function histogram(distribution: Distribution, labels: Labels = {}): Sample {
	const { count, sum } = distribution;
	return { labels, value: count, buckets: distribution.cumulated(), sum };
}

/** Stops after each route, because there may be 10,000. */
function* ofRequests(metrics: Metrics): Steps<MetricSnapshot[]> {
	const webhooks: Sample[] = [];
	const attempts: Sample[] = [];
	const answers: Sample[] = [];
	const handlers: Sample[] = [];
	for (const meters of [metrics.unrouted, ...metrics.served]) {
		const { name, kind, level = "", mode } = meters.route;
		const route = { route: name };
		const usual = USUAL_WEBHOOKS[mode ?? ""] ?? [];
		for (const [outcome, value] of entries(meters.webhooks, usual))
			webhooks.push({ labels: { ...route, kind, level, outcome }, value });
		const tried = mode === "accept" ? USUAL_ATTEMPTS : [];
		for (const [outcome, value] of entries(meters.attempts, tried))
			attempts.push({ labels: { ...route, outcome }, value });
		// A histogram that never had a value is left out.
		if (meters.answers.count > 0)
			answers.push(histogram(meters.answers, route));
		if (meters.handlers.count > 0)
			handlers.push(histogram(meters.handlers, route));
		yield;
	}
	// Each code is there from the start, for the same reason as the usual outcomes.
	const counts = new Map([...REFUSALS, ...metrics.refusals]);
	const refusals = [...counts].map(([key, value]) => {
		const [code = "", action = ""] = key.split(" ");
		return { labels: { code, action }, value };
	});
	return [
		metric("webhooks", webhooks),
		metric("refusals", refusals),
		single("connectionsClosed", metrics.connectionsClosed),
		metric("answerDuration", answers),
		metric("handlerDuration", handlers),
		metric("attempts", attempts),
	];
}

function ofRouter(metrics: Metrics): MetricSnapshot[] {
	const { served, reloads, loadedAt, sources } = metrics;
	const { circuits, pausedRoutes } = sources;
	const names = new Set<unknown>(served.map(({ route }) => route.name));
	// A replaced configuration may still have work, and the inbox may hold the pause of a route that was removed.
	const isServed = ({ labels }: Sample): boolean => names.has(labels.route);
	return [
		single("routes", served.length),
		metric(
			"reloads",
			Object.entries(reloads).map(([outcome, value]) => ({
				labels: { outcome },
				value,
			})),
		),
		single("reloadOk", metrics.isReloadOk ? 1 : 0),
		...(loadedAt === undefined ? [] : [single("reloadTime", loadedAt / 1000)]),
		metric(
			"ownEvents",
			[...metrics.ownEvents].map(([kind, value]) => ({
				labels: { kind },
				value,
			})),
		),
		...(circuits === undefined
			? []
			: [metric("circuits", ofCircuits(circuits()).filter(isServed))]),
		...(pausedRoutes === undefined
			? []
			: [
					metric(
						"pausedRoutes",
						[...pausedRoutes()]
							.map((route) => ({ labels: { route }, value: 1 }))
							.filter(isServed),
					),
				]),
	];
}

/** Returns one value for each pair of route and upstream: a route may reach an upstream in several ways. */
function ofCircuits(
	readings: ReturnType<NonNullable<Metrics["sources"]["circuits"]>>,
): Sample[] {
	const byPair = new Map<string, Sample>();
	for (const { route, upstream, isOpen } of readings) {
		const key = JSON.stringify([route, upstream]);
		const value = Math.max(byPair.get(key)?.value ?? 0, isOpen ? 1 : 0);
		byPair.set(key, { labels: { route, upstream }, value });
	}
	return [...byPair.values()];
}

/** Reads what each process of a router counts by itself. */
function ofWorker(
	metrics: Metrics,
	{ running, leased, isOutage }: WorkerReading,
	isFailed: boolean,
): MetricSnapshot[] {
	return [
		single("inboxUp", isFailed || isOutage ? 0 : 1),
		single("leased", leased),
		single("running", running),
		metric("putDuration", [histogram(metrics.puts)]),
		metric("commitSize", [histogram(metrics.commitSizes)]),
		metric("commitDuration", [histogram(metrics.commits)]),
		metric(
			"evicted",
			Object.entries(metrics.evicted).map(([state, value]) => ({
				labels: { state },
				value,
			})),
		),
		single("unrecorded", metrics.unrecorded),
	];
}

/** Reads what all processes of a router share. */
function ofInbox(
	metrics: Metrics,
	inbox: InboxSource,
	{ stats }: InboxSample,
): MetricSnapshot[] {
	const { maxBacklog, maxBytes, quarantine } = inbox.bounds;
	return [
		...(stats === undefined ? [] : ofStats(metrics, stats)),
		single("backlog", inbox.backlog()),
		single("backlogLimit", maxBacklog),
		...(maxBytes === undefined ? [] : [single("sizeLimit", maxBytes)]),
		single("quarantineLimit", quarantine.maxCount),
		single("quarantineSizeLimit", quarantine.maxBytes),
	];
}

/** Reads the spool, which each router has for itself. */
function ofSpool({
	depth,
	oldestAt,
	usedBytes,
	maxBytes,
	shipped,
	refused,
}: SpoolReading): MetricSnapshot[] {
	// The clock of another machine may have stamped the event.
	const ageMs = oldestAt === undefined ? 0 : Math.max(0, Date.now() - oldestAt);
	return [
		single("spooled", depth),
		single("spoolOldest", ageMs / 1000),
		single("spoolSize", usedBytes),
		...(maxBytes === undefined ? [] : [single("spoolLimit", maxBytes)]),
		single("spoolShipped", shipped),
		single("spoolRefused", refused),
	];
}

function ofStats(
	metrics: Metrics,
	stats: NonNullable<InboxSample["stats"]>,
): MetricSnapshot[] {
	const { byState, byRoute, oldestUnfinishedAt, sizeBytes } = stats;
	const names = new Set(metrics.served.map(({ route }) => route.name));
	/** Deliveries of routes that are not served, by state. */
	const rest = new Map<string, number>(
		Object.keys(byState).map((state) => [state, 0]),
	);
	const deliveries: Sample[] = [];
	for (const { route, state, count } of byRoute) {
		if (names.has(route))
			deliveries.push({ labels: { route, state }, value: count });
		else rest.set(state, (rest.get(state) ?? 0) + count);
	}
	for (const [state, value] of rest)
		deliveries.push({ labels: { route: "", state }, value });
	const ageMs =
		oldestUnfinishedAt === undefined ? 0 : Date.now() - oldestUnfinishedAt;
	const budgets = Object.entries(stats.quarantine);
	return [
		metric("deliveries", deliveries),
		single("oldest", Math.max(0, ageMs / 1000)),
		single("size", sizeBytes),
		metric(
			"quarantine",
			budgets.map(([budget, { count }]) => ({
				labels: { budget },
				value: count,
			})),
		),
		metric(
			"quarantineSize",
			budgets.map(([budget, { bytes }]) => ({
				labels: { budget },
				value: bytes,
			})),
		),
	];
}

/** Returns the counts that are not zero, and those of the usual outcomes. */
function entries<Name extends string>(
	counts: Readonly<Record<Name, number>>,
	usual: readonly Name[],
): [Name, number][] {
	return (Object.entries(counts) as [Name, number][]).filter(
		([name, value]) => value > 0 || usual.includes(name),
	);
}
