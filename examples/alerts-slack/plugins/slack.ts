import { definePlugin, giveUp, parseRetryAfter, retryLater } from "switchhook";

/** Sends the sentence of an own event of the router to an incoming webhook of Slack. */
export default definePlugin({
	name: "slack",
	options: {
		type: "object",
		required: ["url"],
		additionalProperties: false,
		properties: { url: { type: "string" } },
	},
	on: {
		"*": async ({ kind, payload }, { options, signal }) => {
			const { text, ids } = payload as { text: string; ids: string[] };
			const [newest] = ids;
			const hint =
				newest === undefined ? "" : `\n\`switchhook inbox show ${newest}\``;
			const response = await fetch(options.url, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: JSON.stringify({ text: `*${kind}* ${toText(text)}${hint}` }),
				signal,
			});
			await response.body?.cancel();
			if (response.ok) return;
			const { headers, status } = response;
			const why = `Slack answered ${status}`;
			// A webhook that was removed, or a message that Slack does not take, stays wrong.
			if (status < 500 && status !== 429) throw giveUp(why);
			const ms = parseRetryAfter(headers.get("retry-after"));
			throw retryLater(why, ms === undefined ? {} : { after: `${ms}ms` });
		},
	},
});

/** Slack reads these three characters as markup. */
function toText(text: string): string {
	return text
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(">", "&gt;");
}
