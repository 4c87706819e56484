import type { HandlerSchema } from "../../config/handler-spec.ts";
import { HEADERS_SCHEMA } from "../headers-schema.ts";

/** The part of routes.yaml that defines where and how a `forward` handler sends events. */
export const FORWARD_SCHEMA: HandlerSchema = {
	keys: {
		forward: {
			description:
				"A service that gets the event: its URL, or a mapping with more settings.",
			$ref: "#/$defs/forward",
			defaultNote: "none",
			examples: ["http://127.0.0.1:3000/sms"],
		},
	},
	defs: {
		forward: {
			title: "forward",
			description:
				"A service that handles the events. Write its URL alone, or a mapping with these keys. In mode `accept` the status of its answer decides whether the event was delivered, in mode `reply` its answer is the reply. See [forward](forward.md).",
			type: ["string", "object"],
			minLength: 1,
			additionalProperties: false,
			required: ["url"],
			properties: {
				url: {
					description:
						"The target: an `http` or `https` URL, or `unix:/path/of.sock:/path/of/url` for a Unix socket. Can be a [template](templates.md#urls).",
					type: "string",
					minLength: 1,
					examples: ["http://127.0.0.1:3000/sms"],
				},
				as: {
					description:
						"The format of the request: `original` repeats the webhook, `json` posts the event as a JSON object, `cloudevent` posts a CloudEvent 1.0. See [the request](forward.md#the-request).",
					enum: ["original", "json", "cloudevent"],
					default: "original",
				},
				body: {
					description:
						"The body of the request, instead of that of `as`. A mapping or a list is sent as JSON, a text as it is. Each text in it can be a [template](templates.md#bodies).",
					defaultNote: "the body of `as`",
					examples: [{ from: "{{ payload.msisdn }}" }],
				},
				egress: {
					description:
						"Networks and addresses besides the Internet that the URL may lead to, if its host is a template. See [where templates lead](forward.md#where-templates-lead).",
					$ref: "#/$defs/textOrList",
					defaultNote: "the Internet only",
					examples: [["10.20.0.0/16"]],
				},
				headers: {
					description:
						"Headers of the request. They override copied headers. Their values can be [templates](templates.md).",
					...HEADERS_SCHEMA,
					examples: [
						{
							"x-team": "support",
						},
					],
				},
				copyHeaders: {
					description:
						"More headers of the sender to copy, in addition to [the usual ones](forward.md#headers-of-the-sender) and the route's `copyHeaders`.",
					$ref: "#/$defs/textOrList",
					defaultNote: "none",
				},
				timeout: {
					description:
						"The time limit for the whole exchange, including the body of the answer. At most the route's `timeout`.",
					$ref: "#/$defs/duration",
					defaultNote: "the route's `timeout`",
				},
				connectTimeout: {
					description:
						"The time limit for opening a connection, including TLS.",
					$ref: "#/$defs/duration",
					default: "2s",
				},
				successStatus: {
					description: "Statuses that mean success: numbers and ranges.",
					$ref: "#/$defs/statuses",
					default: "200-299",
				},
				retryStatus: {
					description:
						'Statuses that mean "retry". All other statuses are final: the event becomes a dead letter.',
					$ref: "#/$defs/statuses",
					default: [408, 425, 429, "500-599"],
				},
				secret: {
					description:
						"Signs requests by Standard Webhooks: `whsec_` and base64. With several secrets, each request has several signatures, so you can rotate. See [signed requests](forward.md#signed-requests).",
					$ref: "#/$defs/textOrList",
					minItems: 1,
					defaultNote: "none: requests are not signed",
				},
				ca: {
					description:
						"A PEM file with the certificate authorities to trust instead of those of Node.js.",
					type: "string",
					minLength: 1,
					defaultNote: "the authorities of Node.js",
				},
				maxBody: {
					description: "The maximum size of an answer that is used as a reply.",
					$ref: "#/$defs/size",
					default: "1MB",
				},
				keepAlive: {
					description:
						"How long an idle connection is kept open. `0s` opens a new one for each request.",
					$ref: "#/$defs/duration",
					default: "4s",
				},
				connections: {
					description:
						"The maximum number of connections to the service. Further requests wait.",
					type: "integer",
					minimum: 1,
					maximum: 10000,
					default: 64,
				},
				rate: {
					description:
						"How many events are sent to the service in a time, by all routes and routers that forward to the same host and port. Accept routes only. See [pace](pace.md#rate).",
					$ref: "#/$defs/rate",
					defaultNote: "no limit",
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
