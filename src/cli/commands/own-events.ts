import type { Visit } from "../../http/app.ts";
import { watchBacklog } from "../../runtime/own/backlog-watch.ts";
import { createDeniedCount } from "../../runtime/own/denied.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { Serving } from "./reload.ts";

/** The watch of a running router. */
export interface Watching {
	/** Called for each request. */
	visited(visit: Visit): void;
	/** Ends the watch of the backlog. */
	end(): Promise<void>;
}

/** Watches the refused requests and the backlog of a router, for its own events. */
export function watchOwnEvents({
	settings,
	runtime,
}: Pick<Serving, "settings" | "runtime">): Watching {
	const { inbox, own } = runtime();
	const denied = createDeniedCount({
		own,
		threshold: () => settings().alerts.denied,
	});
	// The inbox keeps the limit that it was opened with.
	const { maxBacklog } = settings().inbox;
	const endBacklog =
		inbox &&
		watchBacklog({
			own,
			store: inbox.store,
			bounds() {
				const { backlogShare, oldestMs } = settings().alerts;
				return { maxBacklog, share: backlogShare, oldestMs };
			},
		});
	return {
		visited({ path, client, answer }) {
			const { error, outcome } = answer;
			// The operator tries something out.
			if (!REFUSED.has(outcome) || client.isPlayed) return;
			denied.note(error, () => answer.route?.name ?? nameAt(path, runtime()));
		},
		async end() {
			await endBacklog?.();
		},
	};
}

// --- helpers ---

/** The outcomes of requests that a gate refused. */
const REFUSED: ReadonlySet<string> = new Set([
	"denied",
	"refused",
	"unsigned",
	"invalid",
	"unknown",
]);

/** Returns the first route of a path. Undefined if there is none. */
function nameAt(path: string, { table }: Runtime): string | undefined {
	try {
		return table.find(path).stack.routes[0]?.name;
	} catch {
		return undefined;
	}
}
