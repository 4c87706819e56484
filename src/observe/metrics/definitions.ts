/**
 * How the values of several processes become one. The inbox is shared, so all processes read the same number from it: adding
 * those up would multiply them.
 */
export type Merge = "sum" | "max" | "min";

/** A metric as it is exposed and documented. */
export interface MetricDefinition {
	readonly name: string;
	readonly type: "counter" | "gauge" | "histogram";
	/** The unit of a value, as docs/monitoring.md names it. */
	readonly unit: string;
	/** One sentence. */
	readonly help: string;
	readonly labels: readonly string[];
	readonly merge: Merge;
	/** The upper bounds of the buckets of a histogram, in the unit. */
	readonly buckets?: readonly number[];
}

/** The prefix of the router's own metrics. */
export const PREFIX = "switchhook_";

/** The upper bounds of latencies in seconds. The platform waits for 5 to 15 seconds. */
export const LATENCY_SECONDS: readonly number[] = [
	0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
	10, 15,
];

/** The upper bounds of the number of deliveries in one commit. A batch has at most 512. */
export const BATCH_SIZES: readonly number[] = [
	1, 2, 4, 8, 16, 32, 64, 128, 256, 512,
];

/**
 * The metrics of the router, in the order of docs/monitoring.md. Labels are bounded: `route`, `kind` and `level` are those of
 * the served configuration, and every other label has a fixed set of values.
 */
