import { LEVELS } from "../../event/webhook.ts";
import { createEventFilter, type SentEventFilter } from "../event-filter.ts";
import type { AdminOperation } from "../operation.ts";
import { listOf } from "./schemas.ts";

/** The types of events, which are the names of server-sent events too. */
const TYPES = [
	"webhook",
	"refusal",
	"delivery",
	"reload",
	"pause",
	"alert",
	"action",
] as const;

/** The stream of everything that happens. */
export const EVENTS: readonly AdminOperation[] = [
	{
		id: "watchEvents",
		method: "GET",
		path: "/events",
		tag: "events",
		scope: "read",
		needsRouter: true,
		summary: "Streams what happens as server-sent events.",
		description:
			"Webhooks, refusals, attempts of deliveries, reloads, pauses of routes, alerts, and the changes that are made through this API. Personal data is masked. With several filters, an event has to fit all of them. An event without the field does not fit, except that the attempts of a webhook that fitted are sent too. After a disconnection, `Last-Event-ID` continues with the events since, if the router still has them. An event `skipped` has the number of events that a client missed, because it was too slow or away for too long, or because of the limit: of the events that fit, 500 a second each of `webhook`, `refusal` and `delivery`, after the first 1,000.",
		query: {
			type: "object",
			properties: {
				type: {
					...listOf({ enum: TYPES }),
					description: "Only these types. Default: all.",
				},
				route: {
					...listOf({ type: "string" }),
					description: "Only events of these routes. Default: all.",
				},
				kind: {
					...listOf({ type: "string" }),
					description: "Only events of these kinds. Default: all.",
				},
				level: {
					...listOf({ enum: LEVELS }),
					description: "Only webhooks of these levels. Default: all.",
				},
				outcome: {
					...listOf({ type: "string" }),
					description:
						"Only events with these outcomes, such as `failed` or `dead`. Default: all.",
				},
				minMs: {
					type: "number",
					minimum: 0,
					description:
						"Only webhooks whose answer took so many milliseconds or more, and such attempts. Default: all.",
				},
				after: {
					type: "string",
					description:
						"The id of the last event that the client got, for a new connection of a browser. `Last-Event-ID` comes first.",
				},
				number: {
					type: "string",
					description:
						"Only webhooks that contain this number. In international form, such as `447700900001`, or masked as in an event.",
				},
			},
		},
		answers: {
			200: {
				description: "The stream.",
				type: "text/event-stream",
				schema: { type: "string" },
			},
		},
		handle({ router, query, headers, signal }) {
			const { after, ...sent } = query as Query;
			const lastId = headers["last-event-id"] ?? after;
			const chunks = router.stream({
				filter: createEventFilter(sent),
				lastId: typeof lastId === "string" ? lastId : undefined,
				signal,
			});
			return {
				// A proxy that buffers would hold events back.
				headers: { "X-Accel-Buffering": "no" },
				stream: { type: "text/event-stream", chunks },
			};
		},
	},
];

// --- helpers ---

interface Query extends SentEventFilter {
	readonly after?: string;
}
