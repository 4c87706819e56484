import type { AdminOperation } from "../operation.ts";
import { summarize } from "../summary.ts";
import { about, COUNT, listOf, objectOf, TEXT, TIME } from "./schemas.ts";

/** The state of the router in one look. */
export const SUMMARY: readonly AdminOperation[] = [
	{
		id: "getSummary",
		method: "GET",
		path: "/summary",
		tag: "router",
		scope: "read",
		summary: "Sums up whether the router is well, and what fails since when.",
		description:
			"Cheap enough to call every second: the inbox is counted once a second at most, and less often if that takes long. A route fails if at least half of its work in the last minute failed, or its last work failed and more waits for an attempt.",
		answers: { 200: { description: "The summary.", schema: summary() } },
		async handle({ router }) {
			const runtime = router.runtime();
			const [tallies, checks, sample] = await Promise.all([
				router.tallies(),
				router.readiness(),
				router.counts(),
			]);
			const body = summarize({
				now: Date.now(),
				routes: runtime.routes.length,
				tallies,
				sample,
				checks,
				reload: router.lastReload(),
				paused: runtime.pauses.list(),
			});
			return { body };
		},
	},
];

// --- helpers ---

function summary() {
	return objectOf(
		{
			at: TIME,
			health: {
				enum: ["well", "warning", "failing"],
				description: "The worst of the troubles.",
			},
			troubles: about(
				"What is not well, the worst first.",
				listOf(
					objectOf(
						{
							code: {
								enum: [
									"not-serving",
									"store-away",
									"inbox-full",
									"spooling",
									"reload-refused",
									"route-fails",
									"circuit-open",
								],
							},
							severity: { enum: ["error", "warning"] },
							text: about("A sentence.", TEXT),
							route: TEXT,
							share: about("The part of its work that fails, from 0 to 1.", {
								type: "number",
							}),
							since: TIME,
						},
						["route", "share", "since"],
					),
				),
			),
			perSecond: about("Webhooks a second, over the last minute.", {
				type: "number",
			}),
			routes: COUNT,
			inbox: about(
				"Absent if nothing is stored, or it cannot be counted.",
				objectOf(
					{
						waiting: about("Deliveries that wait for an attempt.", COUNT),
						leased: about("Deliveries that a handler has.", COUNT),
						dead: COUNT,
						quarantined: COUNT,
						oldestAt: about(
							"The arrival of the oldest one that is neither delivered, dead nor quarantined, in milliseconds since the epoch.",
							{ type: "integer" },
						),
					},
					["oldestAt"],
				),
			),
			paused: about(
				"The paused routes.",
				listOf(
					objectOf({ route: TEXT, since: TIME, until: TIME, why: TEXT }, [
						"until",
						"why",
					]),
				),
			),
			reload: about(
				"The latest reload. Absent if there was none since the start.",
				objectOf({
					outcome: { enum: ["reloaded", "refused", "failed"] },
					at: TIME,
				}),
			),
		},
		["inbox", "reload"],
	);
}
