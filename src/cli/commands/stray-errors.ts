import type { Log } from "../../observe/log.ts";

/**
 * Writes to the log what nobody catches, from now on until the returned function is called: a promise
 * that a plugin did not wait for, a throw in one of its timers. Node would end the process for it,
 * and every call under way with it; a plugin's mistake harms its own event only.
 */
export function logStrayErrors(log: Log): () => void {
	const onError = (error: unknown): void =>
		log.error(
			{ err: error },
			"an error that nobody caught: a plugin forgot an `await` or a `catch`",
		);
	process.on("uncaughtException", onError);
	process.on("unhandledRejection", onError);
	return () => {
		process.off("uncaughtException", onError);
		process.off("unhandledRejection", onError);
	};
}
