import { formatRate } from "../../finding/rate.ts";
import type { Report } from "../../finding/report.ts";
import { lineOf, type Site } from "../../finding/site.ts";
import { formatDuration } from "../../finding/units.ts";
import type { Rate } from "../../inbox/port/rate.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "../../inbox/port/retry.ts";
import type { DefaultsDraft, RouteDraft } from "../parts/route/draft.ts";
import type { InboxSettings } from "../settings.ts";
import { modeOf } from "./effective.ts";

/**
 * Checks `rate` and `delay`: both need an inbox and an accept route. Warns where a full backlog takes longer to handle than events
 * are retried.
 */
export function checkPace(
	routes: readonly RouteDraft[],
	defaults: DefaultsDraft,
	inbox: InboxSettings,
	report: Report,
): void {
	const isKept = inbox.store.type !== "none";
	if (!isKept) refuseOfNone(defaults, report);
	for (const route of routes) {
		const isReply = modeOf(route) === "reply";
		if (route.handler?.type.isUnkept) refuseOfUnkept(route, report);
		else if (isReply) refuseOfReply(route, report);
		else if (!isKept) refuseOfNone(route, report);
		else warnOfSlow(route, inbox, report);
	}
	warnOfDifferent(routes, report);
	warnOfLimits(routes, report);
}

// --- helpers ---

const KEYS = ["rate", "delay"] as const;

/** The place and the value of the rate of an upstream. */
function upstreamRateOf({
	handlerSite,
	handler,
}: Partial<Pick<RouteDraft, "handler" | "handlerSite">>):
	| { readonly rate: Rate; readonly site: Site }
	| undefined {
	if (handler?.settings === undefined) return undefined;
	const { type, settings } = handler;
	const rate = type.rateOf?.(settings);
	return (
		rate && handlerSite && { rate, site: handlerSite.in(type.name, "rate") }
	);
}

/** The platform sends the webhooks of all its customers from a few addresses, and each of them is one client. */
function warnOfLimits(routes: readonly RouteDraft[], report: Report): void {
	for (const { kind, limit, siteOf } of routes) {
		if (kind === undefined || limit === undefined) continue;
		report.warn(siteOf("limit").at(), {
			what: "`limit` counts each address of the platform as one client, and your busiest hour comes from few of them",
			todo: "write `limit` only on routes with a `schema`. For events that are handled too fast, write `rate`",
		});
	}
}

function refuseOfReply(route: RouteDraft, report: Report): void {
	const { site, wrote } = route;
	for (const key of KEYS) {
		if (!wrote(key)) continue;
		report.error(site.keyAt(key), {
			what: `\`${key}\` is on a reply route, whose sender waits for the answer`,
			todo: "take it out, or write `mode: accept`",
		});
	}
	const upstream = upstreamRateOf(route);
	if (upstream === undefined) return;
	report.error(upstream.site.keyAt(), {
		what: "`rate` is on the `forward` of a reply route, whose sender waits for the answer",
		todo: "take it out, or write `mode: accept`",
	});
}

function refuseOfUnkept(
	{ site, wrote, handler }: RouteDraft,
	report: Report,
): void {
	for (const key of KEYS) {
		if (!wrote(key)) continue;
		report.error(site.keyAt(key), {
			what: `\`${key}\` is on a route whose handler \`${handler?.type.name}\` keeps nothing`,
			todo: "take it out",
		});
	}
}

function refuseOfNone(
	place: Pick<RouteDraft, "site" | "wrote"> &
		Partial<Pick<RouteDraft, "handler" | "handlerSite">>,
	report: Report,
): void {
	const { site, wrote } = place;
	const todo = "take it out, or write an `inbox.store`";
	for (const key of KEYS) {
		if (!wrote(key)) continue;
		report.error(site.keyAt(key), {
			what: `\`${key}\` needs an inbox: with \`store: none\` each handler runs at once, inside the request`,
			todo,
		});
	}
	const upstream = upstreamRateOf(place);
	if (upstream === undefined) return;
	report.error(upstream.site.keyAt(), {
		what: "`rate` needs an inbox: with `store: none` each event is forwarded at once, inside the request",
		todo,
	});
}

function warnOfSlow(
	route: RouteDraft,
	{ maxBacklog }: InboxSettings,
	report: Report,
): void {
	const { rate, delay, retry = DEFAULT_RETRY } = route;
	const triedMs = triedMsOf(retry);
	if (triedMs === 0) return;
	const upstream = upstreamRateOf(route);
	const written = [
		...(rate === undefined ? [] : [{ rate, site: route.siteOf("rate") }]),
		...(upstream === undefined ? [] : [upstream]),
	];
	for (const { rate, site } of written) {
		const drainMs = maxBacklog * rate.intervalMs;
		if (drainMs <= triedMs) continue;
		report.warn(site.at(), {
			what: `at ${formatRate(rate.intervalMs)}, a full backlog of ${maxBacklog} events takes ${inMinutes(drainMs)}, and an event is retried for ${formatDuration(triedMs)}. The last ones have hardly any retries left`,
			todo: "write a higher `rate`, a longer `retry`, or a lower `inbox.maxBacklog`",
		});
	}
	if (delay !== undefined && delay >= triedMs) {
		report.warn(route.siteOf("delay").at(), {
			what: `the first attempt comes after the ${formatDuration(triedMs)} for which an event is retried`,
			todo: "write a shorter `delay`, or a longer `retry`",
		});
	}
}

/** Writes a long time without its seconds. */
function inMinutes(ms: number): string {
	return formatDuration(
		ms < 60_000 ? Math.ceil(ms) : Math.round(ms / 60_000) * 60_000,
	);
}

/** Returns the milliseconds in which an event is retried. 0 without retries. */
function triedMsOf(retry: RetryPolicy): number {
	return retry.kind === "list"
		? retry.delaysMs.reduce((sum, ms) => sum + ms, 0)
		: retry.forMs;
}

/** Warns of two rates for one service: both take from one bucket, so neither holds. */
function warnOfDifferent(routes: readonly RouteDraft[], report: Report): void {
	const first = new Map<string, { readonly rate: Rate; readonly site: Site }>();
	for (const route of routes) {
		const { handler } = route;
		const limit = upstreamRateOf(route);
		if (limit === undefined || handler?.settings === undefined) continue;
		const target = handler.type.destination?.(handler.settings);
		const name = target?.socket ?? target?.origin ?? "";
		const other = first.get(name);
		if (other === undefined) first.set(name, limit);
		else if (!isSame(other.rate, limit.rate))
			report.warn(limit.site.at(), {
				what: `\`rate\` differs from that for the same service in ${lineOf(other.site)}`,
				todo: "write the same rate in both places",
			});
	}
}

function isSame(one: Rate, other: Rate): boolean {
	return one.intervalMs === other.intervalMs && one.burst === other.burst;
}
