import { inTurns, type Steps } from "../../turns.ts";
import { METRICS } from "./definitions.ts";
import type { MetricSnapshot, Sample, Snapshot } from "./snapshot.ts";
import { formatLabels, type MetricsText, toText } from "./text.ts";

/**
 * Merges the metrics of several processes into one. The counts of a process that ended are kept: otherwise the sum would fall,
 * and Prometheus would take the rest for new events.
 */
export interface Ensemble {
	/** Sets the values of a running process. */
	take(process: string | number, snapshot: Snapshot): void;
	/** Announces that a process ended. Its counters and histograms stay in the sums, its gauges do not. */
	end(process: string | number): void;
	/** Returns the merged values. */
	snapshot(): Promise<Snapshot>;
	/** Returns the answer to `GET /metrics`. */
	render(): Promise<MetricsText>;
}

/** Creates an empty ensemble. */
export function createEnsemble(): Ensemble {
	const running = new Map<string | number, Snapshot>();
	/** The merged counts of all processes that ended. */
	let past: Promise<Snapshot> = Promise.resolve([]);
	const snapshot = async (): Promise<Snapshot> => {
		const live = [...running.values()];
		return inTurns(merge([...live, withoutEnded(await past, live)]));
	};
	return {
		take: (process, values) => void running.set(process, values),
		end(process) {
			const last = running.get(process);
			running.delete(process);
			if (last === undefined) return;
			past = past.then((before) =>
				inTurns(merge([before, last.filter(isCount)])),
			);
		},
		snapshot,
		render: async () => toText(await snapshot()),
	};
}

// --- helpers ---

/** How two values become one, by the aggregator of a metric. prom-client has `average`, `first` and `omit` too. */
const RULES: Readonly<Record<string, Rule>> = {
	sum: (one, other) => one + other,
	max: Math.max,
	min: Math.min,
	first: (one) => one,
	// The worst of several event loops says more than their mean.
	average: Math.max,
	// The time of the start of the oldest process.
	omit: Math.min,
};

type Rule = (one: number, other: number) => number;

/** The number of values that are merged between two looks at the clock. */
const FEW = 200;

function* merge(snapshots: readonly Snapshot[]): Steps<Snapshot> {
	const metrics = new Map<string, MetricSnapshot>();
	const values = new Map<string, Map<string, Sample>>();
	let count = 0;
	for (const metric of snapshots.flat()) {
		const { name, aggregator } = metric;
		if (!metrics.has(name)) metrics.set(name, metric);
		const known = values.get(name) ?? new Map<string, Sample>();
		values.set(name, known);
		const rule = RULES[aggregator] ?? Math.max;
		for (const sample of metric.values) {
			const key = `${sample.metricName ?? ""}${formatLabels(sample.labels)}`;
			const other = known.get(key);
			known.set(
				key,
				other === undefined ? sample : mergeTwo(other, sample, rule),
			);
			if (++count % FEW === 0) yield;
		}
	}
	return [...metrics].map(([name, metric]) => ({
		...metric,
		values: [...(values.get(name)?.values() ?? [])],
	}));
}

function mergeTwo(one: Sample, other: Sample, rule: Rule): Sample {
	const value = rule(one.value, other.value);
	if (one.buckets === undefined || other.buckets === undefined)
		return { ...one, value };
	const { buckets = [], sum = 0 } = other;
	return {
		...one,
		value,
		buckets: one.buckets.map((count, at) => rule(count, buckets[at] ?? 0)),
		sum: rule(one.sum ?? 0, sum),
	};
}

/** The counters that grow in all processes at once, such as reloads, need no past. */
const TOGETHER: ReadonlySet<string> = new Set(
	Object.values(METRICS)
		.filter(({ merge }) => merge !== "sum")
		.map(({ name }) => name),
);

function isCount({ name, type }: MetricSnapshot): boolean {
	return (type === "counter" || type === "histogram") && !TOGETHER.has(name);
}

/** Removes the series of routes that no process serves any more. */
function withoutEnded(past: Snapshot, live: readonly Snapshot[]): Snapshot {
	const routes = new Set(
		live
			.flat()
			.filter(({ name }) => name === METRICS.webhooks.name)
			.flatMap(({ values }) => values.map(({ labels }) => labels.route)),
	);
	const isServed = ({ labels }: Sample): boolean =>
		labels.route === undefined ||
		labels.route === "" ||
		routes.has(labels.route);
	return past.map((metric) => ({
		...metric,
		values: metric.values.filter(isServed),
	}));
}
