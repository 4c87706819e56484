import type { Command } from "commander";
import type { Settings } from "../../config/settings.ts";
import { countByRoute } from "../../desk/stats.ts";
import { formatDuration } from "../../finding/units.ts";
import {
	type Amount,
	DELIVERY_STATES,
	type InboxStats,
} from "../../inbox/port/delivery.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import { type Present, readPresent } from "../../runtime/inbox/present.ts";
import { createCommand } from "../command.ts";
import { CannotRun, type Io, writeJson, writeLines } from "../io.ts";
import { describeEnd, describeWhy, toPauseReport } from "../pause/describe.ts";
import { formatTable } from "../table.ts";
import { plain, toTime } from "./row.ts";
import {
	type Found,
	findInbox,
	type PlaceOptions,
	useInbox,
	withPlace,
} from "./site.ts";
import { readSpoolFile, type SpoolFile } from "./spool-file.ts";

/** Creates `switchhook inbox stats`, which counts deliveries by state and route. */
export function statsCommand(io: Io): Command {
	const command = createCommand(
		"stats",
		"Counts deliveries by state and route. Shows the age of the oldest unfinished one, and the size of the inbox.",
		["inbox stats", "inbox stats --json"],
	).summary("Counts deliveries by state and route.");
	return withPlace(command)
		.option("--json", "print JSON")
		.action(async (options: PlaceOptions & { readonly json?: true }) => {
			const found = await findInbox(io, options);
			const spool = await readSpoolOf(found, options);
			try {
				await useInbox(io, options, found, (store, { settings }) =>
					showStats({ io, options, store, settings, spool }),
				);
			} catch (error) {
				// The spool is on this machine, so it can be shown while the database is away.
				if (spool !== undefined && error instanceof CannotRun) {
					if (options.json)
						writeJson(io.stdout, { spool: toSpoolReport(spool) });
					else writeLines(io.stdout, describeSpool(spool, Date.now()));
				}
				throw error;
			}
		});
}

// --- helpers ---

/** The parts of an inbox and its spool that are shown. */
interface Shown {
	readonly io: Io;
	readonly options: { readonly json?: true };
	readonly store: InboxStore;
	readonly settings: Settings | undefined;
	readonly spool: SpoolFile | undefined;
}

async function showStats({
	io,
	options,
	store,
	settings,
	spool,
}: Shown): Promise<void> {
	const stats = await store.stats();
	const present = await readPresent(store);
	const { engine } = store;
	if (options.json) {
		writeJson(io.stdout, {
			...toReport(engine, stats),
			...(spool && { spool: toSpoolReport(spool) }),
			paused: present.pauses.map(toPauseReport),
		});
		return;
	}
	const bound = settings?.inbox.quarantine;
	const now = Date.now();
	writeLines(io.stdout, [
		...describe(engine, stats, bound, now),
		...(spool === undefined ? [] : ["", ...describeSpool(spool, now)]),
		...describePaused(present),
	]);
}

/** Reads the spool of the configuration. Undefined without one, and for an inbox that `--store` names. */
async function readSpoolOf(
	{ settings }: Found,
	{ store }: PlaceOptions,
): Promise<SpoolFile | undefined> {
	const file = settings?.inbox.spoolFile;
	return file === undefined || store !== undefined
		? undefined
		: readSpoolFile(file);
}

function toSpoolReport({
	oldestAt,
	...counts
}: SpoolFile): Readonly<Record<string, unknown>> {
	return {
		...counts,
		oldestAt: oldestAt === undefined ? null : toTime(oldestAt),
	};
}

function describeSpool(
	{ file, depth, oldestAt, refused, sizeBytes }: SpoolFile,
	now: number,
): string[] {
	return formatTable([
		["spool", file],
		["spool, waiting for the database", String(depth)],
		...(oldestAt === undefined
			? []
			: [
					[
						"spool, oldest",
						`${toTime(oldestAt)}, ${describeAge(now - oldestAt)} ago`,
					],
				]),
		...(refused === 0
			? []
			: [["spool, refused by the database", String(refused)]]),
		["spool, size", describeSize(sizeBytes)],
	]);
}

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
	stats: InboxStats,
	bound: Bound | undefined,
	now: number,
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
					: `${toTime(oldest)}, ${describeAge(now - oldest)} ago`,
			],
			["size", describeSize(stats.sizeBytes)],
			["quarantine, refused by a gate", describeBudget(door, bound)],
			["quarantine, admitted but invalid", describeBudget(admitted, bound)],
		]),
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
