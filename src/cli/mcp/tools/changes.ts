import { CHOICE, HOW, JOB } from "../../../admin/api/deliveries/schemas.ts";
import { about, TEXT } from "../../../admin/api/schemas.ts";
import type { McpTool, ToolGround, ToolResult } from "../tool.ts";
import { ToolProblem } from "../tool.ts";
import { answerOf, argumentsOf, resultOf, toResult } from "./results.ts";

const REASON = about(
	"Why, for the history of each delivery, which people read.",
	{ ...TEXT, minLength: 1, maxLength: 1000 },
);

const CHOSEN = {
	ids: { ...CHOICE.ids, maxItems: 1000 },
	filter: about(
		"Chooses deliveries instead of `ids`. Look first with `dryRun`.",
		CHOICE.filter ?? {},
	),
	max: about("At most this many, oldest first. Default 100.", {
		type: "integer",
		minimum: 1,
		maximum: 10_000,
	}),
	rate: CHOICE.rate ?? {},
	dryRun: HOW.dryRun ?? {},
	reason: REASON,
};

const ID = argumentsOf({ id: about("The id of the job.", TEXT) }, ["id"]);

/** Changes of stored deliveries, and the jobs that carry them out. */
export const CHANGES: readonly McpTool[] = [
	{
		name: "replay",
		title: "Replay deliveries",
		description:
			"Lets the handlers of dead or delivered deliveries run again, such as after a fix. Handlers have effects: they send messages and write to other systems. Name `ids`, or a `filter`, which chooses dead ones unless it names the `state`. Use `dryRun` to see how many there are.",
		scope: "operate",
		isDestructive: true,
		input: argumentsOf(CHOSEN, ["reason"]),
		output: answerOf("replayDeliveries"),
		run: (args, ground) => change("replay", args, ground),
	},
	{
		name: "release",
		title: "Release quarantined deliveries",
		description:
			"Sends quarantined deliveries to their handlers. A gate did not trust them: read the doubts of each with `show_delivery` first. The gates after the one that doubted check them again.",
		scope: "operate",
		isDestructive: true,
		input: argumentsOf(CHOSEN, ["reason"]),
		output: answerOf("releaseDeliveries"),
		run: (args, ground) => change("release", args, ground),
	},
	{
		name: "show_job",
		title: "Show a job",
		description:
			"Shows the progress of a replay or release that takes longer than two seconds.",
		scope: "read",
		input: ID,
		output: resultOf({ job: JOB }),
		run: ({ id }, ground) => job("GET", jobPath(id), ground),
	},
	{
		name: "cancel_job",
		title: "Cancel a job",
		description:
			"Stops a replay or release after the part that runs. What was done stays done.",
		scope: "operate",
		input: ID,
		output: resultOf({ job: JOB }),
		run: ({ id }, ground) => job("POST", `${jobPath(id)}/cancel`, ground),
	},
];

// --- helpers ---

const MAX = 100;

async function change(
	verb: "replay" | "release",
	args: Parameters<McpTool["run"]>[0],
	{ call }: ToolGround,
): Promise<ToolResult> {
	if ((args.ids === undefined) === (args.filter === undefined))
		throw new ToolProblem(
			'Name "ids" or a "filter", not both. `list_deliveries` has the ids.',
		);
	const body = { max: MAX, ...args };
	const changed = (await call("POST", `/deliveries/${verb}`, { body })) as {
		readonly chosen: number;
		readonly groups: readonly {
			readonly route: string;
			readonly state: string;
			readonly count: number;
		}[];
		readonly job?: JobAnswer;
	};
	const { chosen, groups, job: run } = changed;
	return toResult({ ...changed }, [
		`${run === undefined ? `Would ${verb}` : "Chosen"}: ${chosen}.`,
		...groups.map(({ route, state, count }) => `${route}: ${count} ${state}`),
		...(chosen === body.max
			? ['That is the "max". There may be more, so call again.']
			: []),
		...(run === undefined ? [] : describeJob(run)),
	]);
}

interface JobAnswer {
	readonly id: string;
	readonly state: string;
	readonly at: number;
	readonly total: number;
	readonly done: number;
	readonly kept: readonly { readonly id?: string; readonly why: string }[];
	readonly error?: string;
}

function jobPath(id: unknown): string {
	return `/jobs/${encodeURIComponent(String(id))}`;
}

async function job(
	method: "GET" | "POST",
	path: string,
	{ call }: ToolGround,
): Promise<ToolResult> {
	const found = (await call(method, path)) as JobAnswer;
	return toResult({ job: found }, describeJob(found));
}

function describeJob({ id, state, at, total, done, kept, error }: JobAnswer) {
	return [
		`Job ${id} ${state}: ${at} of ${total}, ${done} done.`,
		...(error === undefined ? [] : [error]),
		...kept
			.slice(0, 5)
			.map((one) => `Stays as it is: ${one.id ?? "some"}: ${one.why}`),
		...(state === "running" ? ["Look again with `show_job`."] : []),
	];
}
