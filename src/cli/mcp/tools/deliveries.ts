import { DELIVERY, FILTER } from "../../../admin/api/deliveries/schemas.ts";
import { about, listOf, TEXT } from "../../../admin/api/schemas.ts";
import type { McpTool } from "../tool.ts";
import { answerOf, argumentsOf, resultOf, toResult } from "./results.ts";

/** Stored deliveries. Personal data is always masked. */
export const DELIVERIES: readonly McpTool[] = [
	{
		name: "list_deliveries",
		title: "List deliveries",
		description:
			"Lists stored deliveries, newest first: id, route, kind, state, attempts, times, and the reason of the last failure. Telephone numbers and texts are masked. To find out why deliveries fail, list those with the state `dead` or `waiting`, and then show one.",
		scope: "read",
		input: argumentsOf({
			...FILTER,
			max: about("How many, default 20.", {
				type: "integer",
				minimum: 1,
				maximum: 100,
			}),
			after: about("`next` of the page before.", TEXT),
		}),
		output: resultOf(
			{
				deliveries: listOf(DELIVERY),
				next: about("For `after`. Absent at the end.", TEXT),
				isPartial: about(
					"True if the page ended early, because reading the content takes long. `next` continues.",
					{ type: "boolean" },
				),
			},
			["next"],
		),
		async run(args, { call }) {
			const query = { max: 20, ...args };
			const body = (await call("GET", "/deliveries", { query })) as List;
			const { deliveries, next } = body;
			return toResult(
				{ ...body },
				[
					...deliveries.map(describeRow),
					deliveries.length === 0 ? "No delivery matches." : "",
					...(next === undefined
						? []
						: [`There are more. Call again with "after": "${next}".`]),
				].filter((line) => line !== ""),
			);
		},
	},
	{
		name: "show_delivery",
		title: "Show a delivery",
		description:
			"Shows one delivery: the webhook and its payload (masked), what was answered, every attempt with its error and stack, and how the current configuration would treat it: the verdict of each gate, and why each route won or lost.",
		scope: "read",
		input: argumentsOf({ id: about("The whole id.", TEXT) }, ["id"]),
		output: answerOf("getDelivery"),
		async run({ id }, { call }) {
			const path = `/deliveries/${encodeURIComponent(String(id))}`;
			const body = (await call("GET", path)) as Detail;
			const { history, explanation, doubts } = body;
			const last = history.at(-1);
			return toResult({ ...body }, [
				describeRow(body),
				...doubts.map(({ code, detail }) => `Doubted: ${code}: ${detail}`),
				...(last?.reason === undefined
					? []
					: [`Last attempt: ${last.outcome}: ${last.reason}`]),
				...(last?.stack === undefined ? [] : [last.stack]),
				...(explanation?.verdicts ?? []).map(
					({ gate, verdict, detail }) => `${gate}: ${verdict}: ${detail}`,
				),
				...(explanation?.candidates ?? []).map(
					({ route, level, won, why }) =>
						`${won ? "won" : "lost"}: ${route} (${level}): ${why}`,
				),
			]);
		},
	},
	{
		name: "inbox_stats",
		title: "Count deliveries",
		description:
			"Counts the stored deliveries by state and by route, with the age of the oldest unfinished one and the size of the inbox. A good first look: dead ones failed for good, waiting ones are retried, quarantined ones were not trusted.",
		scope: "read",
		input: argumentsOf({}),
		output: answerOf("getStats"),
		async run(_, { call }) {
			const body = (await call("GET", "/stats")) as Stats;
			const { byState, oldestUnfinishedAt: oldest } = body;
			return toResult({ ...body }, [
				`${Object.entries(byState)
					.map(([state, count]) => `${count} ${state}`)
					.join(", ")}.`,
				...(oldest === undefined
					? []
					: [`The oldest unfinished one arrived at ${toTime(oldest)}.`]),
				...body.byRoute
					.filter(({ dead }) => dead > 0)
					.map(({ route, dead }) => `${route}: ${dead} dead`),
			]);
		},
	},
];

// --- helpers ---

interface Row {
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	readonly state: string;
	readonly attempts: number;
	readonly receivedAt: number;
	readonly reason?: string;
}

interface List {
	readonly deliveries: readonly Row[];
	readonly next?: string;
}

interface Detail extends Row {
	readonly history: readonly {
		readonly outcome: string;
		readonly reason?: string;
		readonly stack?: string;
	}[];
	readonly doubts: readonly {
		readonly code: string;
		readonly detail: string;
	}[];
	readonly explanation?: {
		readonly verdicts: readonly {
			readonly gate: string;
			readonly verdict: string;
			readonly detail: string;
		}[];
		readonly candidates: readonly {
			readonly route: string;
			readonly level: string;
			readonly won: boolean;
			readonly why: string;
		}[];
	};
}

interface Stats {
	readonly byState: Readonly<Record<string, number>>;
	readonly byRoute: readonly {
		readonly route: string;
		readonly dead: number;
	}[];
	readonly oldestUnfinishedAt?: number;
}

function describeRow(row: Row): string {
	const { id, route, kind, state, attempts, receivedAt, reason } = row;
	const why = reason === undefined ? "" : `: ${reason.slice(0, 200)}`;
	return `${id} ${toTime(receivedAt)} ${route} ${kind} ${state}, ${attempts} attempts${why}`;
}

function toTime(ms: number): string {
	return new Date(ms).toISOString();
}
