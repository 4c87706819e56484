import { Command, CommanderError } from "commander";
import { withExample } from "./command.ts";
import { checkCommand } from "./commands/check.ts";
import { explainCommand } from "./commands/explain.ts";
import { initCommand } from "./commands/init.ts";
import { networksCommand } from "./commands/networks.ts";
import { routesCommand } from "./commands/routes.ts";
import { schemaCommand } from "./commands/schema.ts";
import { sendCommand } from "./commands/send.ts";
import { serveCommand } from "./commands/serve.ts";
import { testCommand } from "./commands/test.ts";
import { typesCommand } from "./commands/types.ts";
import { inboxCommand } from "./inbox/inbox.ts";
import { CannotRun, type ExitCode, type Io, writeLines } from "./io.ts";
import { readVersion } from "./package.ts";
import { platformCommand } from "./platform/platform.ts";

/** Runs the command that the arguments name, and returns the exit code. Throws only what is a fault of Switchhook. */
export async function run(
	args: readonly string[],
	io: Omit<Io, "exit">,
): Promise<ExitCode> {
	let exitCode: ExitCode = 0;
	const exit = (code: ExitCode): void => {
		exitCode = code;
	};
	const program = createProgram({ ...io, exit }, await readVersion());
	try {
		await program.parseAsync(args, { from: "user" });
		return exitCode;
	} catch (error) {
		if (error instanceof CannotRun) {
			if (error.message !== "") writeLines(io.stderr, [error.message]);
			return 2;
		}
		// Help and version end by an error too; help for want of a command is bad usage.
		if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
		throw error;
	}
}

// --- helpers ---

function createProgram(io: Io, version: string): Command {
	const program = new Command("switchhook")
		.description(
			"Receives the webhooks of the Nexmo (now Vonage) APIs, and any other, as routes.yaml says.",
		)
		.version(version, "-V, --version", "print the version")
		.exitOverride()
		.configureOutput({
			writeOut: (text) => io.stdout.write(text),
			writeErr: (text) => io.stderr.write(text),
		});
	withExample(program, ["init", "check", "serve"]);
	const commands = [
		serveCommand(io),
		checkCommand(io),
		testCommand(io),
		routesCommand(io),
		explainCommand(io),
		sendCommand(io),
		inboxCommand(io),
		platformCommand(io),
		networksCommand(io),
		schemaCommand(io),
		typesCommand(io),
		initCommand(io),
	];
	for (const command of commands) {
		program.addCommand(command.copyInheritedSettings(program));
		for (const part of command.commands) part.copyInheritedSettings(command);
	}
	return program;
}
