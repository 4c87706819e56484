import type { Metrics } from "./metrics.ts";
import { createCollector, type Snapshot } from "./snapshot.ts";
import { type MetricsText, toText } from "./text.ts";

/** The metrics of one process, for `/metrics`. */
export interface MetricsReport {
	/** Returns the values, for a supervisor that merges those of its workers. */
	snapshot(): Promise<Snapshot>;
	/** Returns the answer to `GET /metrics`. */
	render(): Promise<MetricsText>;
}

/**
 * Creates the report of a process: the router's own metrics, and those of the process by prom-client. Before the first call
 * nothing is measured that costs time without a request, such as the delay of the event loop, and prom-client is not loaded.
 */
export function createMetricsReport(metrics: Metrics): MetricsReport {
	const collect = createCollector(metrics);
	let ofProcess: Promise<() => Promise<Snapshot>> | undefined;
	const snapshot = async (): Promise<Snapshot> => {
		ofProcess ??= measureProcess();
		const [own, process] = await Promise.all([
			collect(),
			ofProcess.then((read) => read()),
		]);
		return [...own, ...process];
	};
	return { snapshot, render: async () => toText(await snapshot()) };
}

// --- helpers ---

/** Begins to measure the process. */
async function measureProcess(): Promise<() => Promise<Snapshot>> {
	const { Registry, collectDefaultMetrics } = await import("prom-client");
	const register = new Registry();
	collectDefaultMetrics({ register });
	return async () => {
		// The shape is the same; prom-client's type does not name the parts of a histogram.
		const read = (await register.getMetricsAsJSON()) as unknown as Snapshot;
		return read.map(({ name, help, type, aggregator, values }) => ({
			name,
			help,
			type: String(type),
			aggregator,
			// JSON has no NaN, which the delay of an event loop is before its first sample.
			values: values.filter(({ value }) => Number.isFinite(value)),
		}));
	};
}
