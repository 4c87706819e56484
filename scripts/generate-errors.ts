import { ERRORS, type ErrorRow } from "../src/errors.ts";

/** Makes docs/errors.md from the table of refusals. */
export function generateErrorsPage(): string {
	const rows = Object.entries(ERRORS).map(([code, row]) =>
		toSection(code, row),
	);
	return `${HEAD}\n${rows.join("\n")}`;
}

// --- helpers ---

const HEAD = `# Errors

<!-- Generated from src/errors.ts by \`npm run generate\`. -->

A request that is refused, or that fails, ends with one of these codes. The sender hears the status and
nothing else; the log line of the webhook has the code's reason in \`reason\`. A code never changes its
meaning.

## After the answer

What the platform does with a status depends on the webhook.

| Webhook | After 429, 503, 504, and no answer | After any other status that is no 2xx |
|---|---|---|
| **Calls**: all that wants an NCCO (\`voice.answer\`, \`ncco.input\`, …), and call events | It asks the same URL once more. Where an NCCO is due, it then asks the application's \`fallback_answer_url\`. When that fails too, a call that has no NCCO yet ends; another one goes on. | It does not ask the same URL again, and goes straight to \`fallback_answer_url\`. |
| **Messages**: SMS, receipts, Messages, and most others | It sends the webhook again, for a day or longer. | It sends the webhook again after a 5xx, and gives it up after most 4xx. |

So a reply route whose handler fails answers its \`fallback\`, and without one a 503, whatever the reason: with
503 a call gets its second chance, which 500 and 502 would take away. That covers a plugin that throws, a
handler that is late, an answer that is no valid NCCO, any status of a service that is no success (a 4xx too),
and a fault of the router's own. An accept route has answered 200 by then, and its event is tried again by
the route's \`retry\`; only with \`inbox: { store: none }\` does its sender hear of a handler that failed.

## Codes
`;

function toSection(
	code: string,
	{ status, replyStatus, title, help }: ErrorRow,
): string {
	const statuses =
		replyStatus === undefined
			? `${status}`
			: `${status}, on a reply route ${replyStatus}`;
	return `### ${code}

${statuses}. ${title} ${help} ${describeSequel(code, status, replyStatus ?? status)}
`;
}

/** The platform's next step. */
function describeSequel(
	code: string,
	status: number,
	replyStatus: number,
): string {
	if (code === "BODY_ABORTED") return "Nobody hears the status.";
	const call = CALLS_ASKED_AGAIN.has(replyStatus)
		? "asks once more"
		: "does not ask again";
	const message =
		status === 429 || status >= 500
			? "sends a message again"
			: "gives a message up";
	return `For a call the platform ${call}; it ${message}.`;
}

const CALLS_ASKED_AGAIN: ReadonlySet<number> = new Set([429, 503, 504]);
