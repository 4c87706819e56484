import { METRICS } from "./definitions.ts";
import type { MetricSnapshot, Sample, Snapshot } from "./snapshot.ts";
import { loadClient, type MetricsText, toText } from "./text.ts";

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
		return merge([...live, withoutEnded(await past, live)]);
	};
	return {
		take: (process, values) => void running.set(process, values),
		end(process) {
			const last = running.get(process);
			running.delete(process);
			if (last === undefined) return;
			past = past.then((before) => merge([before, last.filter(isCount)]));
		},
		snapshot,
		render: async () => toText(await snapshot()),
	};
}

// --- helpers ---

async function merge(snapshots: readonly Snapshot[]): Promise<Snapshot> {
	const { AggregatorRegistry } = await loadClient();
	// The shape is the one of `getMetricsAsJSON`, for which prom-client has no exact type.
	const registry = AggregatorRegistry.aggregate(
		snapshots as unknown as object[],
	);
	return (await registry.getMetricsAsJSON()) as unknown as Snapshot;
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
