import type { HandlerSchema, SchemaPart } from "../../config/handler-spec.ts";
import { HEADERS_SCHEMA } from "../headers-schema.ts";

const FILE: SchemaPart = { type: "string", minLength: 1 };

/** The part of routes.yaml that defines where and how a `publish` handler sends events. */
export const PUBLISH_SCHEMA: HandlerSchema = {
	keys: {
		publish: {
			description: "A message broker that gets the event.",
			$ref: "#/$defs/publish",
			defaultNote: "none",
			examples: [{ url: "amqp://127.0.0.1", to: "sms" }],
		},
	},
	defs: {
		publish: {
			title: "publish",
			description:
				"A message broker that gets the events. An event counts as delivered when the broker has confirmed that it keeps the message. See [publish](publish.md).",
			type: "object",
			additionalProperties: false,
			required: ["url"],
			properties: {
				url: {
					description:
						"The broker: `amqp://`, `nats://`, `redis://`, `kafka://` or `sqs://`, and `amqps://`, `tls://`, `rediss://` or `kafkas://` with TLS. Take a password from the environment.",
					type: "string",
					minLength: 1,
					examples: ["amqp://127.0.0.1"],
				},
				to: {
					description:
						"The queue (RabbitMQ, SQS), subject (NATS), stream (Redis) or topic (Kafka). Can be a [template](templates.md).",
					type: "string",
					minLength: 1,
					defaultNote: "none: required without `exchange`",
					examples: ["sms.{{ payload.to }}"],
				},
				exchange: {
					description:
						"RabbitMQ: the exchange to publish to, instead of a queue. It must exist. Can be a template.",
					type: "string",
					minLength: 1,
					defaultNote: "the default exchange, which `to` names a queue of",
				},
				routingKey: {
					description:
						"RabbitMQ: the routing key for `exchange`. Can be a template.",
					type: "string",
					defaultNote: "empty",
				},
				key: {
					description:
						"The key of the message: messages with the same key stay in order. Can be a template.",
					type: "string",
					minLength: 1,
					defaultNote: "the event's order key (`orderBy`)",
					examples: ["{{ payload.msisdn }}"],
				},
				headers: {
					description:
						"More headers of the message. Their values can be templates.",
					...HEADERS_SCHEMA,
					examples: [{ "x-team": "support" }],
				},
				as: {
					description:
						"The body: `json` is the event as a JSON object, `original` repeats the body of the webhook, `cloudevent` is a CloudEvent 1.0 in structured mode. See [the message](publish.md#the-message).",
					enum: ["json", "original", "cloudevent"],
					default: "json",
				},
				body: {
					description:
						"The body of the message, instead of that of `as`. A mapping or a list is sent as JSON, a text as it is. Each text in it can be a [template](templates.md#bodies).",
					defaultNote: "the body of `as`",
					examples: [{ from: "{{ payload.msisdn }}" }],
				},
				timeout: {
					description:
						"The time limit until the broker confirms, including a new connection. At most the route's `timeout`.",
					$ref: "#/$defs/duration",
					defaultNote: "the route's `timeout`",
				},
				connectTimeout: {
					description:
						"The time limit for opening a connection, including TLS and the login.",
					$ref: "#/$defs/duration",
					default: "5s",
				},
				tls: {
					description:
						"Certificates for a URL with TLS: `ca` to trust instead of the authorities of Node.js, `cert` and `key` of the router.",
					$ref: "#/$defs/publishTls",
					defaultNote: "the authorities of Node.js, no certificate",
				},
				declare: {
					description:
						"RabbitMQ: `false` if the queue exists and must not be declared. Otherwise `to` is declared as a durable quorum queue.",
					type: "boolean",
					default: true,
				},
				maxLength: {
					description:
						"Redis: the number of entries that a stream keeps, approximately (`MAXLEN ~`). Older ones are deleted, even if nobody has read them.",
					type: "integer",
					minimum: 1,
					defaultNote: "no limit",
				},
				durability: {
					description:
						"NATS: why a confirmed message is safe. `synced` requires a server that writes each message to disk (`sync_interval: always`). `replicated` relies on the copies of the stream. See [NATS](publish.md#nats).",
					enum: ["synced", "replicated"],
					default: "synced",
				},
				monitor: {
					description:
						"NATS: the URL of the server's monitoring, which says whether it syncs.",
					type: "string",
					minLength: 1,
					defaultNote: "port 8222 of the same host",
					examples: ["http://127.0.0.1:8222"],
				},
				sasl: {
					description:
						"Kafka: the mechanism of the login with the user and password of the URL.",
					enum: ["plain", "scram-sha-256", "scram-sha-512"],
					default: "plain",
				},
				region: {
					description: "SQS: the AWS region.",
					type: "string",
					minLength: 1,
					defaultNote:
						"the region in the host's name, otherwise that of the environment",
					examples: ["eu-west-1"],
				},
			},
		},
		publishTls: {
			type: "object",
			additionalProperties: false,
			properties: {
				ca: {
					description:
						"A PEM file with the certificate authorities to trust instead of those of Node.js.",
					...FILE,
					defaultNote: "the authorities of Node.js",
				},
				cert: {
					description: "A PEM file with the certificate of the router.",
					...FILE,
					defaultNote: "none",
				},
				key: {
					description: "A PEM file with the key of the certificate.",
					...FILE,
					defaultNote: "none",
				},
			},
			dependentRequired: { cert: ["key"], key: ["cert"] },
		},
	},
};
