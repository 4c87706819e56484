import { formatMs } from "../../observe/terminal/amounts.ts";
import type { Tone } from "../../observe/terminal/paint.ts";
import type { Sent } from "./sender.ts";

/** Describes the result of a copy in a few words: `→ 200 in 12 ms`. */
export function describeSent(sent: Sent): string {
	return sent.as === "answered"
		? `→ ${sent.status} in ${formatMs(sent.ms)}`
		: `→ ${sent.reason}`;
}

/** Returns true if the service took the copy. */
export function isTaken(sent: Sent): boolean {
	return sent.as === "answered" && sent.status >= 200 && sent.status < 300;
}

export function toneOfSent(sent: Sent): Tone {
	return isTaken(sent) ? "good" : "bad";
}

/** A quiet outcome has no tone. */
export function toneOfOutcome(outcome: string): Tone | undefined {
	if (outcome === "failed") return "bad";
	return outcome === "fallback" || outcome === "reported" ? "warn" : undefined;
}
