import { joinMarks } from "../../observe/history/marks.ts";
import {
	POINTS_MAX,
	planSeries,
	SPAN_MAX_MS,
} from "../../observe/history/plan.ts";
import { QUANTILES } from "../../observe/history/quantiles.ts";
import { byName, toSeries } from "../../observe/history/series.ts";
import { ALL_ROUTES, DEPTH_STATES } from "../../observe/history/slots.ts";
import { toTotal } from "../../observe/history/total.ts";
import type { AdminOperation, AdminRequest, JsonSchema } from "../operation.ts";
import { AdminProblem } from "../problem.ts";
import {
	about,
	COUNT,
	COUNTS,
	listOf,
	objectOf,
	TEXT,
	TIME,
} from "./schemas.ts";

/** The counts of the last days, without a system beside the router. */
export const HISTORY: readonly AdminOperation[] = [
	{
		id: "getHistory",
		method: "GET",
		path: "/history",
		tag: "history",
		scope: "read",
		summary:
			"Returns rates, latencies, failures and the depth of the queue over time.",
		description:
			"The lists of the answer have the same length, with a number for each step. A number is null if no router ran in the step, or if it is not known. Steps of 10 seconds are kept for an hour, steps of 4 minutes for a day, and steps of 30 minutes for 8 days.",
		query: {
			type: "object",
			properties: {
				from: about("The begin. Default: an hour before the end.", TIME),
				to: about("The end. Default: now.", TIME),
				route: about(
					"The name of a route. Default: all routes, and requests without one.",
					{ type: "string", minLength: 1 },
				),
				step: about(
					`The shortest step in milliseconds. It is longer if the time is not kept in such steps, or if there would be more than ${POINTS_MAX} points.`,
					{ type: "integer", minimum: 1 },
				),
			},
		},
		answers: {
			200: { description: "The numbers by step.", schema: series() },
		},
		async handle({ router, query }) {
			const asked = query as HistoryQuery;
			const { to = Date.now(), route = ALL_ROUTES, step: stepMs } = asked;
			const { from = to - 3_600_000 } = asked;
			if (from >= to)
				throw new AdminProblem("bad-request", "`from` must be before `to`.");
			const plan = planSeries({ from, to, stepMs }, Date.now());
			const routes = [...new Set([ALL_ROUTES, route])];
			const range = { from: plan.from, to: plan.to };
			const [{ now, rows, marks }, pauses] = await Promise.all([
				router.history.readHistory({
					...{ routes, ...range },
					stepMs: plan.tier.stepMs,
				}),
				router.store?.pauses(),
			]);
			return {
				body: {
					...{ now, ...range, stepMs: plan.stepMs },
					...(route !== ALL_ROUTES && { route }),
					kept: keptOf(router),
					...toSeries(plan, rows, { route, now }),
					marks: joinMarks(marks, pauses?.all ?? [], { ...range, now, route }),
				},
			};
		},
	},
	{
		id: "getHistoryTotals",
		method: "GET",
		path: "/history/totals",
		tag: "history",
		scope: "read",
		summary: "Adds up the counts of each route since a time.",
		description:
			"The counts are of steps of 30 minutes: the first step is the one that `from` is in. Routes without activity are left out.",
		query: {
			type: "object",
			properties: {
				from: about("The begin. Default: 24 hours ago.", TIME),
			},
		},
		answers: {
			200: { description: "The totals.", schema: totals() },
		},
		async handle({ router, query }) {
			const { from = Date.now() - 86_400_000 } = query as HistoryQuery;
			const begin = Math.floor(from / TOTAL_STEP_MS) * TOTAL_STEP_MS;
			const found = await router.history.readTotals(
				Math.max(begin, Date.now() - SPAN_MAX_MS),
			);
			const all = found.find(({ route }) => route === ALL_ROUTES);
			return {
				body: {
					from: begin,
					kept: keptOf(router),
					all: toTotal(all?.cells ?? []),
					routes: found
						.filter(({ route }) => route !== ALL_ROUTES)
						.map(({ route, cells }) => ({ route, ...toTotal(cells) })),
				},
			};
		},
	},
];

// --- helpers ---

/** As the operations' schemas have it. */
interface HistoryQuery {
	readonly from?: number;
	readonly to?: number;
	readonly route?: string;
	readonly step?: number;
}

const TOTAL_STEP_MS = 30 * 60_000;

function keptOf({ store }: AdminRequest["router"]): "inbox" | "process" {
	return store === undefined || store.isVolatile === true ? "process" : "inbox";
}

function kept(): JsonSchema {
	return about(
		"`inbox` if the counts outlive the router and are those of all its routers, and `process` if they end with the process.",
		{ enum: ["inbox", "process"] },
	);
}

function points(): JsonSchema {
	return listOf({ type: ["number", "null"] });
}

function byOutcome(): JsonSchema {
	return about("By the outcomes that occurred.", {
		type: "object",
		additionalProperties: points(),
	});
}

function series(): JsonSchema {
	const latency = objectOf(byName(QUANTILES, points));
	return objectOf(
		{
			now: about("The time of the store. The other times count by it.", TIME),
			from: TIME,
			to: TIME,
			stepMs: COUNT,
			route: TEXT,
			kept: kept(),
			times: about("The begin of each step.", listOf(TIME)),
			seconds: about(
				"The seconds of each step that are counted: fewer than its length in the step that runs. A count divided by them is a rate.",
				listOf({ type: "number" }),
			),
			webhooks: byOutcome(),
			attempts: byOutcome(),
			runs: about("Runs of handlers, in a request or as an attempt.", points()),
			failures: about(
				"The runs that failed: webhooks with the outcome `failed` or `fallback`, attempts with the outcome `waiting` or `dead`.",
				points(),
			),
			latency: about(
				"Milliseconds of handlers, of answers, and until an event was stored, which is not known by route.",
				objectOf({ answer: latency, handler: latency, put: latency }),
			),
			depth: about(
				"The most deliveries in the step. `unfinished` is known in each step. The states are counted once a minute.",
				objectOf({
					unfinished: points(),
					...byName(DEPTH_STATES, points),
				}),
			),
			oldestMs: about(
				"The greatest age of the oldest unfinished delivery, in milliseconds.",
				points(),
			),
			marks: about(
				"The latest 200 starts and reloads, and the pauses of routes.",
				listOf(
					objectOf(
						{
							at: TIME,
							kind: {
								enum: [
									"start",
									"deploy",
									"reload",
									"refused",
									"pause",
									"resume",
								],
							},
							text: TEXT,
							route: TEXT,
						},
						["route"],
					),
				),
			),
		},
		["route"],
	);
}

function totals(): JsonSchema {
	return objectOf({
		from: about("The begin of the first step.", TIME),
		kept: kept(),
		all: objectOf(total(), ["handler", "answer"]),
		routes: listOf(
			objectOf({ route: TEXT, ...total() }, ["handler", "answer"]),
		),
	});
}

function total(): Readonly<Record<string, JsonSchema>> {
	const quantiles = about(
		"Quantiles in milliseconds.",
		objectOf(byName(QUANTILES, () => ({ type: "number" }))),
	);
	return {
		webhooks: COUNTS,
		attempts: COUNTS,
		runs: COUNT,
		failures: COUNT,
		handler: quantiles,
		answer: quantiles,
	};
}
