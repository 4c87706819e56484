import type { Command } from "commander";
import type { InboxStats } from "../../inbox/port/delivery.ts";
import { createCommand } from "../command.ts";
import { type PlaceOptions, withInbox, withPlace } from "../inbox/site.ts";
import { type Io, writeJson, writeLines } from "../io.ts";
import { formatTable } from "../table.ts";
import { describeEnd, toPauseReport } from "./describe.ts";
import { readPresent } from "./read.ts";

/** Creates `switchhook pauses`, which lists the paused routes. */
export function pausesCommand(io: Io): Command {
	const command = createCommand(
		"pauses",
		"Lists the paused routes: since when, until when, why, and how many events wait.",
		["pauses", "pauses --json"],
	).summary("Lists the paused routes.");
	return withPlace(command)
		.option("--json", "print JSON")
		.action((options: PausesOptions) =>
			withInbox(io, options, async (store, { settings }) => {
				const { now, pauses } = await readPresent(store);
				const stats = pauses.length === 0 ? undefined : await store.stats();
				const served = settings && new Set(settings.routes.map((r) => r.name));
				const rows = pauses.map((pause) => ({
					pause,
					waiting: waitingOf(pause.route, stats),
					isServed: served?.has(pause.route) ?? null,
				}));
				if (options.json) {
					writeJson(
						io.stdout,
						rows.map(({ pause, ...more }) => ({
							...toPauseReport(pause),
							...more,
						})),
					);
					return;
				}
				if (rows.length === 0) {
					writeLines(io.stdout, ["No route is paused."]);
					return;
				}
				writeLines(
					io.stdout,
					formatTable([
						["ROUTE", "SINCE", "PAUSED", "WAITING", "WHY"],
						...rows.map(({ pause, waiting }) => [
							pause.route,
							toPauseReport(pause).since,
							describeEnd(pause, now),
							String(waiting),
							pause.why ?? "-",
						]),
					]),
				);
				const gone = rows.filter(({ isServed }) => isServed === false);
				writeLines(
					io.stderr,
					gone.map(
						({ pause }) =>
							`The configuration has no route ${pause.route}. It stays paused if it returns.`,
					),
				);
			}),
		);
}

// --- helpers ---

interface PausesOptions extends PlaceOptions {
	readonly json?: true;
}

/** Counts the events of a route that wait to be handled. */
function waitingOf(route: string, stats: InboxStats | undefined): number {
	return (stats?.byRoute ?? [])
		.filter((one) => one.route === route)
		.filter(({ state }) => state === "received" || state === "waiting")
		.reduce((sum, { count }) => sum + count, 0);
}
