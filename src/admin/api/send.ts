import type { AdminOperation, JsonSchema } from "../operation.ts";
import type { WebhookToSend } from "../router.ts";
import { about, listOf, objectOf, TEXT } from "./schemas.ts";

const TEXTS = { type: "object", additionalProperties: TEXT };

/** The properties of a webhook to send. */
export const WEBHOOK_TO_SEND: Readonly<Record<string, JsonSchema>> = {
	kind: about("Default: the kind of the route in `to`.", TEXT),
	to: about("A route or a path. Default: the first route of the kind.", TEXT),
	from: about(
		"The client's address that the firewall sees. Default: one that it admits.",
		TEXT,
	),
	payload: about("The payload. Default: the example of the kind.", {
		type: "object",
	}),
	as: about(
		"How the payload is encoded. Default: the usual encoding of the kind.",
		{ enum: ["query", "form", "json"] },
	),
	set: about("Values by field, such as `dtmf.digits`.", {
		type: "object",
	}),
	unset: about("Fields to leave out.", listOf(TEXT)),
	params: about("Values of the `:name` segments of the path.", TEXTS),
	query: about("Query parameters to add.", TEXTS),
	headers: about("Headers to add.", TEXTS),
	claims: about("Claims of the signature's token.", { type: "object" }),
};

/** Sends a realistic webhook through all gates. */
export const SEND: readonly AdminOperation[] = [
	{
		id: "send",
		method: "POST",
		path: "/send",
		tag: "routes",
		scope: "operate",
		needsRouter: true,
		summary: "Sends a realistic webhook of a kind to this router.",
		description:
			"The example of the kind is sent through all gates, signed if its route wants a signature. Like `switchhook send`.",
		body: {
			type: "object",
			properties: WEBHOOK_TO_SEND,
			anyOf: [{ required: ["kind"] }, { required: ["to"] }],
		},
		answers: {
			200: {
				description: "The answer, and the outcome in the log's words.",
				schema: objectOf({
					request: objectOf({
						method: TEXT,
						path: TEXT,
						query: TEXT,
						body: TEXT,
					}),
					response: objectOf({
						status: { type: "integer" },
						headers: TEXTS,
						body: TEXT,
						ms: { type: "number" },
					}),
					outcome: objectOf(
						{
							outcome: TEXT,
							route: TEXT,
							event: TEXT,
							client: TEXT,
							error: TEXT,
							reason: TEXT,
						},
						["route", "event", "client", "error", "reason"],
					),
				}),
			},
		},
		async handle({ router, body, actor }) {
			const webhook = body as WebhookToSend;
			router.log.info(
				{ actor, kind: webhook.kind, to: webhook.to },
				"a webhook was sent through the admin API",
			);
			return { body: await router.send(webhook) };
		},
	},
];
