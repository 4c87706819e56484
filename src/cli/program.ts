import { Command, CommanderError, Help, type Option } from "commander";
import { withExample } from "./command.ts";
import { COMMANDS, type CommandRow } from "./commands.ts";
import { CannotRun, type ExitCode, type Io, writeLines } from "./io.ts";
import { readVersion } from "./package.ts";
import { printTopic, TOPICS } from "./topics.ts";

/** Runs the command of the arguments, and returns the exit code. Throws only for a bug of Switchhook. */
export async function run(
	args: readonly string[],
	io: Omit<Io, "exit">,
): Promise<ExitCode> {
	let exitCode: ExitCode = 0;
	const exit = (code: ExitCode): void => {
		exitCode = code;
	};
	const program = createProgram(io, await readVersion());
	try {
		const [word, topic] = args;
		if (word === "help" && topic !== undefined && isTopic(topic)) {
			await printTopic(io, topic);
			return 0;
		}
		const wanted = word === "help" ? topic : word;
		if (word === "help" && topic !== undefined) await refuseUnknown(topic);
		await addCommands(program, wanted, { ...io, exit });
		await program.parseAsync(args, { from: "user" });
		return exitCode;
	} catch (error) {
		if (error instanceof CannotRun) {
			if (error.message !== "") writeError(io, error.message);
			return 2;
		}
		// Help and version also end with an error. Help because of a missing command is wrong usage.
		if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
		throw error;
	}
}

// --- helpers ---

function writeError({ stderr, screens }: Omit<Io, "exit">, text: string): void {
	const isColoured = screens?.stderr?.colour === true;
	stderr.write(isColoured ? "\u001b[1;31merror\u001b[0m: " : "error: ");
	writeLines(stderr, [text]);
}

function createProgram(io: Omit<Io, "exit">, version: string): Command {
	const program = new Command("switchhook")
		.description(
			"Routes the webhooks of the Vonage (formerly Nexmo) APIs, and any others, as routes.yaml says.",
		)
		.version(version, "-V, --version", "print the version")
		.helpCommand(
			"help [command|topic]",
			"Shows the help of a command, or a page of the documentation.",
		)
		.exitOverride()
		.configureHelp({
			optionDescription: describeOption,
			visibleOptions: (command) =>
				lastCommon(plainHelp.visibleOptions(command)),
		})
		.configureOutput({
			writeOut: (text) => io.stdout.write(text),
			writeErr: (text) => io.stderr.write(text),
		});
	program.addHelpText(
		"after",
		[
			"",
			"Topics of `switchhook help`:",
			...wrapWords(Object.keys(TOPICS)),
			"",
			"Exit codes:",
			"  0  success",
			"  1  errors were found, or the webhook was not accepted",
			"  2  the command could not run",
		].join("\n"),
	);
	withExample(program, ["init", "check", "serve"]);
	return program;
}

/** Adds all commands by name, and the code of the requested one. Printing a version or a list needs no other code. */
async function addCommands(
	program: Command,
	wanted: string | undefined,
	io: Io,
): Promise<void> {
	for (const row of COMMANDS) {
		const command =
			row.name === wanted ? await loadCommand(row, io) : new Command(row.name);
		program.addCommand(
			command.summary(row.summary).copyInheritedSettings(program),
		);
		for (const part of command.commands) part.copyInheritedSettings(command);
	}
}

async function loadCommand(
	{ load, topic }: CommandRow,
	io: Io,
): Promise<Command> {
	const create = await load();
	const command = create(io);
	if (topic === undefined) return command;
	const pointer = `\nDocumentation: switchhook help ${topic}`;
	for (const part of command.commands) part.addHelpText("after", pointer);
	return command.addHelpText("after", pointer);
}

/** Throws CannotRun for a word that is neither a command nor a topic. */
async function refuseUnknown(word: string): Promise<void> {
	const names = [...COMMANDS.map(({ name }) => name), ...Object.keys(TOPICS)];
	if (names.includes(word) || word.startsWith("-")) return;
	const { formatWording } = await import("../finding/finding.ts");
	const { didYouMean } = await import("../finding/suggest.ts");
	throw new CannotRun(
		formatWording({
			what: `\`${word}\` is neither a command nor a topic`,
			todo: didYouMean(word, names) ?? "`switchhook --help` lists them",
		}),
	);
}

/** Prefers the command for a word that is both. */
function isTopic(word: string): boolean {
	return (
		Object.hasOwn(TOPICS, word) && !COMMANDS.some(({ name }) => name === word)
	);
}

/** Sorts the command's own options first, and common ones last. */
function lastCommon(options: readonly Option[]): Option[] {
	const rank = ({ long }: Option): number => COMMON.indexOf(long ?? "");
	return [...options].sort((a, b) => rank(a) - rank(b));
}

const COMMON = ["--config", "--env-file", "--no-env-file", "--help"];

/** Breaks a list into indented lines for a terminal of 80 columns. */
function wrapWords(words: readonly string[]): string[] {
	const lines: string[] = [];
	for (const word of words) {
		const last = lines.at(-1);
		if (last === undefined) lines.push(`  ${word}`);
		else if (last.length + word.length > 76) {
			lines[lines.length - 1] = `${last},`;
			lines.push(`  ${word}`);
		} else lines[lines.length - 1] = `${last}, ${word}`;
	}
	return lines;
}

/** Hides defaults that everybody expects: an empty list, and a disabled switch. */
function describeOption(option: Option): string {
	const { defaultValue } = option;
	if (!Array.isArray(defaultValue) && defaultValue !== false)
		return plainHelp.optionDescription(option);
	option.defaultValue = undefined;
	const text = plainHelp.optionDescription(option);
	option.defaultValue = defaultValue;
	return text;
}

const plainHelp = new Help();
