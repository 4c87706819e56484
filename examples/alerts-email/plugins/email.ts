import { definePlugin, giveUp, parseRetryAfter, retryLater } from "switchhook";

/** Sends an own event of the router as an e-mail, through the HTTP API of a mail service. */
export default definePlugin({
	name: "email",
	options: {
		type: "object",
		required: ["url", "key", "from", "to"],
		additionalProperties: false,
		properties: {
			url: { type: "string" },
			key: { type: "string" },
			from: { type: "string" },
			to: { type: "array", items: { type: "string" }, minItems: 1 },
		},
	},
	on: {
		"*": async ({ id, payload }, { options, signal }) => {
			const { text, ids } = payload as { text: string; ids: string[] };
			const { url, key, from, to } = options;
			const response = await fetch(url, {
				method: "POST",
				headers: {
					authorization: `Bearer ${key}`,
					"content-type": "application/json",
					// The event keeps its id in each attempt, so that a service which reads this sends no second mail.
					"idempotency-key": id,
				},
				body: JSON.stringify({
					from,
					to,
					subject: text,
					text: [text, "", ...ids.map(toCommand)].join("\n"),
				}),
				signal,
			});
			await response.body?.cancel();
			if (response.ok) return;
			const { headers, status } = response;
			const why = `the mail service answered ${status}`;
			// A wrong key or address stays wrong.
			if (status < 500 && status !== 429) throw giveUp(why);
			const ms = parseRetryAfter(headers.get("retry-after"));
			throw retryLater(why, ms === undefined ? {} : { after: `${ms}ms` });
		},
	},
});

function toCommand(id: string): string {
	return `switchhook inbox show ${id}`;
}
