import { Command } from "commander";
import { withExample } from "../command.ts";
import type { Io } from "../io.ts";
import { applyCommand } from "./apply.ts";
import { driftCommand } from "./drift.ts";
import { platformMockCommand } from "./mock.ts";
import { planCommand } from "./plan.ts";
import { tunnelCommand } from "./tunnel.ts";

/** Creates `switchhook platform`, whose commands compare the routes with the account at the platform, and set its URLs. */
export function platformCommand(io: Io): Command {
	const command = new Command("platform")
		.description(
			"Compares the routes with the account at the platform, and sets its webhook URLs.",
		)
		.summary("Sets the webhook URLs at the platform.");
	withExample(command, ["platform plan", "platform apply", "platform drift"]);
	for (const create of [
		planCommand,
		applyCommand,
		driftCommand,
		tunnelCommand,
		platformMockCommand,
	]) {
		command.addCommand(create(io));
	}
	return command;
}
