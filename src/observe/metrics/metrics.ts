import type { ErrorCode } from "../../errors.ts";
import { BATCH_SIZES, LATENCY_SECONDS } from "./definitions.ts";
import { Distribution } from "./distribution.ts";
import {
	type AttemptOutcome,
	type MeteredRoute,
	RouteMeters,
} from "./route-meters.ts";
import type { Sources } from "./sources.ts";

/** The action after a problem with a request. */
export const REFUSAL_ACTIONS = [
	/** The sender got an error status. */
	"rejected",
	/** The webhook was kept, and not handled. */
	"quarantined",
	/** The webhook was let through. */
	"reported",
	/** The fallback was sent. */
	"fallback",
] as const;
export type RefusalAction = (typeof REFUSAL_ACTIONS)[number];

/** The outcomes of a reload: it serves, it has errors, or it could not be read. */
export const RELOAD_OUTCOMES = ["ok", "refused", "failed"] as const;
export type ReloadOutcome = (typeof RELOAD_OUTCOMES)[number];

/**
 * The counters of a router. They outlive its configurations. Code adds to plain numbers, and `/metrics` reads them when it is
 * asked, so nothing is formatted for a request.
 */
export class Metrics {
	/** Counts the requests whose route is not known. */
	readonly unrouted = new RouteMeters({
		name: "",
		kind: "",
		level: undefined,
		mode: undefined,
	});
	/** Seconds until an event was stored. */
	readonly puts = new Distribution(LATENCY_SECONDS);
	/** The sizes of the commits of new deliveries. */
	readonly commitSizes = new Distribution(BATCH_SIZES);
	/** Seconds of these commits. */
	readonly commits = new Distribution(LATENCY_SECONDS);
	/** By code and action, such as `BODY_JSON rejected`. */
	readonly refusals = new Map<string, number>();
	readonly evicted = { quarantined: 0, dead: 0 };
	readonly reloads = { ok: 0, refused: 0, failed: 0 };
	/** By kind. */
	readonly ownEvents = new Map<string, number>();
	connectionsClosed = 0;
	unrecorded = 0;
	isReloadOk = true;
	/** Milliseconds since the epoch. Undefined before the first configuration serves. */
	loadedAt: number | undefined;
	/** Readings of parts that know their own numbers. Each is absent until its part connects it. */
	readonly sources: Sources = {};
	#served: readonly RouteMeters[] = [];
	#byName: ReadonlyMap<string, RouteMeters> = new Map();

	/** The routes that are served. */
	get served(): readonly RouteMeters[] {
		return this.#served;
	}

	/** Returns the counters of a route. They continue if it was served with the same kind, level and mode. */
	ofRoute(route: MeteredRoute): RouteMeters {
		const known = this.#byName.get(route.name);
		return known !== undefined && isSame(known.route, route)
			? known
			: new RouteMeters(route);
	}

	/** Exposes these routes, and forgets the others. Called when a configuration begins to serve. */
	serve(
		routes: readonly { readonly meters: RouteMeters }[],
		now: number = Date.now(),
	): void {
		this.#served = routes.map(({ meters }) => meters);
		this.#byName = new Map(
			this.#served.map((meters) => [meters.route.name, meters]),
		);
		this.loadedAt = now;
	}

	/** Returns the counters of a route that is served. */
	named(route: string): RouteMeters | undefined {
		return this.#byName.get(route);
	}

	/** Counts an attempt. Attempts of a route that is no longer served are not counted. */
	attempted(route: string, outcome: AttemptOutcome, durationMs: number): void {
		this.named(route)?.attempted(outcome, durationMs);
	}

	refused(code: ErrorCode, action: RefusalAction): void {
		add(this.refusals, `${code} ${action}`);
	}

	/** Counts a commit of new deliveries. */
	committed(deliveries: number, ms: number): void {
		this.commitSizes.add(deliveries);
		this.commits.add(ms / 1000);
	}

	/** Counts a reload. */
	reloaded(outcome: ReloadOutcome): void {
		this.reloads[outcome] += 1;
		this.isReloadOk = outcome === "ok";
	}

	/** Counts an event of the router itself, such as `router.dead`. MUST only be called with kinds of the router. */
	ownEvent(kind: string): void {
		add(this.ownEvents, kind);
	}

	/** Adds readings. */
	connect(sources: Sources): void {
		Object.assign(this.sources, sources);
	}
}

// --- helpers ---

function isSame(one: MeteredRoute, other: MeteredRoute): boolean {
	return (
		one.kind === other.kind &&
		one.level === other.level &&
		one.mode === other.mode
	);
}

function add(counts: Map<string, number>, key: string): void {
	counts.set(key, (counts.get(key) ?? 0) + 1);
}
