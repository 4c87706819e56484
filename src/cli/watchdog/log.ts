import type { Settings } from "../../config/settings.ts";
import type { Log } from "../../observe/log.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";

/** Logs each block of the event loop, with the route and the place in the user's files that caused it. */
export function watchEventLoop(
	log: Log,
	{ folder }: Pick<Settings, "folder">,
): Watchdog | undefined {
	return startWatchdog({
		folder,
		onBlocked({ ms, route, at }) {
			log.warn(
				{ ms, ...(route && { route }), ...(at && { at }) },
				at === undefined
					? "the event loop was blocked, and no other request was handled meanwhile"
					: "a plugin blocked the event loop, and no other request was handled meanwhile. Move long work to a thread or a service",
			);
		},
	});
}
