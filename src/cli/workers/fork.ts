import { type ChildProcess, fork } from "node:child_process";
import type { Socket } from "node:net";
import type {
	FromWorker,
	Supervisor,
	ToWorker,
	WorkerProcess,
} from "../../workers/protocol.ts";
import { splitLines } from "./lines.ts";

/** Starts the processes of workers. */
export interface Forker {
	/** @param onLines gets complete lines of the worker's output */
	fork(onLines: (lines: Buffer) => void): WorkerProcess;
}

/**
 * Creates the forker of this program: a worker is the same program with the same arguments.
 *
 * @param env as it was before files of variables were added to it. A worker reads them itself, also at a reload
 */
export function createForker(
	entry: string,
	args: readonly string[],
	env: NodeJS.ProcessEnv,
): Forker {
	return {
		fork(onLines) {
			const child = fork(entry, args, {
				env: { ...env, [WORKER_VARIABLE]: "1" },
				// The keys of a terminal belong to the supervisor, and so does the log.
				stdio: ["ignore", "pipe", "inherit", "ipc"],
				// Bytes stay bytes.
				serialization: "advanced",
			});
			return toProcess(child, onLines);
		},
	};
}

/** Returns the supervisor of this process. Undefined if it is not a worker. */
export function supervisorOf(process: NodeJS.Process): Supervisor | undefined {
	const { env } = process;
	if (env[WORKER_VARIABLE] === undefined || process.send === undefined)
		return undefined;
	// A program that a plugin starts is no worker.
	delete env[WORKER_VARIABLE];
	return {
		send(message) {
			// It may be gone, and then this process ends too.
			if (process.connected) process.send?.(message, undefined, {}, ignore);
		},
		onMessage(listener) {
			process.on("message", (message, socket) =>
				listener(message as ToWorker, socket as Socket | undefined),
			);
		},
		disconnect() {
			if (process.connected) process.disconnect();
		},
	};
}

// --- helpers ---

const WORKER_VARIABLE = "SWITCHHOOK_WORKER";

const ignore = (): void => {};

function toProcess(
	child: ChildProcess,
	onLines: (lines: Buffer) => void,
): WorkerProcess {
	const lines = splitLines(onLines);
	child.stdout?.on("data", lines.write).on("end", lines.end);
	return {
		pid: child.pid,
		send(message, socket) {
			if (!child.connected) return;
			child.send(message, socket, { keepOpen: true }, ignore);
		},
		kill: (signal) => void child.kill(signal),
		onMessage: (listener) =>
			void child.on("message", (message) => listener(message as FromWorker)),
		onExit(listener) {
			// Its last messages come before the end of the channel, but possibly after the end of the process.
			let isConnected = true;
			let ended: [number | null, NodeJS.Signals | null] | undefined;
			const tell = (): void => {
				if (!isConnected && ended !== undefined) listener(...ended);
			};
			child.once("disconnect", () => {
				isConnected = false;
				tell();
			});
			child.once("exit", (code, signal) => {
				ended = [code, signal];
				tell();
			});
			child.once("error", () => {
				// It could not be started. Nothing else is heard of it.
				if (child.pid !== undefined) return;
				isConnected = false;
				ended = [null, null];
				tell();
			});
		},
	};
}
