import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { PROGRAM } from "../program.ts";

/** The command line in a process of its own. */
export interface Command {
	readonly child: ChildProcess;
	readonly stdout: () => string;
	readonly stderr: () => string;
	/** Resolves with the match as soon as the output has one. Rejects when the process ends without one, or after a minute. */
	says(pattern: RegExp): Promise<RegExpExecArray>;
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

/** Starts any program in a folder; with `stdin: "pipe"` it can be typed to. */
export function startProgram(
	[program = "", ...args]: readonly string[],
	cwd: string,
	{ stdin = "ignore" }: { readonly stdin?: "ignore" | "pipe" } = {},
): Command {
	const child = spawn(program, args, { cwd, stdio: [stdin, "pipe", "pipe"] });
	if (child.stdout === null || child.stderr === null)
		throw new Error("no pipe");
	const { stdout: output, stderr: errors } = child;
	let stdout = "";
	let stderr = "";
	output.setEncoding("utf8").on("data", (text: string) => {
		stdout += text;
	});
	errors.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
	});
	const ended = once(child, "close").then(([code]) => code as number | null);
	return {
		child,
		stdout: () => stdout,
		stderr: () => stderr,
		ended,
		async says(pattern) {
			const late = AbortSignal.timeout(SAYS_MS);
			for (;;) {
				const found = pattern.exec(stdout + stderr);
				if (found !== null) return found;
				const waiting = new AbortController();
				const { signal } = waiting;
				const more = Promise.race([
					once(output, "data", { signal }),
					once(errors, "data", { signal }),
					ended.then(() => "ended"),
					once(late, "abort", { signal }).then(() => "did not end"),
				]).finally(() => waiting.abort());
				const how = await more;
				if (typeof how === "string" && !pattern.test(stdout + stderr)) {
					throw new Error(
						`it ${how}, and did not say ${pattern}:\n${stdout}\n${stderr}`,
					);
				}
			}
		},
	};
}

// --- helpers ---

/** Shorter than the timeout of a test, so that a failed wait shows the output and its process is ended. */
const SAYS_MS = 60_000;
