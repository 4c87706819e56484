import { createCopyStream } from "../../admin/copies/stream.ts";
import { createEventStream } from "../../admin/event-stream.ts";
import type { DriftState, ReloadState } from "../../admin/router.ts";
import type { Settings } from "../../config/settings.ts";
import type { Finding } from "../../finding/finding.ts";
import { createMetricsReport } from "../../observe/metrics/report.ts";
import type { RunningInbox } from "../../runtime/inbox/life.ts";
import type { Serving } from "../serve/reload/reload.ts";
import type { DriftNote, Observer } from "./observer.ts";
import type { AdminSource } from "./open.ts";

/** The parts of a router of one process. */
export interface AloneParts {
	readonly serving: Serving;
	/** Undefined if nothing is stored. */
	readonly history: AdminSource["history"];
	readonly running: Pick<RunningInbox, "inbox" | "pulls"> | undefined;
	readonly observer: Observer;
	/** Checks the configuration on disk. */
	readonly check: () => Promise<readonly Finding[]>;
}

/** Creates the source of an admin listener for a router of one process. */
export function createAloneSource({
	serving,
	history,
	running,
	observer,
	check,
}: AloneParts): AdminSource {
	const metrics = createMetricsReport(serving.runtime().metrics);
	return {
		settings: serving.settings,
		runtime: serving.runtime,
		history,
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
		files: serving.files,
		drift: () => toDriftState(serving.settings(), observer.latestLook()),
		tallies: async () => observer.tallies.read(),
		stream: createEventStream(observer.feed).stream,
		copies: createCopyStream({
			choose: observer.copies.choose,
			watch: observer.copies.watch,
			store: running?.inbox.store,
			routes: () => serving.runtime().routes,
		}).stream,
		tell: observer.feed.publish,
		metrics: metrics.render,
	};
}

// --- helpers ---

function toDriftState(
	{ platform }: Pick<Settings, "platform">,
	note: DriftNote | undefined,
): DriftState {
	const everyMs = platform?.driftMs;
	if (everyMs === undefined) return { state: "off" };
	if (note === undefined) return { state: "pending", everyMs };
	const { at } = note;
	if (note.as === "elsewhere") return { state: "elsewhere", everyMs, at };
	if (note.as === "failed")
		return { state: "failed", everyMs, at, reason: note.reason };
	const differences = note.drift.map(({ account, what, text }) => ({
		...{ account, what, text },
	}));
	const state = differences.length === 0 ? "same" : "drifted";
	return { state, everyMs, at, differences };
}
