import { definePlugin, giveUp, parseRetryAfter, retryLater } from "switchhook";

const SENT_FOR_MS = 7 * 86_400_000; // as long as the inbox keeps a delivered event, by default

export default definePlugin({
	name: "answer",
	options: {
		type: "object",
		required: ["apiKey", "apiSecret"],
		additionalProperties: false,
		properties: {
			api: { type: "string", default: "https://api.nexmo.com" },
			apiKey: { type: "string" },
			apiSecret: { type: "string" },
			answers: {
				type: "object",
				additionalProperties: { type: "string", maxLength: 1000 },
				default: {},
			},
			otherwise: { type: "string", maxLength: 1000 },
		},
	},
	setup: ({ options: { apiKey, apiSecret }, store }) => ({
		authorization: `Basic ${btoa(`${apiKey}:${apiSecret}`)}`,
		// What this store keeps is on disk at once. That of a handler waits for the success of its event.
		sent: store,
	}),
	on: {
		"sms.inbound": async (event, { options, state, signal, log }) => {
			const { msisdn, to, text = "" } = event.payload;
			const [word = ""] = text.trim().toUpperCase().split(/\W/, 1);
			const answer = options.answers[word] ?? options.otherwise;
			if (answer === undefined) return;

			// The event keeps its id in each attempt and in a replay, so nobody gets the same answer twice.
			const key = `sent/${event.id}`;
			if ((await state.sent.get(key)) !== undefined) return;

			const response = await fetch(`${options.api}/v1/messages`, {
				method: "POST",
				headers: {
					authorization: state.authorization,
					"content-type": "application/json",
				},
				body: JSON.stringify({
					channel: "sms",
					message_type: "text",
					from: to,
					to: msisdn,
					text: answer,
					client_ref: event.id,
				}),
				signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
			});
			if (!response.ok) throw await toError(response);
			await state.sent.put(key, true, { expiresAfterMs: SENT_FOR_MS });
			log.info("answered", { word });
		},
	},
});

// --- helpers ---

/** 429 and 5xx pass. Any other refusal, such as a wrong key, stays until a person changes something. */
async function toError(response: Response): Promise<Error> {
	const { status, headers } = response;
	const why = `the Messages API answered ${status}`;
	if (status !== 429 && status < 500) {
		return giveUp(`${why}: ${(await response.text()).slice(0, 200)}`);
	}
	await response.body?.cancel();
	const ms = parseRetryAfter(headers.get("retry-after"));
	return retryLater(why, ms === undefined ? {} : { after: `${ms}ms` });
}
