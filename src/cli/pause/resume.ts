import type { Command } from "commander";
import { refuseResume } from "../../runtime/inbox/pausable.ts";
import { createCommand } from "../command.ts";
import { type PlaceOptions, withInbox, withPlace } from "../inbox/site.ts";
import { CannotRun, type Io, writeJson, writeLines } from "../io.ts";
import { readPresent } from "./read.ts";

/** Creates `switchhook resume`, which ends the pauses of routes. */
export function resumeCommand(io: Io): Command {
	const command = createCommand(
		"resume",
		"Resumes paused routes: what arrived meanwhile is handled now, in its order. The time of the pause counts neither for retries nor for the retention.",
		["resume receipts"],
	)
		.summary("Handles the events of paused routes again.")
		.argument("<route...>", "names of routes");
	return withPlace(command)
		.option("--json", "print JSON")
		.action((names: readonly string[], options: ResumeOptions) =>
			withInbox(io, options, async (store, { settings }) => {
				const { pauses } = await readPresent(store);
				const paused = pauses.map(({ route }) => route);
				if (settings !== undefined) {
					const served = settings.routes.map(({ name }) => name);
					const refused = refuseResume(names, new Set([...paused, ...served]));
					if (refused.length > 0) throw new CannotRun(refused.join("\n"));
				}
				const resumed = new Set(await store.resume(names));
				if (options.json) {
					writeJson(io.stdout, [...resumed]);
					return;
				}
				writeLines(
					io.stdout,
					[...new Set(names)].map((name) =>
						resumed.has(name) ? `${name} is resumed` : `${name} was not paused`,
					),
				);
			}),
		);
}

// --- helpers ---

interface ResumeOptions extends PlaceOptions {
	readonly json?: true;
}
