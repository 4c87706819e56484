import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const TSX = import.meta.resolve("tsx");

/** The command line in a process of its own. */
export interface Command {
	readonly child: ChildProcess;
	readonly stdout: () => string;
	readonly stderr: () => string;
	/** Resolves with the match as soon as the output has one; rejects when the process ends without. */
	says(pattern: RegExp): Promise<RegExpExecArray>;
	/** Resolves with the exit code. */
	readonly ended: Promise<number | null>;
}

/** Starts `switchhook` from its sources, with arguments, in a folder. */
export function startCommand(args: readonly string[], cwd: string): Command {
	return startProgram([process.execPath, "--import", TSX, MAIN, ...args], cwd);
}

/** Starts any program in a folder. */
export function startProgram(
	[program = "", ...args]: readonly string[],
	cwd: string,
): Command {
	const child = spawn(program, args, {
		cwd,
		stdio: ["ignore", "pipe", "pipe"],
	});
	let stdout = "";
	let stderr = "";
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		stdout += text;
	});
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
	});
	const ended = once(child, "close").then(([code]) => code as number | null);
	return {
		child,
		stdout: () => stdout,
		stderr: () => stderr,
		ended,
		async says(pattern) {
			for (;;) {
				const found = pattern.exec(stdout + stderr);
				if (found !== null) return found;
				// Each look leaves no listener behind.
				const look = new AbortController();
				const { signal } = look;
				const more = Promise.race([
					once(child.stdout, "data", { signal }).catch(() => {}),
					once(child.stderr, "data", { signal }).catch(() => {}),
					ended.then(() => "ended"),
				]).finally(() => look.abort());
				if ((await more) === "ended" && !pattern.test(stdout + stderr)) {
					throw new Error(
						`it ended without saying ${pattern}:\n${stdout}\n${stderr}`,
					);
				}
			}
		},
	};
}
