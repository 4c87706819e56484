import type { Metric } from "prom-client";
import type { MetricSnapshot, Snapshot } from "./snapshot.ts";

/** The answer to `GET /metrics`. */
export interface MetricsText {
	/** The content type. */
	readonly type: string;
	readonly text: string;
}

/** Loads prom-client. Commands that serve nothing never need it. */
export function loadClient(): Promise<typeof import("prom-client")> {
	return import("prom-client");
}

/** Formats values as text of Prometheus (version 0.0.4). */
export async function toText(snapshot: Snapshot): Promise<MetricsText> {
	const { Registry } = await loadClient();
	const registry = new Registry();
	for (const metric of snapshot) registry.registerMetric(toMetric(metric));
	return { type: registry.contentType, text: await registry.metrics() };
}

// --- helpers ---

/** Wraps values as prom-client's own merge of processes does: an object with `get`. Its type only knows its own classes. */
function toMetric(metric: MetricSnapshot): Metric {
	return { ...metric, get: async () => metric } as unknown as Metric;
}
