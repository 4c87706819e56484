import type { Timing } from "../inbox/worker/timing.ts";

/** The clock of a phone: the system's in the page, a virtual one in a script. */
export type PhoneClock = Pick<Timing, "wallMs" | "setTimer">;

/** Ends the program of a leg whose call is over. */
export class CallOver extends Error {
	override readonly name = "CallOver";
}

/** Resolves after milliseconds. Rejects with `CallOver` if the signal aborts first. */
export function pause(
	clock: PhoneClock,
	ms: number,
	signal: AbortSignal,
): Promise<void> {
	return new Promise((resolve, reject) => {
		if (signal.aborted) {
			reject(new CallOver());
			return;
		}
		const over = (): void => {
			cancel();
			reject(new CallOver());
		};
		const cancel = clock.setTimer(() => {
			signal.removeEventListener("abort", over);
			resolve();
		}, ms);
		signal.addEventListener("abort", over, { once: true });
	});
}

/** Writes a time as most webhooks of the platform have it: `2020-01-01T12:00:00.000Z`. */
export function toIso(ms: number): string {
	return new Date(ms).toISOString();
}

/** Writes a time as SMS webhooks have it: `2020-01-01 12:00:00`. */
export function toSpaced(ms: number): string {
	return toIso(ms).slice(0, 19).replace("T", " ");
}
