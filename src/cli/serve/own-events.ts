import type { Visit } from "../../http/app.ts";
import { watchBacklog } from "../../runtime/own/backlog-watch.ts";
import {
	createDeniedCount,
	type Denied,
	type DeniedCount,
	toDenied,
} from "../../runtime/own/denied.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { Serving } from "./reload/reload.ts";

/** The watch of a running router. */
export interface Watching {
	/** Called for each request. */
	visited(visit: Visit): void;
	/** Ends the watch of the backlog. */
	end(): Promise<void>;
}

/** Watches the refused requests and the backlog of a router, for its own events. */
export function watchOwnEvents(serving: Configured): Watching {
	return {
		visited: watchDenied(serving, countDenied(serving).note),
		end: watchInbox(serving),
	};
}

/** Returns the function that notes the refusal of a request, if somebody wants to know. */
export function watchDenied(
	{ runtime }: Pick<Configured, "runtime">,
	note: (denied: Denied) => void,
): (visit: Visit) => void {
	return ({ path, client, answer }) => {
		const { error, outcome } = answer;
		// The operator tries something out.
		if (!REFUSED.has(outcome) || client.isPlayed) return;
		if (!runtime().own.takes("router.denied")) return;
		const denied = toDenied(
			error,
			() => answer.route?.name ?? nameAt(path, runtime()),
		);
		if (denied !== undefined) note(denied);
	};
}

/** Counts the refused requests of a router. */
export function countDenied({ settings, runtime }: Configured): DeniedCount {
	const { own } = runtime();
	return createDeniedCount({
		own,
		threshold: () => settings().alerts.denied,
	});
}

/** Watches the backlog of a router. Returns the function that ends it. */
export function watchInbox({
	settings,
	runtime,
}: Configured): () => Promise<void> {
	const { inbox, own } = runtime();
	if (inbox === undefined) return async () => {};
	// The inbox keeps the limit that it was opened with.
	const { maxBacklog } = settings().inbox;
	return watchBacklog({
		own,
		store: inbox.store,
		bounds() {
			const { backlogShare, oldestMs } = settings().alerts;
			return { maxBacklog, share: backlogShare, oldestMs };
		},
	});
}

// --- helpers ---

/** The configuration that serves. */
type Configured = Pick<Serving, "settings" | "runtime">;

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
