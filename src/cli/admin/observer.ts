import { type CopyFeed, createCopyFeed } from "../../admin/copies/feed.ts";
import type { ReloadState } from "../../admin/router.ts";
import {
	toAlertSeen,
	toDeliverySeen,
	toPauseSeen,
	toWebhookSeen,
} from "../../admin/seen.ts";
import type { Finding } from "../../finding/finding.ts";
import type { Visit } from "../../http/app.ts";
import type { Alert } from "../../inbox/port/alert.ts";
import type { Pause } from "../../inbox/port/pause.ts";
import type { SettledAttempt } from "../../inbox/worker/work.ts";
import { createFeed, type Feed, type ReloadSeen } from "../../observe/feed.ts";
import type { Metrics } from "../../observe/metrics/metrics.ts";
import { createTallies, type Tallies } from "../../observe/tally.ts";
import type { DriftLook } from "../../platform/watch-drift.ts";
import { outcomeOf } from "../../runtime/request/answer.ts";
import type { ReloadListener } from "../serve/reload/reload.ts";

/** Notes what happens in a router, for its admin listener. */
export interface Observer {
	readonly feed: Feed;
	readonly copies: CopyFeed;
	readonly tallies: Pick<Tallies, "read">;
	visited(visit: Visit): void;
	settled(attempt: SettledAttempt): void;
	/** Notes a route that was paused or resumed. */
	paused(pause: Pause, outcome: "paused" | "resumed"): void;
	/** Notes a cause of an own event of the router. */
	alerted(alert: Alert): void;
	/** Notes a look for drift. */
	looked(look: DriftLook): void;
	/** The latest look, and when it was. Undefined before the first one. */
	latestLook(): DriftNote | undefined;
	/** Sets the findings and the number of routes of the first configuration. */
	loaded(findings: readonly Finding[], routes: number): void;
	/** Notes reloads too, before another listener gets them. */
	reloads(listener: ReloadListener): ReloadListener;
	/** The findings of the configuration that serves. */
	findings(): readonly Finding[];
	lastReload(): ReloadState | undefined;
}

/** A look for drift, and its time in milliseconds since the epoch. */
export type DriftNote = DriftLook & { readonly at: number };

/** Creates an observer. Without a watcher, a webhook or an attempt costs a note of its time. */
export function createObserver(
	metrics: Pick<Metrics, "served" | "named" | "sources">,
	now: () => number = Date.now,
): Observer {
	const feed = createFeed();
	const copies = createCopyFeed({ now });
	const tallies = createTallies(metrics, now);
	let findings: readonly Finding[] = [];
	let last: ReloadState | undefined;
	const note = (state: ReloadState): void => {
		last = state;
		if (feed.isWatched) feed.publish(toReloadSeen(state));
	};
	let routes = 0;
	return {
		feed,
		copies,
		tallies,
		visited(visit) {
			const { route } = visit.answer;
			if (route !== undefined)
				tallies.webhook(route.meters, outcomeOf(visit.answer));
			if (feed.isWatched) feed.publish(toWebhookSeen(visit, now()));
			if (copies.isWatched) copies.visited(visit);
		},
		settled(attempt) {
			tallies.attempt(attempt.lease.route, attempt.result.verdict.as);
			if (feed.isWatched) feed.publish(toDeliverySeen(attempt, now()));
			if (copies.isWatched) copies.settled(attempt);
		},
		paused(pause, outcome) {
			if (feed.isWatched) feed.publish(toPauseSeen(pause, outcome, now()));
		},
		alerted(alert) {
			if (feed.isWatched) feed.publish(toAlertSeen(alert, now()));
		},
		...createDriftNotes(now),
		loaded(found, count) {
			findings = found;
			routes = count;
		},
		reloads: (listener) => ({
			async reloaded(reloaded) {
				const { changes, restart, ms } = reloaded;
				findings = [...reloaded.findings, ...reloaded.notes];
				routes = reloaded.routes;
				note({
					...NOTHING,
					...changes,
					restart,
					findings,
					ms,
					routes,
					...at("reloaded"),
				});
				await listener.reloaded(reloaded);
			},
			async refused(found, files, ms) {
				note({ ...NOTHING, ...at("refused"), findings: found, ms, routes });
				await listener.refused(found, files, ms);
			},
			failed(error) {
				const reason = error instanceof Error ? error.message : String(error);
				note({ ...NOTHING, ...at("failed"), routes, reason });
				listener.failed(error);
			},
		}),
		findings: () => findings,
		lastReload: () => last,
	};

	function at<Outcome extends ReloadState["outcome"]>(outcome: Outcome) {
		return { outcome, at: now() };
	}
}

// --- helpers ---

/** Creates the notes of looks, of which the latest is kept. */
function createDriftNotes(
	now: () => number,
): Pick<Observer, "looked" | "latestLook"> {
	let latest: DriftNote | undefined;
	return {
		looked(look) {
			latest = { ...look, at: now() };
		},
		latestLook: () => latest,
	};
}

function toReloadSeen({
	at,
	outcome,
	ms,
	routes,
	findings,
}: ReloadState): ReloadSeen {
	const count = (severity: Finding["severity"]): number =>
		findings.filter((one) => one.severity === severity).length;
	return {
		type: "reload",
		at,
		outcome,
		ms: Math.round(ms),
		routes,
		errors: count("error"),
		warnings: count("warning"),
	};
}

const NOTHING = {
	ms: 0,
	added: [],
	changed: [],
	removed: [],
	restart: [],
	findings: [],
} as const;
