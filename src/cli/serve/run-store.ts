import type { ChooseStore } from "../../config/check.ts";
import type {
	InboxSettings,
	InboxStoreSettings,
	Settings,
} from "../../config/settings.ts";
import type { Log } from "../../observe/log.ts";
import { controlSocketOf } from "../control.ts";

/** The stores that a run can use instead of the file's. */
export const RUN_STORES = ["memory", "none"] as const;
export type RunStore = (typeof RUN_STORES)[number];

/** The store of a run, and the store of the file. */
export interface StoreChoice {
	readonly choose: ChooseStore;
	/** The path of the control socket beside the file's own store. `send` looks for it there, whatever store this run uses. */
	socketOf(settings: Settings): string;
	/** The warning at the start that events do not outlive the router, if this run or the file uses memory, or this run no store. */
	warn(settings: InboxSettings, log: Log): void;
}

/** Replaces the file's store. Undefined keeps it. */
export function createStoreChoice(store: RunStore | undefined): StoreChoice {
	let written: InboxStoreSettings | undefined;
	return {
		choose(inFile) {
			written = inFile;
			return store === undefined ? inFile : { type: store };
		},
		socketOf({ folder, inbox }) {
			const own = { ...inbox, store: written ?? inbox.store };
			return controlSocketOf({ folder, inbox: own });
		},
		warn({ store: { type } }, log) {
			if (type === "memory")
				log.warn(
					"the inbox is in memory. Its events are lost when the router stops",
				);
			// In the file it is this router's normal behavior.
			if (type === "none" && store !== undefined)
				log.warn(
					"there is no inbox. Events are not stored, and handlers run within the request",
				);
		},
	};
}
