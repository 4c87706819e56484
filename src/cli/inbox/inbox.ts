import { Command } from "commander";
import { withExample } from "../command.ts";
import type { Io } from "../io.ts";
import { dropCommand } from "./drop.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { listCommand } from "./list/list.ts";
import { redactCommand } from "./redact.ts";
import { releaseCommand } from "./release.ts";
import { recoverCommand, replayCommand } from "./replay.ts";
import { showCommand } from "./show/show.ts";
import { statsCommand } from "./stats/stats.ts";
import { uiCommand } from "./ui.ts";

/** Creates `switchhook inbox`, whose commands show and change the inbox, with or without a running router. */
export function inboxCommand(io: Io): Command {
	const command = new Command("inbox").description(
		"Shows and changes what the inbox holds, whether or not the router is running.",
	);
	withExample(command, [
		"inbox stats",
		"inbox list --state dead --since 2h",
		"inbox replay --state dead --route inbound-sms",
	]);
	for (const create of [
		listCommand,
		showCommand,
		replayCommand,
		recoverCommand,
		releaseCommand,
		dropCommand,
		redactCommand,
		statsCommand,
		exportCommand,
		importCommand,
		uiCommand,
	]) {
		command.addCommand(create(io));
	}
	return command;
}
