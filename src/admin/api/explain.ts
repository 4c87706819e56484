import type { AdminOperation } from "../operation.ts";
import type { WebhookToExplain } from "../router.ts";
import { EXPLANATION } from "./explanation.ts";
import { about } from "./schemas.ts";
import { WEBHOOK_TO_SEND } from "./send.ts";

/** Explains a webhook without sending it. */
export const EXPLAIN: readonly AdminOperation[] = [
	{
		id: "explain",
		method: "POST",
		path: "/explain",
		tag: "routes",
		scope: "read",
		isReading: true,
		summary: "Explains what would happen to a webhook, and why.",
		description:
			"The verdict of every gate, and why each route of the path won or lost. Nothing is sent, and no handler runs. Like `switchhook explain`.",
		body: {
			type: "object",
			properties: {
				...WEBHOOK_TO_SEND,
				payload: about(
					"The payload instead of the example: an object, or JSON, a form or a query as text. Its kind is recognized unless `kind` names it.",
					{ type: ["object", "string"] },
				),
				as: about("The encoding of the payload. Default: the usual one.", {
					enum: ["query", "form", "json"],
				}),
				unsigned: about("Leaves the signature out.", {
					type: "boolean",
					default: false,
				}),
			},
			anyOf: [
				{ required: ["kind"] },
				{ required: ["to"] },
				{ required: ["payload"] },
			],
		},
		answers: {
			200: { description: "The explanation.", schema: EXPLANATION },
		},
		handle: async ({ router, body }) => ({
			body: await router.explain(body as WebhookToExplain),
		}),
	},
];
