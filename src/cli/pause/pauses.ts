import type { Command } from "commander";
import { describeEnd, toPauseReport } from "../../desk/pause-text.ts";
import { createCommand } from "../command.ts";
import { type PlaceOptions, withPlace } from "../inbox/site.ts";
import { type Io, writeJson, writeLines } from "../io.ts";
import { formatTable } from "../table.ts";
import { withPauses } from "./desk.ts";

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
			withPauses(io, options, async (desk, { settings }) => {
				const { now, pauses } = await desk.list();
				const waiting = await desk.waiting();
				const served = settings && new Set(settings.routes.map((r) => r.name));
				const rows = pauses.map((pause) => ({
					pause,
					waiting: waiting.get(pause.route) ?? 0,
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
