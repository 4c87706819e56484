import { spawnSync } from "node:child_process";
import { quoteShellWord } from "../src/finding/shell-word.ts";
import { type Command, startProgram } from "./end-to-end/process.ts";

/** A command at a pseudo-terminal. */
export interface AtTerminal extends Command {
	/** The id of the command itself, which signals go to; the child is the program that holds the terminal. */
	pid(): Promise<number>;
}

/** Options of a pseudo-terminal. */
export interface TerminalOptions {
	/** Default 100. */
	readonly columns?: number | undefined;
	/** True to type to it: `child.stdin` is its keyboard. Default false. */
	readonly isTypedTo?: boolean;
	/** Variables beside those of this process; `undefined` takes one away. */
	readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Starts a program at a pseudo-terminal, by `script`: on Debian it is of `bsdutils`, which is essential, and macOS has one. Throws
 * with what to install where there is none.
 */
export function startAtTerminal(
	args: readonly string[],
	cwd: string,
	{ columns = 100, env = {}, isTypedTo = false }: TerminalOptions = {},
): AtTerminal {
	if (spawnSync("script", ["--version"]).error !== undefined)
		throw new Error("`script` is missing: install bsdutils (util-linux)");
	const gone = Object.keys(env).filter((name) => env[name] === undefined);
	const given = Object.entries(env).filter(([, value]) => value !== undefined);
	const words = [
		...gone.map((name) => `-u ${name}`),
		...given.map(([name, value]) => quoteShellWord(`${name}=${value}`)),
		...args.map(quoteShellWord),
	];
	// The shell becomes the program, so that its id is the program's.
	const line = [
		`stty cols ${columns} -onlcr -echo`,
		'echo "pid $$;"',
		`exec env ${words.join(" ")}`,
	].join("; ");
	const command = startProgram(
		process.platform === "linux"
			? ["script", "-qfec", `sh -c ${quoteShellWord(line)}`, "/dev/null"]
			: ["script", "-q", "/dev/null", "sh", "-c", line],
		cwd,
		{ stdin: isTypedTo ? "pipe" : "ignore" },
	);
	return {
		...command,
		async pid() {
			const [, id] = await command.says(/pid (\d+);/);
			return Number(id);
		},
	};
}
