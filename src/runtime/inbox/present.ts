import { isOn, type Pause } from "../../inbox/port/pause.ts";
import type { InboxStore } from "../../inbox/port/store.ts";

/** The present pauses, and the store's time. */
export interface Present {
	readonly now: number;
	readonly pauses: readonly Pause[];
}

/** Reads the present pauses, oldest first. */
export async function readPresent(
	store: Pick<InboxStore, "pauses">,
): Promise<Present> {
	const { now, all } = await store.pauses();
	return { now, pauses: all.filter((pause) => isOn(pause, now)) };
}
