import type { Payload } from "../../event/webhook.ts";
import type { Alert } from "../../inbox/port/alert.ts";
import type { Queue } from "../../inbox/port/queue.ts";
import { SYSTEM_TIMING, type Timing } from "../../inbox/worker/timing.ts";
import type { Log } from "../../observe/log.ts";
import { createThrottle } from "../../observe/throttle.ts";
import type { Cause } from "./cause.ts";
import { GatheredAlerts } from "./gathered.ts";
import { NO_OWN_ROUTES, type OwnRoutes } from "./table.ts";

/** The configuration at work, as far as own events need it. */
export interface OwnSite {
	readonly own: OwnRoutes;
	/** Handles a payload on an internal route at once. */
	handOn(route: string, payload: Payload): Promise<unknown>;
}

/** The router's own events. They outlive a configuration. */
export interface OwnEvents {
	/** Sets the configuration at work. Before the first one there are no own events. */
	serve(site: OwnSite): void;
	/** The names of the routes that get own events. */
	readonly routes: readonly string[];
	/** True if a route gets events of the kind, so that the work for a cause is worth it. */
	takes(kind: string): boolean;
	/**
	 * Returns the alert of a cause, for a put or a settlement that raises it in its transaction. Undefined if no route gets it.
	 * Listeners hear of it before it is on disk.
	 */
	alertOf(cause: Cause): Alert | undefined;
	/** Raises a cause that no transaction of the store has. Never throws, and does not wait. */
	raise(cause: Cause): void;
	/** Calls back for each cause that a route gets, such as for counting. Returns the function that stops it. */
	listen(listener: (alert: Alert) => void): () => void;
	/** Resolves when everything raised is stored or has failed. */
	settled(): Promise<void>;
}

export interface OwnEventsOptions {
	/** Stores alerts. Undefined if nothing is stored: an event is then handled once, in this process. */
	readonly store?: Pick<Queue, "raise"> | undefined;
	/** Default: failures are not logged. */
	readonly log?: Pick<Log, "warn"> | undefined;
	readonly timing?: Timing | undefined;
}

/** Creates the own events of a router. */
export function createOwnEvents({
	store,
	log,
	timing = SYSTEM_TIMING,
}: OwnEventsOptions = {}): OwnEvents {
	let site: OwnSite | undefined;
	const listeners = new Set<(alert: Alert) => void>();
	const pending = new Set<Promise<void>>();
	const routes = (): OwnRoutes => site?.own ?? NO_OWN_ROUTES;
	const throttle = createThrottle({ intervalMs: LOST_MS });
	const lose = ({ to, kind }: Alert, reason: string): void =>
		throttle.pass(`${to} ${kind} ${reason}`, (notShown) =>
			log?.warn(
				{ route: to, kind, reason, ...(notShown > 0 && { notShown }) },
				"an event of the router itself is lost",
			),
		);
	const fail = (alert: Alert, error: unknown): void =>
		lose(alert, error instanceof Error ? error.message : String(error));
	const gathered = new GatheredAlerts(
		timing,
		(alert, payload) => track(alert, site?.handOn(alert.to, payload)),
		lose,
	);
	const track = (alert: Alert, work: Promise<unknown> | undefined): void => {
		if (work === undefined) return;
		const done = work.then(
			() => {},
			(error: unknown) => fail(alert, error),
		);
		pending.add(done);
		void done.then(() => pending.delete(done));
	};
	const alertOf = (cause: Cause): Alert | undefined => {
		const alert = routes().alertOf(cause);
		if (alert !== undefined) for (const hear of listeners) hear(alert);
		return alert;
	};
	return {
		serve(next) {
			site = next;
		},
		get routes() {
			return routes().names;
		},
		takes: (kind) => routes().takes(kind),
		alertOf,
		raise(cause) {
			const alert = alertOf(cause);
			if (alert === undefined) return;
			if (store === undefined) gathered.add(alert);
			else track(alert, store.raise([alert]));
		},
		listen(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		async settled() {
			await Promise.all(pending);
		},
	};
}

// --- helpers ---

/** The span of one line about the lost events of a route, kind and reason. */
const LOST_MS = 60_000;
