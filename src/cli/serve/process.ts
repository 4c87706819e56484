import type { Log } from "../../observe/log.ts";

/** The two requests to stop the process. */
export interface StopSignals {
	/** Resolves at the first SIGTERM or SIGINT. */
	readonly first: Promise<NodeJS.Signals>;
	/** Resolves at the second signal, whose sender does not want to wait. */
	readonly second: Promise<NodeJS.Signals>;
	/** Requests a stop, like a signal. */
	stop(signal: NodeJS.Signals): void;
	/** Stops listening. */
	release(): void;
}

/** Starts to listen to SIGTERM and SIGINT, which then no longer end the process. */
export function listenForStop(): StopSignals {
	const waiting: ((signal: NodeJS.Signals) => void)[] = [];
	const next = (): Promise<NodeJS.Signals> =>
		new Promise((resolve) => waiting.push(resolve));
	const onSignal = (signal: NodeJS.Signals): void => waiting.shift()?.(signal);
	process.on("SIGTERM", onSignal);
	process.on("SIGINT", onSignal);
	return {
		first: next(),
		second: next(),
		stop: onSignal,
		release() {
			process.off("SIGTERM", onSignal);
			process.off("SIGINT", onSignal);
		},
	};
}

/** Calls back at each SIGHUP, which asks for a reload. Returns the function that stops listening. */
export function listenForReload(onReload: () => void): () => void {
	process.on("SIGHUP", onReload);
	return () => process.off("SIGHUP", onReload);
}

/**
 * Logs every uncaught error until the returned function is called: a promise that a plugin did not await, or an error in one of
 * its timers. Node would end the process, and all running calls with it. A plugin's mistake only affects its own event.
 */
export function logStrayErrors(log: Log): () => void {
	const onError = (error: unknown): void =>
		log.error(
			{ err: error },
			"uncaught error. A plugin probably lacks an `await` or a `catch`",
		);
	process.on("uncaughtException", onError);
	process.on("unhandledRejection", onError);
	return () => {
		process.off("uncaughtException", onError);
		process.off("unhandledRejection", onError);
	};
}

/**
 * Ignores the signals of a terminal and of a service manager, which go to all processes of a group: the supervisor decides what a
 * worker does. Returns the function that ends it.
 */
export function ignoreSignals(): () => void {
	const ignore = (): void => {};
	for (const signal of IGNORED) process.on(signal, ignore);
	return () => {
		for (const signal of IGNORED) process.off(signal, ignore);
	};
}

// --- helpers ---

const IGNORED = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
