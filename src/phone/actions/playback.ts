import type { Payload } from "../../event/webhook.ts";
import type { Heard } from "../journal.ts";
import type { Leg } from "../leg.ts";
import { toBoolean } from "./action.ts";

/**
 * Lets a leg hear an announcement. With `bargeIn` a key or a word cuts it and all others before the next `input`, which
 * then gets the key or the word.
 */
export async function playback(
	leg: Leg,
	action: Payload,
	heard: Omit<Heard, "what" | "leg" | "end">,
): Promise<void> {
	if (toBoolean(action.bargeIn, false)) leg.canBargeIn = true;
	if (!leg.canBargeIn) {
		await leg.hear(heard);
		return;
	}
	if (leg.kept.length > 0) return;
	const cut = new AbortController();
	const close = leg.tap(["key", "speech"], (signal) => {
		leg.kept.push(signal);
		cut.abort();
	});
	try {
		await leg.hear(heard, cut.signal);
	} finally {
		close();
	}
}