export const METRICS = {
	webhooks: counter("webhooks", "webhooks", {
		help: "Answered requests of webhooks. The labels of the route are empty if the request was rejected before its route was known.",
		labels: ["route", "kind", "level", "outcome"],
	}),
	refusals: counter("refusals", "problems", {
		help: "Problems with requests, by error code, and by the action that followed.",
		labels: ["code", "action"],
	}),
	connectionsClosed: counter("connections_closed", "connections", {
		help: "Connections that were closed without an answer, because no route admits the client, or because a limit was reached.",
	}),
	answerDuration: histogram("answer_duration_seconds", "seconds", {
		help: "The time from the arrival of a request to its answer.",
		labels: ["route"],
		buckets: LATENCY_SECONDS,
	}),
	handlerDuration: histogram("handler_duration_seconds", "seconds", {
		help: "The time that the handler of a route took for one event.",
		labels: ["route"],
		buckets: LATENCY_SECONDS,
	}),
	putDuration: histogram("put_duration_seconds", "seconds", {
		help: "The time until the inbox had stored an event durably.",
		buckets: LATENCY_SECONDS,
	}),
	attempts: counter("attempts", "attempts", {
		help: "Attempts to handle events of the inbox.",
		labels: ["route", "outcome"],
	}),
	routes: gauge("routes", "routes", {
		help: "The routes that are served.",
		merge: "max",
	}),
	pausedRoutes: gauge("route_paused", "1", {
		help: "1 for each route that is paused.",
		labels: ["route"],
		merge: "max",
	}),
	inboxUp: gauge("inbox_up", "0 or 1", {
		help: "1 if the inbox works, and 0 if its last operation failed.",
		merge: "min",
	}),
	deliveries: gauge("inbox_deliveries", "deliveries", {
		help: "Stored deliveries. The label `route` is empty for routes that are no longer served.",
		labels: ["route", "state"],
		merge: "max",
	}),
	oldest: gauge("inbox_oldest_unfinished_seconds", "seconds", {
		help: "The age of the oldest unfinished delivery, and 0 if there is none.",
		merge: "max",
	}),
	backlog: gauge("inbox_backlog_deliveries", "deliveries", {
		help: "Unfinished deliveries, which `inbox.maxBacklog` limits.",
		merge: "max",
	}),
	backlogLimit: gauge("inbox_backlog_limit_deliveries", "deliveries", {
		help: "The value of `inbox.maxBacklog`.",
		merge: "max",
	}),
	size: gauge("inbox_size_bytes", "bytes", {
		help: "The size of the inbox on disk.",
		merge: "max",
	}),
	sizeLimit: gauge("inbox_size_limit_bytes", "bytes", {
		help: "The value of `inbox.maxSize`. Absent without a limit.",
		merge: "max",
	}),
	quarantine: gauge("inbox_quarantine_deliveries", "deliveries", {
		help: "Quarantined deliveries of each budget.",
		labels: ["budget"],
		merge: "max",
	}),
	quarantineLimit: gauge("inbox_quarantine_limit_deliveries", "deliveries", {
		help: "The value of `inbox.quarantine.maxCount`, the limit of each budget.",
		merge: "max",
	}),
	quarantineSize: gauge("inbox_quarantine_bytes", "bytes", {
		help: "The size of the quarantined deliveries of each budget.",
		labels: ["budget"],
		merge: "max",
	}),
	quarantineSizeLimit: gauge("inbox_quarantine_limit_bytes", "bytes", {
		help: "The value of `inbox.quarantine.maxSize`, the limit of each budget.",
		merge: "max",
	}),
	evicted: counter("inbox_evicted_deliveries", "deliveries", {
		help: "Deliveries that were removed to make room for others.",
		labels: ["state"],
	}),
	unrecorded: counter("inbox_unrecorded_replies", "replies", {
		help: "Answered webhooks of reply routes that could not be recorded.",
	}),
	leased: gauge("inbox_leased_deliveries", "deliveries", {
		help: "Deliveries that this router has in hand.",
		merge: "sum",
	}),
	running: gauge("inbox_running_handlers", "handlers", {
		help: "Handlers that are at work on events of the inbox.",
		merge: "sum",
	}),
	commitSize: histogram("inbox_commit_deliveries", "deliveries", {
		help: "New deliveries that one commit of the inbox stored.",
		buckets: BATCH_SIZES,
	}),
	commitDuration: histogram("inbox_commit_duration_seconds", "seconds", {
		help: "The time of a commit of new deliveries, with the sync of the disk. PostgreSQL: until the server confirmed it.",
		buckets: LATENCY_SECONDS,
	}),
	spooled: gauge("spool_events", "events", {
		help: "Events in the spool, which are not in the database yet.",
		merge: "sum",
	}),
	spoolOldest: gauge("spool_oldest_seconds", "seconds", {
		help: "The age of the oldest event in the spool, and 0 if there is none.",
		merge: "max",
	}),
	spoolSize: gauge("spool_size_bytes", "bytes", {
		help: "The bytes of the spool that are in use.",
		merge: "sum",
	}),
	spoolLimit: gauge("spool_size_limit_bytes", "bytes", {
		help: "The value of `inbox.spoolMaxSize`, or its default.",
		merge: "sum",
	}),
	spoolShipped: counter("spool_shipped_events", "events", {
		help: "Events of the spool that reached the database, duplicates included.",
	}),
	spoolRefused: counter("spool_refused_events", "events", {
		help: "Events of the spool that the database refused, and that stay in its file.",
	}),
	circuits: gauge("circuit_open", "0 or 1", {
		help: "1 while calls of a route to its upstream are paused because it fails, otherwise 0.",
		labels: ["route", "upstream"],
		merge: "max",
	}),
	reloads: counter("reloads", "reloads", {
		help: "Reloads of the configuration.",
		labels: ["outcome"],
		merge: "max",
	}),
	reloadOk: gauge("reload_last_ok", "0 or 1", {
		help: "1 if the last load of the configuration succeeded, and 0 if the previous configuration is still served.",
		merge: "min",
	}),
	reloadTime: gauge("reload_last_ok_timestamp_seconds", "seconds since 1970", {
		help: "The time at which the served configuration was loaded.",
		merge: "min",
	}),
	ownEvents: counter("own_events", "events", {
		help: "Causes of own events of the router, by kind of event. Causes of one window share an event.",
		labels: ["kind"],
	}),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** The key of a metric in the table. */
export type MetricKey = keyof typeof METRICS;

// --- helpers ---

interface Facts {
	readonly help: string;
	readonly labels?: readonly string[];
	readonly merge?: Merge;
}

function counter(noun: string, unit: string, facts: Facts): MetricDefinition {
	const name = `${PREFIX}${noun}_total`;
	return { labels: [], merge: "sum", ...facts, name, unit, type: "counter" };
}

function gauge(
	noun: string,
	unit: string,
	facts: Facts & { readonly merge: Merge },
): MetricDefinition {
	return { labels: [], ...facts, name: PREFIX + noun, unit, type: "gauge" };
}

function histogram(
	noun: string,
	unit: string,
	facts: Facts & { readonly buckets: readonly number[] },
): MetricDefinition {
	const name = PREFIX + noun;
	return { labels: [], merge: "sum", ...facts, name, unit, type: "histogram" };
}
