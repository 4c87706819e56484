import { definePlugin } from "switchhook";

export default definePlugin({
	name: "greeter",
	// What `options` in routes.yaml may hold.
	options: {
		type: "object",
		additionalProperties: false,
		properties: { greeting: { type: "string", default: "Hello" } },
	},
	// One handler for each kind; the log masks numbers and texts.
	on: {
		"sms.inbound": (event, { options, log }) => {
			log.info(`${options.greeting}, ${event.payload.msisdn}!`, {
				text: event.payload.text,
			});
		},
	},
});
