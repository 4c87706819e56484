import { definePlugin, giveUp, retryLater } from "switchhook";

export default definePlugin({
	name: "tickets",
	options: {
		type: "object",
		required: ["url"],
		additionalProperties: false,
		properties: { url: { type: "string" } },
	},
	on: {
		// One shape, however it came. No probe and no repeated message gets here.
		"sms.inbound": async (event, { options, signal }) => {
			const { msisdn: from, text } = event.payload;
			const response = await fetch(options.url, {
				method: "POST",
				headers: {
					"content-type": "application/json",
					"idempotency-key": event.id, // the same in each attempt
				},
				body: JSON.stringify({ from, text }),
				signal, // aborts at the route's `timeout`
			});
			if (response.ok) return;
			const why = `the ticket service answered ${response.status}`;
			if (response.status === 429 || response.status >= 500) {
				throw retryLater(why);
			}
			throw giveUp(why);
		},
	},
});
