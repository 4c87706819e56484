import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Argument, type Command, Option } from "commander";
import { readConfig } from "../../config/read/read.ts";
import { isRecord } from "../../event/is-record.ts";
import { isKindFile, nameOf } from "../../kind/read.ts";
import { createCommand, withConfig } from "../command.ts";
import { COMMANDS } from "../commands.ts";
import { type Io, writeLines } from "../io.ts";
import { packageFile } from "../package.ts";
import { toBash } from "./bash.ts";
import { toFish } from "./fish.ts";
import { describeCommand, type Source } from "./model.ts";
import { toZsh } from "./zsh.ts";

/** Creates `switchhook completion`, which prints the script that completes commands, options, routes and kinds in a shell. */
export function completionCommand(io: Io): Command {
	const command = createCommand(
		"completion",
		"Prints a script that completes commands, options, routes and kinds in your shell. Load it in the shell's start-up file.",
		[
			"completion bash >> ~/.bashrc",
			`completion zsh > "\${fpath[1]}/_switchhook"`,
			"completion fish > ~/.config/fish/completions/switchhook.fish",
		],
	).addArgument(
		new Argument("[shell]", "which shell").choices(["bash", "zsh", "fish"]),
	);
	return withConfig(command)
		.addOption(
			new Option("--list <what>", "list the names of one type, for the script")
				.choices(["routes", "kinds"])
				.hideHelp(),
		)
		.action((shell: Shell | undefined, options: CompletionOptions) =>
			options.list === undefined
				? printScript(io, shell, command)
				: list(io, options.list, options.config),
		);
}

// --- helpers ---

type Shell = "bash" | "zsh" | "fish";

interface CompletionOptions {
	readonly config: string;
	readonly list?: Source;
}

const SCRIPTS = { bash: toBash, zsh: toZsh, fish: toFish };

async function printScript(
	io: Io,
	shell: Shell | undefined,
	own: Command,
): Promise<void> {
	if (shell === undefined) {
		own.outputHelp({ error: true });
		io.exit(2);
		return;
	}
	const commands = await Promise.all(
		COMMANDS.map(async ({ summary, load }) =>
			describeCommand((await load())(io), summary),
		),
	);
	writeLines(io.stdout, SCRIPTS[shell](commands));
}

/** Writes words, one for each line. Errors of the configuration are ignored here. */
async function list(io: Io, what: Source, config: string): Promise<void> {
	const file = resolve(io.cwd, config);
	const words =
		what === "routes" ? await listRoutes(io, file) : await listKinds(file);
	writeLines(io.stdout, [...new Set(words)].filter(isWord).sort());
}

async function listRoutes(io: Io, file: string): Promise<string[]> {
	const { files } = await readConfig(file, { env: io.env });
	return files.flatMap(({ value }) => {
		const routes = isRecord(value) ? value.routes : undefined;
		return Array.isArray(routes)
			? routes.map((route: unknown) =>
					isRecord(route) && typeof route.name === "string" ? route.name : "",
				)
			: [];
	});
}

async function listKinds(file: string): Promise<string[]> {
	const folders = [packageFile("schemas"), join(dirname(file), "schemas")];
	const names = await Promise.all(
		folders.map((folder) => readdir(folder).catch(() => [])),
	);
	return names
		.flat()
		.filter(isKindFile)
		.map((name) => nameOf(name, undefined));
}

/** A shell splits words at blanks, and interprets many other characters. */
function isWord(text: string): boolean {
	return /^[\w.:/-]+$/.test(text);
}
