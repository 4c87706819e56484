import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Log } from "../../observe/log.ts";

/** Tells the service manager the state of the router. Every method does nothing where no manager wants to know. */
export interface Notifier {
	/** The router serves. Begins to report to the watchdog of the unit, if it has one. */
	ready(status: string): void;
	/** Tells that a reload runs, and afterwards that the router serves. */
	reloading(reload: () => Promise<void>): Promise<void>;
	/** The router finishes its work, and ends. */
	stopping(): void;
	/** Ends the reports. Resolves when the last one was sent. */
	close(): Promise<void>;
}

export interface NotifierOptions {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly log: Pick<Log, "warn">;
	readonly pid: number;
	/** Sends variables to the manager. Default: runs `systemd-notify`. */
	readonly send?: (variables: readonly string[]) => Promise<void>;
}

/**
 * Creates the notifier. It runs `systemd-notify`, because Node has no datagram sockets for Unix, so the unit needs
 * `NotifyAccess=all`: the messages come from a child process. See sd_notify(3).
 */
export function createNotifier({
	env,
	log,
	pid,
	send = (variables) => run(variables, env),
}: NotifierOptions): Notifier {
	if (!env.NOTIFY_SOCKET) return SILENT;
	let last = Promise.resolve();
	let sending = 0;
	let isTold = false;
	let watchdog: NodeJS.Timeout | undefined;
	/** Sends in order: READY=1 must not overtake RELOADING=1. */
	const tell = (...variables: string[]): Promise<void> => {
		sending++;
		last = last
			.then(() => send(variables))
			.finally(() => {
				sending--;
			})
			.catch((error: NodeJS.ErrnoException) => {
				if (!isTold) log.warn({ reason: describe(error) }, UNTOLD);
				isTold = true;
			});
		return last;
	};
	return {
		ready(status) {
			void tell("READY=1", `STATUS=${status}`);
			const everyMs = watchdogMs(env, pid);
			if (everyMs === undefined) return;
			// The timer runs on the event loop: a router whose loop is blocked does not report, and the manager restarts it.
			watchdog = setInterval(() => {
				// A manager that answers slowly must not gather a queue.
				if (sending === 0) void tell("WATCHDOG=1");
			}, everyMs).unref();
		},
		async reloading(reload) {
			void tell("RELOADING=1", `MONOTONIC_USEC=${monotonicUs()}`);
			try {
				await reload();
			} finally {
				void tell("READY=1");
			}
		},
		stopping: () => void tell("STOPPING=1"),
		async close() {
			clearInterval(watchdog);
			await last;
		},
	};
}

// --- helpers ---

const UNTOLD = "systemd could not be told the state of the router";

const SILENT: Notifier = {
	ready() {},
	reloading: (reload) => reload(),
	stopping() {},
	async close() {},
};

const SEND_MS = 5000;

async function run(
	variables: readonly string[],
	env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
	await promisify(execFile)("systemd-notify", variables, {
		env,
		timeout: SEND_MS,
	});
}

/** Returns half of the watchdog's time, as sd_watchdog_enabled(3) advises. Undefined without one, or if it is for another process. */
function watchdogMs(
	{ WATCHDOG_USEC, WATCHDOG_PID }: NotifierOptions["env"],
	pid: number,
): number | undefined {
	if (WATCHDOG_PID !== undefined && Number(WATCHDOG_PID) !== pid)
		return undefined;
	const us = Number(WATCHDOG_USEC);
	return us > 0 ? Math.max(1, Math.floor(us / 2000)) : undefined;
}

/** The time of CLOCK_MONOTONIC, which `hrtime` reads on Linux. `Type=notify-reload` compares it. */
function monotonicUs(): bigint {
	return process.hrtime.bigint() / 1000n;
}

function describe({ code, message }: NodeJS.ErrnoException): string {
	return code === "ENOENT"
		? "the command systemd-notify is not installed"
		: message;
}
