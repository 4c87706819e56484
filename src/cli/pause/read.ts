import type { Settings } from "../../config/settings.ts";
import { openStore } from "../../inbox/open.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import { type Present, readPresent } from "../../runtime/inbox/present.ts";

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
