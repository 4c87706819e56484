import type { Command, Option } from "commander";

/** Words that only the configuration knows; a script asks for them when they are needed. */
export type Source = "routes" | "kinds";

/** The words that may follow: given ones, those of a source, files, or anything at all. */
export type Words = readonly string[] | Source | "files" | undefined;

/** A command as a script completes it. */
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

/** Reads from a command what there is to complete. */
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

/** Tells what the name of an argument or an option asks for. */
function wordsOf(name: string): Words {
	if (/^--(?:to|route)$/.test(name)) return "routes";
	if (/^kind\b|^--kind$/.test(name)) return "kinds";
	return /^--(?:config|file|output)$|\bfile$|^folder$/.test(name)
		? "files"
		: undefined;
}
