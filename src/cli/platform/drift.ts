import type { Command } from "commander";
import { findDrift } from "../../platform/drift.ts";
import { type ConfigOptions, createCommand, withConfig } from "../command.ts";
import { type Io, writeJson, writeLines } from "../io.ts";
import { withPlatform } from "./ground.ts";

/** Creates `switchhook platform drift`, which reports differences between the platform and the routes. Exit code 1 if there are any. */
export function driftCommand(io: Io): Command {
	const command = createCommand(
		"drift",
		"Lists the settings at the platform that do not match the routes, the signing of webhooks first. Writes nothing: a key that may only read is enough. Exit code 0: nothing; 1: drift; 2: it could not run.",
		["platform drift", "platform drift --json"],
	).summary("Lists what changed at the platform.");
	return withConfig(command)
		.option("--json", "print what drifted as JSON")
		.action((options: ConfigOptions & { readonly json?: true }) =>
			withPlatform(io, options, async ({ read, plan }) => {
				const drift = findDrift(plan(await read(), {}));
				if (options.json) writeJson(io.stdout, { version: 1, drift });
				else if (drift.length === 0) {
					writeLines(io.stdout, [
						"No drift: the platform is as the routes say.",
					]);
				} else
					writeLines(
						io.stdout,
						drift.map(({ text }) => text),
					);
				io.exit(drift.length === 0 ? 0 : 1);
			}),
		);
}
