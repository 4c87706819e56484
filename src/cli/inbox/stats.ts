import type { Command } from "commander";
import type { Settings } from "../../config/settings.ts";
import {
	describeEnd,
	describeWhy,
	toPauseReport,
} from "../../desk/pause-text.ts";
import { countByRoute } from "../../desk/stats.ts";
import { formatDuration } from "../../finding/units.ts";
import {
	type Amount,
	DELIVERY_STATES,
	type InboxStats,
} from "../../inbox/port/delivery.ts";
import { type Present, readPresent } from "../../runtime/inbox/present.ts";
import { createCommand } from "../command.ts";
import { type Io, writeJson, writeLines } from "../io.ts";
import { formatTable } from "../table.ts";
import { describeTotal, type Recent, readRecent } from "./recent.ts";
import { plain, toTime } from "./row.ts";
import { type PlaceOptions, withInbox, withPlace } from "./site.ts";

/** Creates `switchhook inbox stats`, which counts deliveries by state and route. */
export function statsCommand(io: Io): Command {
	const command = createCommand(
		"stats",
		"Counts deliveries by state and route. Shows the age of the oldest unfinished one, the size of the inbox, and the counts of the last hour and day.",
		["inbox stats", "inbox stats --json"],
	).summary("Counts deliveries by state and route.");
	return withPlace(command)
		.option("--json", "print JSON")
		.action((options: PlaceOptions & { readonly json?: true }) =>
			withInbox(io, options, async (store, { settings }) => {
				const stats = await store.stats();
				const present = await readPresent(store);
				const recent = await readRecent(store, present.now);
				const { engine } = store;
				if (options.json)
					writeJson(io.stdout, {
						...toReport(engine, stats),
						...recent,
						paused: present.pauses.map(toPauseReport),
					});
				else {
					const bound = settings?.inbox.quarantine;
					const lines = describe(engine, { stats, recent }, bound);
					writeLines(io.stdout, [...lines, ...describePaused(present)]);
				}
			}),
		);
}

// --- helpers ---

function toReport(
	engine: string,
	{ oldestUnfinishedAt: oldest, ...stats }: InboxStats,
): Readonly<Record<string, unknown>> {
	return {
		engine,
		byState: stats.byState,
		byRoute: countByRoute(stats.byRoute),
		oldestUnfinishedAt: oldest === undefined ? null : toTime(oldest),
		sizeBytes: stats.sizeBytes,
		quarantinedBytes:
			stats.quarantine.door.bytes + stats.quarantine.admitted.bytes,
		quarantine: stats.quarantine,
	};
}

function describe(
	engine: string,
	{ stats, recent }: { readonly stats: InboxStats; readonly recent: Recent },
	bound: Bound | undefined,
): string[] {
	const { byState, oldestUnfinishedAt: oldest } = stats;
	const { door, admitted } = stats.quarantine;
	const rows = countByRoute(stats.byRoute).map(({ route, ...counts }) => [
		plain(route),
		...DELIVERY_STATES.map((state) => String(counts[state])),
	]);
	const total = DELIVERY_STATES.map((state) => String(byState[state]));
	return [
		...formatTable([
			["ROUTE", ...DELIVERY_STATES.map((state) => state.toUpperCase())],
			...rows,
			["all", ...total],
		]),
		"",
		...formatTable([
			["engine", engine],
			[
				"oldest unfinished",
				oldest === undefined
					? "none"
					: `${toTime(oldest)}, ${describeAge(Date.now() - oldest)} ago`,
			],
			["size", describeSize(stats.sizeBytes)],
			["quarantine, refused by a gate", describeBudget(door, bound)],
			["quarantine, admitted but invalid", describeBudget(admitted, bound)],
			...describeRecent(recent),
		]),
	];
}

/** Writes the counts of the last hour and day, if a router counted something. */
function describeRecent({ lastHour, lastDay }: Recent): string[][] {
	if (Object.keys(lastDay.webhooks).length + lastDay.runs === 0) return [];
	return [
		["last hour", describeTotal(lastHour)],
		["last 24 hours", describeTotal(lastDay)],
	];
}

/** Writes a line for each paused route. */
function describePaused({ now, pauses }: Present): string[] {
	if (pauses.length === 0) return [];
	return [
		"",
		...pauses.map(
			(pause) =>
				`${plain(pause.route)} is paused ${describeEnd(pause, now)}${describeWhy(pause)}`,
		),
	];
}

/** The most that a budget of the quarantine may hold. */
type Bound = Settings["inbox"]["quarantine"];

/** Writes the bound that a size counts against, where a configuration has one. */
function describeBudget(
	{ count, bytes }: Amount,
	bound: Bound | undefined,
): string {
	return bound === undefined
		? `${count}, ${describeSize(bytes)}`
		: `${count} of ${bound.maxCount}, ${describeSize(bytes)} of ${describeSize(bound.maxBytes)}`;
}

/** Writes an age in whole seconds. It is never negative: the clock of the receiver may be ahead. */
function describeAge(ms: number): string {
	return formatDuration(Math.max(0, Math.floor(ms / 1000) * 1000));
}

/** Writes a size in units of 1000, as the configuration does. */
function describeSize(bytes: number): string {
	if (bytes < 1000) return `${bytes} B`;
	if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} KB`;
	return bytes < 1_000_000_000
		? `${(bytes / 1_000_000).toFixed(1)} MB`
		: `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}
