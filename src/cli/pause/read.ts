import type { Settings } from "../../config/settings.ts";
import { openStore } from "../../inbox/open.ts";
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

/**
 * Reads the present pauses of a configuration's inbox for a command that does not need it. Changes nothing: returns none if the inbox
 * is missing, from another version, or cannot be reached.
 */
export async function peekPauses({
	inbox: { store: address, quarantine },
}: Pick<Settings, "inbox">): Promise<Present> {
	if (address.type === "none" || address.type === "memory") return NONE;
	let store: InboxStore | undefined;
	try {
		store = await openStore(address, {
			quarantine,
			owner: false,
			mustExist: true,
			isReader: true,
		});
		return await readPresent(store);
	} catch {
		return NONE;
	} finally {
		await store?.close();
	}
}

// --- helpers ---

const NONE: Present = { now: 0, pauses: [] };
