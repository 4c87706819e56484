import type { InboxStore } from "../../inbox/port/store.ts";
import { NO_PAUSES, type PauseView } from "../../inbox/worker/pauses.ts";
import { readPresent } from "../../runtime/inbox/present.ts";

/** The pauses of an inbox that this process does not own. */
export interface PausePoll extends PauseView {
	/** Reads them again. Never rejects. */
	refresh(): Promise<void>;
	/** Ends the reading. */
	stop(): void;
}

/** Reads the pauses each second, because no store tells a process that does not own it about them. */
export async function pollPauses(
	store: Pick<InboxStore, "pauses"> | undefined,
	everyMs = 1000,
): Promise<PausePoll> {
	let present: ReturnType<PauseView["list"]> = [];
	const refresh = async (): Promise<void> => {
		try {
			if (store !== undefined) present = (await readPresent(store)).pauses;
		} catch {
			// The store reports its failure to the one who asks it for more.
		}
	};
	await refresh();
	const timer = setInterval(() => void refresh(), everyMs).unref();
	return {
		...NO_PAUSES,
		list: () => present,
		refresh,
		stop: () => clearInterval(timer),
	};
}
