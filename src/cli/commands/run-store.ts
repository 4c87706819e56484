import type { ChooseStore } from "../../config/check.ts";
import type {
	InboxSettings,
	InboxStoreSettings,
	Settings,
} from "../../config/settings.ts";
import type { Log } from "../../observe/log.ts";
import { controlSocketOf } from "../control.ts";

/** The stores that a run may have instead of the file's. */
export const RUN_STORES = ["memory", "none"] as const;
export type RunStore = (typeof RUN_STORES)[number];

/** The store of a run, and the file's own. */
export interface StoreChoice {
	readonly choose: ChooseStore;
	/** Finds the control socket beside the file's own store: `send` looks for it there, whatever this run uses. */
	socketOf(settings: Settings): string;
	/** Says at the start that events do not outlive the router, where this run or the file asks for memory, or this run for none. */
	warn(settings: InboxSettings, log: Log): void;
}

/** Puts a store in place of the file's; undefined keeps the file's. */
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
			// Written in the file it is what this router always does.
			if (type === "none" && store !== undefined)
				log.warn(
					"there is no inbox. Events are not stored, and handlers run within the request",
				);
		},
	};
}
