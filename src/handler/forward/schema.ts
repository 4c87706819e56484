import type { HandlerSchema } from "../../config/handler-spec.ts";
import { HEADERS_SCHEMA } from "../headers-schema.ts";

/** The part of routes.yaml that says where and how a `forward` handler sends events. */
export const FORWARD_SCHEMA: HandlerSchema = {
	keys: {
		forward: {
			description:
				"A service behind the router that gets the event: its URL, or the URL with what goes with it.",
			$ref: "#/$defs/forward",
			defaultNote: "none",
			examples: ["http://127.0.0.1:3000/sms"],
		},
	},
	defs: {
		forward: {
			title: "forward",
			description:
				"A service behind the router. Its URL alone is enough; with other keys the URL is `url`. In mode `accept` its status says whether the event was taken, in mode `reply` its answer is the reply.",
			type: ["string", "object"],
			minLength: 1,
			additionalProperties: false,
			required: ["url"],
			properties: {
				url: {
					description:
						"Where requests go: an `http` or `https` URL, or `unix:/path/of.sock:/path/of/url` for a Unix socket (relative to this file). Redirects are not followed, and proxies of the environment are not used.",
					type: "string",
					minLength: 1,
					examples: ["http://127.0.0.1:3000/sms"],
				},
				as: {
					description:
						"How the event is written: `original` sends the method, the query and the body as they came; `json` posts the event with its payload, claims, parameters and query; `cloudevent` posts the payload as a CloudEvent 1.0 in binary mode, the query beside it as `ce-query`.",
					enum: ["original", "json", "cloudevent"],
					default: "original",
				},
				headers: {
					description:
						"Headers of the request; they win over those that are copied or made, but for the router's own. Their values may be [templates](templates.md).",
					...HEADERS_SCHEMA,
					examples: [
						{
							"x-team": "support",
						},
					],
				},
				copyHeaders: {
					description:
						"Headers of the sender that are copied, beside those that every event has and those of the route's `copyHeaders`.",
					$ref: "#/$defs/textOrList",
					defaultNote: "none",
				},
				timeout: {
					description:
						"The time for the whole exchange, the answer's body included. The route's `timeout` is its bound.",
					$ref: "#/$defs/duration",
					defaultNote: "the route's `timeout`",
				},
				connectTimeout: {
					description: "The time until a connection stands, TLS included.",
					$ref: "#/$defs/duration",
					default: "2s",
				},
				successStatus: {
					description:
						"Statuses that mean the event was taken: numbers and ranges.",
					$ref: "#/$defs/statuses",
					default: "200-299",
				},
				retryStatus: {
					description:
						'Of the other statuses, those that mean "try again"; all the rest are final.',
					$ref: "#/$defs/statuses",
					default: [408, 425, 429, "500-599"],
				},
				secret: {
					description:
						"Signs each request as Standard Webhooks has it, so that the service knows who speaks: `whsec_` and base64. Several sign each request several times, while the service exchanges its own.",
					$ref: "#/$defs/textOrList",
					minItems: 1,
					defaultNote: "none: requests are not signed",
				},
				ca: {
					description:
						"A PEM file of certificates, relative to this file: the authorities that are trusted instead of those of Node.js.",
					type: "string",
					minLength: 1,
					defaultNote: "the authorities of Node.js",
				},
				maxBody: {
					description: "The largest answer that is used as a reply.",
					$ref: "#/$defs/size",
					default: "1MB",
				},
				keepAlive: {
					description:
						"How long an idle connection is kept, unless the service says less; `0s` opens one for each request.",
					$ref: "#/$defs/duration",
					default: "4s",
				},
				connections: {
					description:
						"Connections to the service at most; more requests wait for one.",
					type: "integer",
					minimum: 1,
					maximum: 10000,
					default: 64,
				},
			},
		},
		statuses: {
			type: ["integer", "string", "array"],
			minimum: 200,
			maximum: 599,
			minItems: 1,
			pattern: "^[2-5][0-9]{2}(?:-[2-5][0-9]{2})?$",
			expects: "a status such as `204`, or a range such as `200-299`",
			items: {
				type: ["integer", "string"],
				minimum: 200,
				maximum: 599,
				pattern: "^[2-5][0-9]{2}(?:-[2-5][0-9]{2})?$",
				expects: "a status such as `204`, or a range such as `200-299`",
			},
		},
	},
};
