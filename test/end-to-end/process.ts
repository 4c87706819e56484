import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { PROGRAM } from "../program.ts";

/** What a program writes, as it comes. */
export interface Output {
	readonly stdout: () => string;
	readonly stderr: () => string;
	/** Resolves with the match as soon as the output has one. Rejects when the program ends without one, or after a minute. */
	says(pattern: RegExp): Promise<RegExpExecArray>;
	/** Sets all that came so far. */
	set(stream: "stdout" | "stderr", text: string): void;
	/** No more comes. */
	end(): void;
}

/** The command line in a process. */
export interface Command extends Pick<Output, "stdout" | "stderr" | "says"> {
	readonly child: Pick<
		ChildProcess,
		"connected" | "exitCode" | "kill" | "pid" | "stdin"
	>;
	/** Resolves with the exit code. */
	readonly ended: Promise<number | null>;
}

/** Starts `switchhook` with arguments in a folder. */
export function startCommand(args: readonly string[], cwd: string): Command {
	return startProgram(commandLine(args), cwd);
}

/** The words that run `switchhook`. A router takes a free port for its admin listener, as many run at once. */
export function commandLine(args: readonly string[]): readonly string[] {
	const isOpen = args[0] === "serve" && !args.includes("--admin");
	return bareCommandLine(isOpen ? [...args, "--admin", "127.0.0.1:0"] : args);
}

/** The words that run `switchhook` with these arguments alone. */
export function bareCommandLine(args: readonly string[]): readonly string[] {
	return [...PROGRAM, ...args];
}

/** Options of a program. */
export interface ProgramOptions {
	readonly stdin?: "ignore" | "pipe";
	/** Default: the environment of this process. */
	readonly env?: NodeJS.ProcessEnv;
}

/** Starts any program in a folder; with `stdin: "pipe"` it can be typed to. */
export function startProgram(
	[program = "", ...args]: readonly string[],
	cwd: string,
	{ stdin = "ignore", env }: ProgramOptions = {},
): Command {
	const child = spawn(program, args, {
		cwd,
		env,
		stdio: [stdin, "pipe", "pipe"],
	});
	if (child.stdout === null || child.stderr === null)
		throw new Error("no pipe");
	const output = createOutput();
	for (const stream of ["stdout", "stderr"] as const)
		child[stream]
			?.setEncoding("utf8")
			.on("data", (text: string) =>
				output.set(stream, output[stream]() + text),
			);
	const ended = once(child, "close").then(([code]) => {
		output.end();
		return code as number | null;
	});
	return { child, ...output, ended };
}

/** Collects what a program writes. */
export function createOutput(): Output {
	const said = { stdout: "", stderr: "" };
	const changes = new EventEmitter().setMaxListeners(0);
	let isOver = false;
	return {
		stdout: () => said.stdout,
		stderr: () => said.stderr,
		set(stream, text) {
			said[stream] = text;
			changes.emit("change");
		},
		end() {
			isOver = true;
			changes.emit("change");
		},
		async says(pattern) {
			const late = AbortSignal.timeout(SAYS_MS);
			for (;;) {
				const found = pattern.exec(said.stdout + said.stderr);
				if (found !== null) return found;
				if (isOver || late.aborted)
					throw new Error(
						`it ${isOver ? "ended" : "did not end"}, and did not say ${pattern}:\n${said.stdout}\n${said.stderr}`,
					);
				await once(changes, "change", { signal: late }).catch(() => {});
			}
		},
	};
}

// --- helpers ---

/** Shorter than the timeout of a test, so that a failed wait shows the output and its process is ended. */
const SAYS_MS = 60_000;
