import type { Pause } from "../inbox/port/pause.ts";
import type { InboxSample } from "../observe/metrics/inbox-sampler.ts";
import type { RouteTally } from "../observe/tally.ts";
import type { ReadinessCheck, ReloadState } from "./router.ts";

/** A reason why the router is not well. */
export interface Trouble {
	readonly code:
		| "not-serving"
		| "store-away"
		| "inbox-full"
		| "spooling"
		| "reload-refused"
		| "route-fails"
		| "circuit-open";
	/** An `error` loses or delays webhooks now. */
	readonly severity: "error" | "warning";
	/** A sentence. */
	readonly text: string;
	readonly route?: string;
	/** The part of its work that fails, from 0 to 1. */
	readonly share?: number;
	/** Milliseconds since the epoch. */
	readonly since?: number;
}

/** The state of a router at one moment. */
export interface Summary {
	readonly at: number;
	readonly health: "well" | "warning" | "failing";
	/** The worst first. */
	readonly troubles: readonly Trouble[];
	/** Webhooks a second, over the last minute. */
	readonly perSecond: number;
	readonly routes: number;
	/** Undefined if nothing is stored, or it could not be counted. */
	readonly inbox: SummaryInbox | undefined;
	readonly paused: readonly Pause[];
	readonly reload: Pick<ReloadState, "outcome" | "at"> | undefined;
}

/** The counts of an inbox. */
export interface SummaryInbox {
	/** Unfinished deliveries that no handler has. */
	readonly waiting: number;
	readonly leased: number;
	readonly dead: number;
	readonly quarantined: number;
	/** The arrival of the oldest unfinished delivery. */
	readonly oldestAt: number | undefined;
}

/** The facts of which a summary consists. */
export interface SummaryFacts {
	readonly now: number;
	readonly routes: number;
	readonly tallies: ReadonlyMap<string, RouteTally>;
	readonly sample: InboxSample | undefined;
	readonly checks: readonly ReadinessCheck[];
	readonly reload: ReloadState | undefined;
	readonly paused: readonly Pause[];
}

/** Sums a router up: is it well, and what fails since when? */
export function summarize({
	now,
	routes,
	tallies,
	sample,
	checks,
	reload,
	paused,
}: SummaryFacts): Summary {
	const troubles = [
		...troublesOfChecks(checks),
		...troublesOfReload(reload),
		...troublesOfRoutes(tallies, sample, now),
	].sort(bySeverity);
	let webhooks = 0;
	for (const { lastMinute } of tallies.values()) webhooks += lastMinute;
	const stats = sample?.stats;
	return {
		at: now,
		health: healthOf(troubles),
		troubles,
		perSecond: toRate(webhooks),
		routes,
		inbox: stats && {
			waiting: stats.byState.received + stats.byState.waiting,
			leased: stats.byState.leased,
			dead: stats.byState.dead,
			quarantined: stats.byState.quarantined,
			oldestAt: stats.oldestUnfinishedAt,
		},
		paused,
		reload: reload && { outcome: reload.outcome, at: reload.at },
	};
}

/** The work of a route that fails. */
export interface Failing {
	readonly since: number;
	/** From 0 to 1. */
	readonly share: number;
}

/**
 * Returns how much of a route's work fails. Undefined for a route that is well: less than half of its last minute fails, or it
 * had nothing to do for a while and nothing waits for its next attempt.
 */
export function failingOf(
	{ recent: { succeeded, failed, failingSince, failedAt } }: RouteTally,
	waiting: number,
	now: number,
): Failing | undefined {
	if (failingSince === undefined || failedAt === undefined) return undefined;
	const work = succeeded + failed;
	if (work === 0) {
		const isOver = waiting === 0 && now - failedAt >= FORGOTTEN_MS;
		return isOver ? undefined : { since: failingSince, share: 1 };
	}
	// Another process of the router may succeed.
	return failed >= succeeded
		? { since: failingSince, share: failed / work }
		: undefined;
}

/** Rounds a number of the last minute to a rate. */
export function toRate(lastMinute: number): number {
	return Math.round((lastMinute / 60) * 1000) / 1000;
}

// --- helpers ---

/** A route without work is no longer said to fail after this time. */
const FORGOTTEN_MS = 15 * 60_000;

const CHECKS: Readonly<Record<string, Trouble["code"]>> = {
	serving: "not-serving",
	store: "store-away",
	room: "inbox-full",
	spooling: "spooling",
};

function troublesOfChecks(checks: readonly ReadinessCheck[]): Trouble[] {
	return checks
		.filter(({ name, isOk }) => !isOk || name === "spooling")
		.map(({ name, isOk, reason = "no reason is known" }) => {
			const code = CHECKS[name] ?? "not-serving";
			const text = `${SENTENCES[code] ?? ""}: ${reason}.`;
			// With a spool the router is ready, but nothing is handled.
			return { code, severity: isOk ? "warning" : "error", text };
		});
}

const SENTENCES: Readonly<Partial<Record<Trouble["code"], string>>> = {
	"not-serving": "The router does not serve",
	"store-away": "The store takes no events",
	"inbox-full": "The inbox is full",
	spooling: "The database is away or behind",
};

function troublesOfReload(reload: ReloadState | undefined): Trouble[] {
	if (reload === undefined || reload.outcome === "reloaded") return [];
	const errors = reload.findings.filter(
		({ severity }) => severity === "error",
	).length;
	const why =
		reload.outcome === "failed"
			? `it could not be read (${reload.reason ?? "no reason is known"})`
			: `it has ${errors} ${errors === 1 ? "error" : "errors"}`;
	return [
		{
			code: "reload-refused",
			severity: "warning",
			text: `The configuration on disk was not loaded, because ${why}.`,
			since: reload.at,
		},
	];
}

function troublesOfRoutes(
	tallies: ReadonlyMap<string, RouteTally>,
	sample: InboxSample | undefined,
	now: number,
): Trouble[] {
	const waiting = new Map<string, number>();
	for (const { route, state, count } of sample?.stats?.byRoute ?? [])
		if (state === "waiting") waiting.set(route, count);
	return [...tallies].flatMap(([route, tally]): Trouble[] => {
		const failing = failingOf(tally, waiting.get(route) ?? 0, now);
		if (failing !== undefined) {
			const { share, since } = failing;
			const text = `The route ${route} fails: ${Math.round(share * 100)} % of its work in the last minute.`;
			return [
				{ code: "route-fails", severity: "error", text, route, share, since },
			];
		}
		const open = tally.circuits.find(({ isOpen }) => isOpen);
		if (open === undefined) return [];
		const text = `The upstream ${open.upstream} of the route ${route} fails. It is tried from time to time.`;
		return [{ code: "circuit-open", severity: "warning", text, route }];
	});
}

function bySeverity(one: Trouble, other: Trouble): number {
	if (one.severity !== other.severity) return one.severity === "error" ? -1 : 1;
	return (other.share ?? 0) - (one.share ?? 0);
}

function healthOf(troubles: readonly Trouble[]): Summary["health"] {
	if (troubles.length === 0) return "well";
	return troubles.some(({ severity }) => severity === "error")
		? "failing"
		: "warning";
}
