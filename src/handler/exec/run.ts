import { type ChildProcess, spawn } from "node:child_process";
import type { Launch } from "./find.ts";

/** The programs that run, so that none outlives the router. */
export type Running = Set<ChildProcess>;

/** The bounds of a run. */
export interface RunBounds {
	readonly maxOutputBytes: number;
	/** Undefined for no limit beside the signal. */
	readonly timeoutMs: number | undefined;
	/** Ends the program when it aborts. */
	readonly signal: AbortSignal;
	readonly running: Running;
}

/** The end of a program. */
export interface Ended {
	readonly stdout: Buffer;
	/** The last part of what it wrote to its standard error. */
	readonly stderr: string;
	/** Null if a signal ended it. */
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	/** The reason why the router ended it. Undefined if it ended by itself. */
	readonly stopped: "output" | "time" | "abort" | undefined;
}

/**
 * Runs a program in a process group of its own, and resolves when it has ended and nothing of the group is left. Rejects with the
 * system's error if it cannot be started.
 */
export function runProgram(
	{ file, args, folder, environment, ids }: Launch,
	input: string,
	{ maxOutputBytes, timeoutMs, signal, running }: RunBounds,
): Promise<Ended> {
	return new Promise((resolve, reject) => {
		const child = spawn(file, args, {
			cwd: folder,
			env: environment,
			stdio: "pipe",
			// A group of its own, which is ended as a whole.
			detached: true,
			...ids,
		});
		const chunks: Buffer[] = [];
		let bytes = 0;
		let stderr = Buffer.alloc(0);
		let stopped: Ended["stopped"];
		const timers: NodeJS.Timeout[] = [];
		const stop = (why: NonNullable<Ended["stopped"]>): void => {
			if (stopped !== undefined) return;
			stopped = why;
			killGroup(child, "SIGTERM");
			timers.push(setTimeout(() => killGroup(child, "SIGKILL"), KILL_MS));
		};
		const abort = (): void => stop("abort");
		const finish = (): void => {
			for (const timer of timers) clearTimeout(timer);
			signal.removeEventListener("abort", abort);
			running.delete(child);
		};
		child.once("error", (error) => {
			// A signal that could not be sent does not fail the start.
			if (child.pid !== undefined) return;
			finish();
			reject(error);
		});
		if (child.pid === undefined) return;
		running.add(child);
		child.stdout.on("data", (chunk: Buffer) => {
			bytes += chunk.byteLength;
			if (bytes > maxOutputBytes) stop("output");
			else chunks.push(chunk);
		});
		child.stderr.on("data", (chunk: Buffer) => {
			stderr = Buffer.concat([stderr, chunk]).subarray(-STDERR_BYTES);
		});
		child.once("exit", () => {
			// What it left in the background would keep its output open.
			killGroup(child, "SIGKILL");
			// A process that left the group cannot be ended, and is not waited for.
			timers.push(setTimeout(() => destroyPipes(child), REST_MS));
		});
		child.once("close", (code, endSignal) => {
			finish();
			resolve({
				stdout: Buffer.concat(chunks),
				stderr: stderr.toString("utf8"),
				code,
				signal: endSignal,
				stopped,
			});
		});
		// A program may end before it has read everything.
		child.stdin.on("error", () => {});
		child.stdin.end(input);
		if (timeoutMs !== undefined)
			timers.push(setTimeout(() => stop("time"), timeoutMs));
		signal.addEventListener("abort", abort);
		if (signal.aborted) abort();
	});
}

/** Ends all programs at once. Resolves when they have ended. */
export async function endAll(running: Running): Promise<void> {
	await Promise.all(
		[...running].map(
			(child) =>
				new Promise<void>((resolve) => {
					child.once("close", () => resolve());
					killGroup(child, "SIGKILL");
				}),
		),
	);
}

// --- helpers ---

/** The time between the request to end and the end by force. */
const KILL_MS = 1000;

/** The time for the rest of the output after the program has ended. */
const REST_MS = 500;

/** The part of the standard error that is kept. */
const STDERR_BYTES = 4096;

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
	if (pid === undefined) return;
	try {
		process.kill(-pid, signal);
	} catch {
		// Nothing of the group is left.
	}
}

function destroyPipes({ stdin, stdout, stderr }: ChildProcess): void {
	stdin?.destroy();
	stdout?.destroy();
	stderr?.destroy();
}
