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

A request that is refused or fails has one of these codes. The sender gets only the status. The log line of the webhook has the code
and the details in \`reason\`. A code never changes its meaning.

## After the answer

The platform's reaction to a status depends on the webhook.

| Webhook | After 429, 503, 504, and no answer | After any other status outside 2xx |
|---|---|---|
| **Calls**: webhooks that expect an NCCO (\`voice.answer\`, \`ncco.input\`, …), and call events | It asks the same URL once more. If it expects an NCCO, it then asks the application's \`fallback_answer_url\`. If that fails too, a call without an NCCO ends, and any other call continues. | It goes straight to \`fallback_answer_url\`. |
| **Messages**: SMS, receipts, Messages, and most others | It retries for a day or longer. | It retries after a 5xx, and gives up after most 4xx. |

If the handler of a reply route fails, the router answers with the \`fallback\`, or with 503 if there is none. A 503 gives the call a second
chance, which a 500 or 502 would not. This covers a plugin that throws, a handler that is late, an invalid NCCO, any status of a
service outside its \`successStatus\` (including 4xx), and an internal error of the router.

An accept route has already answered 200, and its event is retried as \`retry\` says. The sender notices a failed handler only with
\`inbox: { store: none }\`.

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

${title}

- **Status:** ${statuses}. ${describeSequel(code, status, replyStatus ?? status)}
- **What to do:** ${help}
`;
}

/** The platform's next step. */
function describeSequel(
	code: string,
	status: number,
	replyStatus: number,
): string {
	if (code === "BODY_ABORTED") return "The sender does not see it.";
	const retriesMessages = status === 429 || status >= 500;
	if (CALLS_ASKED_AGAIN.has(replyStatus)) {
		return retriesMessages
			? "The platform retries messages, and asks once more for calls."
			: "The platform asks once more for calls, but does not retry messages.";
	}
	return retriesMessages
		? "The platform retries messages, but not calls."
		: "The platform does not retry.";
}

const CALLS_ASKED_AGAIN: ReadonlySet<number> = new Set([429, 503, 504]);
