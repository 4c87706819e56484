import { createMemoryHistory } from "../../inbox/memory-history.ts";
import type { History } from "../../inbox/port/history.ts";
import type { Metrics } from "../../observe/metrics/metrics.ts";
import {
	createRecorder,
	nameProcess,
	type Recorder,
} from "../../runtime/history/recorder.ts";
import type { RunningInbox } from "../../runtime/inbox/life.ts";
import { countErrors } from "../findings/show.ts";
import { readVersion } from "../package.ts";
import { identify, type Reading } from "../watch/reading.ts";
import type { ReloadListener } from "./reload/reload.ts";
import type { RouteChanges } from "./reload/route-changes.ts";

/** The history of a router, and its recorder. */
export interface KeptHistory {
	readonly history: History;
	readonly recorder: Recorder;
}

/** Returns the history of the inbox. Without one, the counts end with the process. */
export function chooseHistory(
	running: RunningInbox | undefined,
	metrics: Metrics,
): KeptHistory {
	if (running !== undefined)
		return { history: running.inbox.store, recorder: running.recorder };
	const history = createMemoryHistory();
	const recorder = createRecorder({
		...{ history, metrics },
		router: nameProcess(),
	});
	recorder.start();
	return { history, recorder };
}

/** Marks the start of a router. The history finds out if it is a deploy. */
export async function markStart(
	{ recorder }: Pick<KeptHistory, "recorder">,
	reading: Reading,
): Promise<void> {
	const version = await readVersion();
	recorder.mark({
		kind: "start",
		text: `version ${version}`,
		release: { version, fingerprint: identify(await reading.settle()) },
	});
}

/** Returns a listener that marks reloads, and passes them on. */
export function markReloads(
	listener: ReloadListener,
	{ recorder }: Pick<KeptHistory, "recorder">,
): ReloadListener {
	const refuse = (text: string): void =>
		recorder.mark({ kind: "refused", text });
	return {
		async reloaded(reloaded) {
			recorder.mark({
				kind: "reload",
				text: describe(reloaded.changes),
				release: {
					version: await readVersion(),
					fingerprint: identify(await reloaded.reading.settle()),
				},
			});
			await listener.reloaded(reloaded);
		},
		refused(findings, files, ms) {
			refuse(countErrors(findings));
			return listener.refused(findings, files, ms);
		},
		failed(error) {
			refuse("it could not be read");
			listener.failed(error);
		},
	};
}

// --- helpers ---

function describe({ added, changed, removed }: RouteChanges): string {
	const parts = [
		[added.length, "added"],
		[changed.length, "changed"],
		[removed.length, "removed"],
	] as const;
	const told = parts
		.filter(([count]) => count > 0)
		.map(([count, what]) => `${count} ${what}`);
	return told.length === 0 ? "no route changed" : `routes: ${told.join(", ")}`;
}
