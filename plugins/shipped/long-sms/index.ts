import { definePlugin, parseDuration } from "switchhook";
import { createJoiner } from "./joiner.ts";

/**
 * Joins long messages. A phone sends a text of more than some 160 characters as several SMS, and each
 * comes as a webhook of its own, in any order. This plugin waits for all parts of a message, and hands
 * on one event with the whole text to the route `to`. What is not a part goes there at once.
 */
export default definePlugin({
	name: "long-sms",
	options: {
		type: "object",
		required: ["to"],
		additionalProperties: false,
		properties: {
			to: {
				type: "string",
				description: "the name of the route that gets whole messages",
			},
			timeout: {
				type: "string",
				pattern: "^(?=.*[1-9])(\\d{1,2}h)?(\\d{1,4}m)?(\\d{1,5}s)?$",
				default: "60s",
				description:
					"how long to wait for all parts, such as `30s`, `1m30s` or `1h`",
			},
			maxOpen: {
				type: "integer",
				minimum: 1,
				default: 10_000,
				description: "how many messages may wait for parts",
			},
		},
	},
	// So that `check` tells when `to` is not a route.
	handsOn: ({ to }) => [to],
	// The state of one route: what `setup` returns is `state` below.
	setup: ({ options, handOn, log, route, store }) =>
		createJoiner({
			route: route.name,
			// The pattern above admits durations alone.
			timeoutMs: parseDuration(options.timeout) as number,
			maxOpen: options.maxOpen,
			store,
			send: (sms) => handOn(options.to, sms),
			log,
		}),
	on: {
		// The event's own `handOn` and `store`: what it hands on keeps the claims, and both commit with it.
		"sms.inbound": ({ id, payload }, { state, options, handOn, store }) =>
			state.take(payload, {
				id,
				store,
				send: (sms) => handOn(options.to, sms),
			}),
		"shortcode.inbound": ({ id, payload }, { state, options, handOn, store }) =>
			state.take(payload, {
				id,
				store,
				send: (sms) => handOn(options.to, sms),
			}),
	},
	teardown: (state) => state.close(),
});
