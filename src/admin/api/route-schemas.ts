import {
	about,
	COUNT,
	COUNTS,
	listOf,
	objectOf,
	TEXT,
	TIME,
} from "./schemas.ts";

/** The schema of a path of the tree. */
export function pathSchema() {
	return objectOf(
		{
			path: TEXT,
			url: about(
				"The URL that the platform calls. Its origin is a guess unless `server.publicUrl` is written.",
				TEXT,
			),
			methods: listOf(TEXT),
			bodyLimitBytes: COUNT,
			limit: about("For each client, such as `100/s`.", TEXT),
			onDenied: TEXT,
			onUnsigned: TEXT,
			firewall: about("Names of networks, or CIDRs.", listOf(TEXT)),
			signature: about("The schemes, of which one must match.", listOf(TEXT)),
			kinds: listOf(
				objectOf({
					kind: TEXT,
					levels: about(
						"From the narrowest to the widest.",
						listOf(objectOf({ level: TEXT, routes: listOf(routeSchema()) })),
					),
				}),
			),
		},
		["limit"],
	);
}

/** The schema of a route. */
export function routeSchema() {
	return objectOf(
		{
			name: TEXT,
			kind: TEXT,
			level: TEXT,
			mode: { enum: ["reply", "accept"] },
			match: about("The conditions, as in routes.yaml.", { type: "object" }),
			handler: TEXT,
			targets: about(
				"The routes that each get a delivery of an event. Absent unless the route fans out.",
				listOf(TEXT),
			),
			parent: about(
				"The route that fans out to this one, if it is written there.",
				TEXT,
			),
			fallback: TEXT,
			timeoutMs: COUNT,
			concurrency: COUNT,
			rate: about("How many handlers start in a time, such as `10/s`.", TEXT),
			delayMs: about("Between the arrival and the first attempt.", COUNT),
			paused: about(
				"The pause of the route. Absent if it is not paused.",
				objectOf({ since: TIME, until: TIME, why: TEXT }, ["until", "why"]),
			),
			isPausable: about("False for a reply route, and if nothing is stored.", {
				type: "boolean",
			}),
			setAt: about(
				"Where its URL is set at the platform, such as `application main, Voice, answer URL`. Absent if the platform has no such place.",
				TEXT,
			),
			rest: about("The REST call that sets it, with its parameter.", TEXT),
			failing: about(
				"Present while the route fails: at least half of its work in the last minute failed, or its last work failed and more waits for an attempt.",
				objectOf({
					since: TIME,
					share: about("From 0 to 1.", { type: "number" }),
				}),
			),
			circuits: about(
				"The circuits to its upstreams.",
				listOf(objectOf({ upstream: TEXT, isOpen: { type: "boolean" } })),
			),
			inbox: about(
				"Its deliveries in the inbox. Absent if nothing is stored, or it cannot be counted.",
				objectOf({
					waiting: about("Those that wait for an attempt.", COUNT),
					dead: COUNT,
					quarantined: COUNT,
				}),
			),
			onInvalid: TEXT,
			file: TEXT,
			line: COUNT,
			counts: routeCounts(),
		},
		[
			"level",
			"match",
			"targets",
			"parent",
			"fallback",
			"rate",
			"delayMs",
			"paused",
			"setAt",
			"rest",
			"failing",
			"inbox",
		],
	);
}

// --- helpers ---

function routeCounts() {
	return objectOf(
		{
			webhooks: about(
				"By outcome, since the start, or since the route got another kind, level or mode. The same counts as in `/metrics`.",
				COUNTS,
			),
			attempts: about("By outcome, since then.", COUNTS),
			lastMinute: about("Webhooks in the last 60 seconds.", COUNT),
			perSecond: about("The same as a rate.", { type: "number" }),
			lastAt: TIME,
			spans: about(
				"Webhooks in each of the last 12 spans of 5 seconds, the latest last.",
				listOf(COUNT),
			),
			succeeded: about(
				"Handlers that succeeded in the last 60 seconds: answers and attempts.",
				COUNT,
			),
			failed: about("Handlers that failed in that time.", COUNT),
		},
		["lastAt"],
	);
}
