import { Command, InvalidArgumentError } from "commander";

/** Creates a command whose help ends with examples: argument lines without the program's name. */
export function createCommand(
	name: string,
	description: string,
	examples: readonly string[],
): Command {
	const command = new Command(name).description(description);
	withExample(command, examples);
	return command;
}

/** Ends a command's help with examples: argument lines without the program's name. */
export function withExample(
	command: Command,
	examples: readonly string[],
): void {
	const title = examples.length === 1 ? "Example:" : "Examples:";
	const lines = examples.map((example) => `  $ switchhook ${example}`);
	command.addHelpText("after", ["", title, ...lines].join("\n"));
}

/** The options that select the configuration and its variables. */
export interface ConfigOptions {
	readonly config: string;
	/** The paths of files of variables. False for none, not even the `.env` beside the configuration. */
	readonly envFile?: readonly string[] | false;
}

/** Adds `-c, --config <file>`, which every command has. */
export function withConfigFile(command: Command): Command {
	return command.option(
		"-c, --config <file>",
		"the configuration file; paths in it are relative to it",
		DEFAULT_CONFIG,
	);
}

/** Adds `--config` and `--env-file`, for a command that reads the configuration. */
export function withConfig(command: Command): Command {
	return withConfigFile(command)
		.option(
			"--env-file <file>",
			"read variables from this file instead of `.env` beside the configuration; repeatable",
			collectFiles,
		)
		.option("--no-env-file", "read no file of variables, not even `.env`");
}

/** The default configuration. */
export const DEFAULT_CONFIG = "./routes.yaml";

function collectFiles(
	file: string,
	earlier: readonly string[] | boolean | undefined,
): readonly string[] {
	return [...(Array.isArray(earlier) ? earlier : []), file];
}

/** Collects the values of an option that may be repeated. */
export function collect(
	value: string,
	earlier: readonly string[],
): readonly string[] {
	return [...earlier, value];
}

/** Collects `name=value` (or another separator) options. Throws InvalidArgumentError for a value without the separator. */
export function collectPairs(
	separator: string,
): (value: string, earlier: Pairs) => Pairs {
	return (text, earlier) => {
		const at = text.indexOf(separator);
		if (at < 1) {
			throw new InvalidArgumentError(
				`Write it as name${separator}value, with something before the ${separator}.`,
			);
		}
		const name = text.slice(0, at).trim();
		return [...earlier, [name, text.slice(at + separator.length).trim()]];
	};
}

/** Names and values, in the order in which they were given. */
export type Pairs = readonly (readonly [name: string, value: string])[];
