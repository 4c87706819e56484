import { about, listOf, TEXT } from "../../../admin/api/schemas.ts";
import { DURATION_FORM, parseDuration } from "../../../finding/units.ts";
import { type McpTool, ToolProblem } from "../tool.ts";
import { answerOf, argumentsOf, toResult } from "./results.ts";

const ROUTES = about("Names of routes.", {
	...listOf(TEXT),
	minItems: 1,
	maxItems: 1000,
});

/** The pauses of routes. */
export const PAUSES: readonly McpTool[] = [
	{
		name: "list_pauses",
		title: "List paused routes",
		description:
			"Lists the paused routes, with since when, until when, why, and how many events wait. A paused route stores its events and handles none.",
		scope: "read",
		input: argumentsOf({}),
		output: answerOf("listPauses"),
		async run(_, { call }) {
			const query = { waiting: true };
			const body = (await call("GET", "/pauses", { query })) as Paused;
			const lines = body.pauses.map(describePause);
			return toResult(
				{ ...body },
				lines.length === 0 ? ["No route is paused."] : lines,
			);
		},
	},
	{
		name: "pause",
		title: "Pause routes",
		description:
			"Stores the events of routes without handling them, such as while a service behind them is down. Senders still get 200. Only accept routes can be paused. Say for how long, so that the routes do not stay paused.",
		scope: "operate",
		input: argumentsOf(
			{
				routes: ROUTES,
				for: about(
					"How long, such as `30m` or `2h`. Without it somebody has to resume the routes.",
					TEXT,
				),
				why: about("The reason, for everybody who sees the pause.", {
					...TEXT,
					minLength: 1,
					maxLength: 500,
				}),
			},
			["routes", "why"],
		),
		output: answerOf("pauseRoutes"),
		async run({ routes, why, for: written }, { call }) {
			const forMs = written === undefined ? undefined : readFor(written);
			const body = { routes, why, ...(forMs !== undefined && { forMs }) };
			const paused = (await call("POST", "/pauses", { body })) as Paused;
			return toResult({ ...paused }, paused.pauses.map(describePause));
		},
	},
	{
		name: "resume",
		title: "Resume routes",
		description:
			"Handles the events of paused routes again, with those that arrived meanwhile, in their order.",
		scope: "operate",
		input: argumentsOf({ routes: ROUTES }, ["routes"]),
		output: answerOf("resumeRoutes"),
		async run({ routes }, { call }) {
			const body = { routes };
			const answer = (await call("POST", "/pauses/resume", { body })) as {
				readonly resumed: readonly string[];
			};
			const { resumed } = answer;
			return toResult(answer, [
				resumed.length === 0
					? "None of them was paused."
					: `Resumed: ${resumed.join(", ")}.`,
			]);
		},
	},
];

// --- helpers ---

interface Paused {
	readonly pauses: readonly {
		readonly route: string;
		readonly since: number;
		readonly until?: number;
		readonly why?: string;
		readonly waiting?: number;
	}[];
}

function describePause(pause: Paused["pauses"][number]): string {
	const { route, until, why, waiting } = pause;
	const end =
		until === undefined
			? "until somebody resumes it"
			: `until ${new Date(until).toISOString()}`;
	return `${route} is paused ${end}${why === undefined ? "" : `: ${why}`}${waiting === undefined ? "" : ` (${waiting} waiting)`}`;
}

function readFor(text: unknown): number {
	const ms = parseDuration(String(text));
	if (ms !== undefined && ms > 0) return ms;
	throw new ToolProblem(`"for" is not a duration. Write ${DURATION_FORM}.`);
}
