import { createEventStream } from "../../admin/event-stream.ts";
import type { ReloadState } from "../../admin/router.ts";
import type { Finding } from "../../finding/finding.ts";
import { createMetricsReport } from "../../observe/metrics/report.ts";
import type { RunningInbox } from "../../runtime/inbox/life.ts";
import type { Serving } from "../commands/reload.ts";
import type { Observer } from "./observer.ts";
import type { AdminSource } from "./open.ts";

/** The parts of a router of one process. */
export interface AloneParts {
	readonly serving: Serving;
	/** Undefined if nothing is stored. */
	readonly running: Pick<RunningInbox, "inbox" | "pulls"> | undefined;
	readonly observer: Observer;
	/** Checks the configuration on disk. */
	readonly check: () => Promise<readonly Finding[]>;
}

/** Creates the source of an admin listener for a router of one process. */
export function createAloneSource({
	serving,
	running,
	observer,
	check,
}: AloneParts): AdminSource {
	const metrics = createMetricsReport(serving.runtime().metrics);
	return {
		settings: serving.settings,
		runtime: serving.runtime,
		store: running?.inbox.store,
		pulls: running?.pulls,
		findings: observer.findings,
		check,
		async reload() {
			await serving.reload();
			// Every reload is noted before it ends.
			return observer.lastReload() as ReloadState;
		},
		lastReload: observer.lastReload,
		tallies: async () => observer.tallies.read(),
		stream: createEventStream(observer.feed).stream,
		tell: observer.feed.publish,
		metrics: metrics.render,
	};
}
