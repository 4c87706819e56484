import type { Settings } from "../config/settings.ts";
import type { InboxStore } from "../inbox/port/store.ts";
import type { Log } from "../observe/log.ts";
import type { Runtime } from "../runtime/runtime.ts";

/**
 * The running router as the admin API sees it. With several workers the supervisor implements it: it has a configuration
 * and the store of its own, and asks its workers for the rest. So whatever a worker alone knows is asked for with a promise.
 */
export interface AdminRouter {
	/** The configuration that serves. */
	readonly settings: () => Settings;
	readonly runtime: () => Runtime;
	/** Undefined if nothing is stored. */
	readonly store: InboxStore | undefined;
	readonly log: Log;
}
