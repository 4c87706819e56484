import type { Log } from "../observe/log.ts";
import type { PlatformClock } from "./clock.ts";
import type { Drift } from "./drift.ts";

/** The parts that a repeated check for drift needs. */
export interface DriftWatch {
	readonly everyMs: number;
	/** Compares once. Throws PlatformFault. */
	readonly find: (signal: AbortSignal) => Promise<readonly Drift[]>;
	/** Resolves with true if it is this router's turn to check. */
	readonly isMine: () => Promise<boolean>;
	readonly log: Pick<Log, "warn" | "info">;
	/** Called after each look. Default: not called. */
	readonly onLook?: ((look: DriftLook) => void) | undefined;
	/** Called with the number of differences, as often as they are logged. Default: not called. */
	readonly onDrift?: ((differences: number) => void) | undefined;
	readonly clock: PlatformClock;
}

/** The result of one look. `elsewhere` if it was the turn of another router. */
export type DriftLook =
	| { readonly as: "elsewhere" }
	| { readonly as: "found"; readonly drift: readonly Drift[] }
	| { readonly as: "failed"; readonly reason: string };

/** Checks for drift periodically. Reports a result once, until the result changes. Returns the function that ends it. */
export function watchDrift(watch: DriftWatch): () => Promise<void> {
	const stop = new AbortController();
	const done = run(watch, stop.signal);
	return async () => {
		stop.abort();
		await done;
	};
}

// --- helpers ---

async function run(watch: DriftWatch, signal: AbortSignal): Promise<void> {
	const { everyMs, clock } = watch;
	let told = "";
	while (!signal.aborted) {
		told = await look(watch, signal, told);
		// It rejects when it should end, which the loop detects.
		await clock.sleep(everyMs, signal).catch(() => {});
	}
}

/** Checks once, and returns the reported differences. Empty if there are none. */
async function look(
	{ find, isMine, log, onDrift, onLook }: DriftWatch,
	signal: AbortSignal,
	told: string,
): Promise<string> {
	try {
		if (!(await isMine())) {
			onLook?.({ as: "elsewhere" });
			return told;
		}
		const found = await find(signal);
		onLook?.({ as: "found", drift: found });
		const drift = found.map(({ text }) => text);
		const now = drift.join("\n");
		if (now === told) return told;
		if (drift.length === 0) {
			log.info("the platform is as the routes say again");
		} else {
			log.warn(
				{ drift },
				"the platform is not as the routes say. `switchhook platform plan` shows the difference",
			);
			onDrift?.(drift.length);
		}
		return now;
	} catch (error) {
		if (signal.aborted) return told;
		// A failure is only reported again if it is a different one.
		const reason = error instanceof Error ? error.message : String(error);
		onLook?.({ as: "failed", reason });
		const now = `failed: ${reason}`;
		if (now !== told)
			log.warn(
				{ reason },
				"the platform could not be compared with the routes",
			);
		return now;
	}
}
