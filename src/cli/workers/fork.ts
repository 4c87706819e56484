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
	// A program that a plugin starts is not a worker.
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

/** Milliseconds in which the messages of a process that has ended are read. */
const LAST_MESSAGES_MS = 500;

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
			let isTold = false;
			const tell = (
				code: number | null,
				signal: NodeJS.Signals | null,
			): void => {
				if (isTold) return;
				isTold = true;
				clearTimeout(timer);
				listener(code, signal);
			};
			let timer: NodeJS.Timeout | undefined;
			// Its last messages may come after its end, and `close` comes after them. A program that a plugin has started may keep the
			// output open, so `close` may be late. `disconnect` does not come if a socket was on its way.
			child.once("close", tell);
			child.once("exit", (code, signal) => {
				timer = setTimeout(() => tell(code, signal), LAST_MESSAGES_MS);
			});
			// It could not be started, and nothing else is heard of it.
			child.once("error", () => {
				if (child.pid === undefined) tell(null, null);
			});
		},
	};
}
