import { definePlugin } from "switchhook";

/**
 * Writes one line of the log for each event, whatever its kind. The log masks numbers and texts, so
 * nothing here has to. Copy this file to start a plugin of your own.
 */
export default definePlugin({
	name: "log",
	on: {
		"*": (event, { log }) => {
			log.info("an event came", {
				kind: event.kind,
				id: event.id,
				payload: event.payload,
			});
		},
	},
});
