import type { Command, Option } from "commander";

/** The words that depend on the configuration. A script requests them when needed. */
export type Source = "routes" | "kinds";

/** The possible words: given ones, those of a source, files, or any word. */
export type Words = readonly string[] | Source | "files" | undefined;

/** A command for completion. */
export interface CompletedCommand {
	readonly name: string;
	readonly summary: string;
	readonly options: readonly CompletedOption[];
	readonly argument: Words;
	/** The commands of this one. */
	readonly parts: readonly CompletedCommand[];
}

/** An option as a script completes it. */
export interface CompletedOption {
	/** With its dashes: `--config`. */
	readonly long: string;
	readonly short: string | undefined;
	readonly summary: string;
	readonly takesValue: boolean;
	readonly value: Words;
}

/** Reads the completions from a command. */
export function describeCommand(
	command: Command,
	summary = command.summary() || command.description(),
): CompletedCommand {
	const [argument] = command.registeredArguments;
	return {
		name: command.name(),
		summary,
		options: [
			...command.options.filter(({ hidden }) => !hidden).map(describeOption),
			HELP,
		],
		argument: argument?.argChoices ?? wordsOf(argument?.name() ?? ""),
		parts: command.commands.map((part) => describeCommand(part)),
	};
}

// --- helpers ---

const HELP: CompletedOption = {
	long: "--help",
	short: "-h",
	summary: "display help for command",
	takesValue: false,
	value: undefined,
};

function describeOption(option: Option): CompletedOption {
	const { long = "", short, description, required, optional } = option;
	return {
		long: long ?? "",
		short,
		summary: description,
		takesValue: required || optional,
		value: option.argChoices ?? wordsOf(long ?? ""),
	};
}

/** Returns the words for an argument or an option by its name. */
function wordsOf(name: string): Words {
	if (/^--(?:to|route)$|^route$/.test(name)) return "routes";
	if (/^kind\b|^--kind$/.test(name)) return "kinds";
	return /^--(?:config|file|output)$|\bfile$|^folder$/.test(name)
		? "files"
		: undefined;
}
