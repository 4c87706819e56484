import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readSync, watch } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Scope } from "./scope.ts";

/** What a server process has used since it started. */
export interface Usage {
	readonly cpuMicroseconds: number;
	readonly peakBytes: number;
	/** What it has handled, where it counts that; else 0. */
	readonly handled: number;
	/** When it looked, milliseconds of its own clock. */
	readonly atMs: number;
}

/** A measured server in its own process. */
export interface Server {
	readonly origin: string;
	readonly pid: number;
	/** From the spawn to the line that names the port, milliseconds. */
	readonly startMs: number;
	usage(): Promise<Usage>;
	/** Has a router load its configuration again. */
	reload(): void;
	stop(): Promise<void>;
}

export interface StartOptions {
	/** Used for the log file's name. */
	readonly name: string;
	/** The script and its arguments. */
	readonly command: readonly string[];
	/** Where the log file goes. */
	readonly folder: string;
}

/**
 * Starts a server with its output going to a file, and resolves when that file names the port.
 * Throws when the process ends, or says nothing for a minute.
 */
export async function startServer(
	{ name, command, folder }: StartOptions,
	scope: Scope,
): Promise<Server> {
	const log = openSync(join(folder, `${name}.log`), "a+");
	const announcement = watchForOrigin(join(folder, `${name}.log`), log);
	const startedAt = performance.now();
	const child = spawn(process.execPath, ["--import", REPORT_CPU, ...command], {
		stdio: ["ignore", log, log, "ipc"],
		env: { ...process.env, NODE_ENV: "production" },
	});
	const gone = new AbortController();
	child.once("exit", (code, signal) =>
		gone.abort(new Error(`${name} ended (${code ?? signal})`)),
	);
	child.once("error", (error) => gone.abort(error));
	let stopped: Promise<void> | undefined;
	const stop = () => {
		stopped ??= end(child, gone.signal).finally(() => closeSync(log));
		return stopped;
	};
	scope.defer(stop);

	const origin = await announcement(gone.signal);
	const startMs = performance.now() - startedAt;
	let asked = 0;
	return {
		origin,
		pid: child.pid ?? 0,
		startMs,
		async usage() {
			child.send(++asked);
			const [answer] = await once(child, "message", { signal: gone.signal });
			return answer as Usage;
		},
		reload() {
			child.kill("SIGHUP");
		},
		stop,
	};
}

// --- helpers ---

const REPORT_CPU = fileURLToPath(new URL("report-cpu.mjs", import.meta.url));
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5_000;

/** Watches from before the spawn on, so that a line written at once is not missed. */
function watchForOrigin(
	file: string,
	descriptor: number,
): (gone: AbortSignal) => Promise<string> {
	const watcher = watch(file);
	const buffer = Buffer.alloc(65_536);
	let position = 0;
	let text = "";
	const read = () => {
		for (;;) {
			const size = readSync(descriptor, buffer, 0, buffer.length, position);
			if (size === 0) break;
			position += size;
			text += buffer.toString("latin1", 0, size);
		}
		return /https?:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
	};
	return (gone) =>
		new Promise<string>((resolve, reject) => {
			const finish = () => {
				watcher.close();
				clearTimeout(limit);
			};
			const fail = (why: unknown) => {
				finish();
				read();
				reject(
					new Error(`no address in ${file}:\n${text.slice(-2000)}`, {
						cause: why,
					}),
				);
			};
			const limit = setTimeout(fail, START_LIMIT_MS, "time is up");
			const look = () => {
				const origin = read();
				if (origin === undefined) return;
				finish();
				resolve(origin);
			};
			gone.addEventListener("abort", () => fail(gone.reason), { once: true });
			watcher.on("change", look);
			watcher.on("error", fail);
			look();
		});
}

async function end(child: ChildProcess, gone: AbortSignal): Promise<void> {
	if (gone.aborted) return;
	const exit = once(child, "exit");
	child.kill("SIGTERM");
	const limit = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
	await exit;
	clearTimeout(limit);
}
