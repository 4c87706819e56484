import type { Command } from "commander";
import type { Settings } from "../../../config/settings.ts";
import {
	describeEnd,
	describeWhy,
	toPauseReport,
} from "../../../desk/pause-text.ts";
import { countByRoute } from "../../../desk/stats.ts";
import {
	type Amount,
	DELIVERY_STATES,
	type InboxStats,
} from "../../../inbox/port/delivery.ts";
import type { InboxStore } from "../../../inbox/port/store.ts";
import { type Present, readPresent } from "../../../runtime/inbox/present.ts";
import { createCommand } from "../../command.ts";
import { CannotRun, type Io, writeJson, writeLines } from "../../io.ts";
import { formatTable } from "../../table.ts";
import { plain, toTime } from "../row.ts";
import {
	type Found,
	findInbox,
	type PlaceOptions,
	useInbox,
	withPlace,
} from "../site.ts";
import { describeAge, describeSize } from "./amounts.ts";
import { describeTotal, type Recent, readRecent } from "./recent.ts";
import {
	describeSpool,
	readSpoolFile,
	type SpoolFile,
	toSpoolReport,
} from "./spool-file.ts";

/** Creates `switchhook inbox stats`, which counts deliveries by state and route. */
export function statsCommand(io: Io): Command {
	const command = createCommand(
		"stats",
		"Counts deliveries by state and route. Shows the age of the oldest unfinished one, the size of the inbox, and the counts of the last hour and day.",
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
	const recent = await readRecent(store, present.now);
	const { engine } = store;
	if (options.json) {
		writeJson(io.stdout, {
			...toReport(engine, stats),
			...(spool && { spool: toSpoolReport(spool) }),
			...recent,
			paused: present.pauses.map(toPauseReport),
		});
		return;
	}
	const bound = settings?.inbox.quarantine;
	writeLines(io.stdout, [
		...describe(engine, { stats, recent }, bound),
		...(spool === undefined ? [] : ["", ...describeSpool(spool, Date.now())]),
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
