import { type Job, Jobs } from "../../../desk/jobs.ts";
import { maskText } from "../../../observe/mask.ts";
import type { AdminOperation } from "../../operation.ts";
import { AdminProblem } from "../../problem.ts";
import type { AdminRouter } from "../../router.ts";
import { listOf, objectOf } from "../schemas.ts";
import { JOB } from "./schemas.ts";

/** Returns the jobs of a router, which live as long as it. */
export function jobsOf(router: AdminRouter): Jobs {
	let jobs = JOBS.get(router);
	if (jobs === undefined) {
		jobs = new Jobs();
		JOBS.set(router, jobs);
	}
	return jobs;
}

/** Ends the jobs of a router that stops, and logs how far each one came: nothing else knows it afterwards. */
export async function stopJobs(router: AdminRouter): Promise<void> {
	const jobs = JOBS.get(router);
	if (jobs === undefined) return;
	for (const { id, action, state, at, total } of await jobs.stop())
		router.log.warn(
			{ job: id, action, state, at, total },
			"a job ended because the router stops. What it did stays done. Send its request again to do the rest",
		);
}

/** Shows a job. The reasons why deliveries stay may quote their payloads, and are masked. */
export function toJobView({ kept, ...job }: Job): object {
	return {
		...job,
		kept: kept.map(({ why, ...one }) => ({ ...one, why: maskText(why) })),
	};
}

/** Shows and cancels the jobs of this router. */
export const JOB_OPERATIONS: readonly AdminOperation[] = [
	{
		id: "listJobs",
		method: "GET",
		path: "/jobs",
		tag: "jobs",
		scope: "read",
		summary: "Lists the jobs of this router since its start, newest first.",
		description:
			"Jobs end with their router. One that still runs at a stop is `interrupted`: what it did stays done, and the log says how far it came. After a restart the same request does the rest, if its filter does not choose what was done, as `state: [dead]` does not choose what was replayed.",
		answers: {
			200: {
				description: "The running jobs, and the latest of the others.",
				schema: objectOf({ jobs: listOf(JOB) }),
			},
		},
		handle: ({ router }) => ({
			body: { jobs: jobsOf(router).list().map(toJobView) },
		}),
	},
	{
		id: "getJob",
		method: "GET",
		path: "/jobs/:id",
		tag: "jobs",
		scope: "read",
		summary: "Shows the progress of a job.",
		answers: { 200: { description: "The job.", schema: JOB } },
		handle: ({ router, params: { id = "" } }) => ({
			body: toJobView(expectJob(jobsOf(router).get(id), id)),
		}),
	},
	{
		id: "cancelJob",
		method: "POST",
		path: "/jobs/:id/cancel",
		tag: "jobs",
		scope: "operate",
		summary: "Stops a job.",
		description:
			"The part that runs is finished first. What was done stays done, and the same request goes on with the rest.",
		answers: { 200: { description: "The job.", schema: JOB } },
		handle({ router, actor, params: { id = "" } }) {
			const job = expectJob(jobsOf(router).cancel(id), id);
			router.log.info(
				{ actor, job: id, action: job.action },
				"a job was cancelled through the admin API",
			);
			return { body: toJobView(job) };
		},
	},
];

// --- helpers ---

/** Keyed by the router itself, so that no part of the router has to know of jobs. */
const JOBS = new WeakMap<AdminRouter, Jobs>();

function expectJob(job: Job | undefined, id: string): Job {
	if (job !== undefined) return job;
	throw new AdminProblem(
		"not-found",
		`There is no job ${id}. Jobs end with their router: what this one did stays done, and the router's log says how far it came.`,
	);
}
