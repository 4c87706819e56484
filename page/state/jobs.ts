import { signal } from "@preact/signals";
import { type Answer, call } from "../api/client.ts";
import { count } from "../parts/text.ts";
import { notify, notifyError } from "./notices.ts";

/** A job of the router that changes many deliveries. */
export type Job = Answer<"getJob">;

/** The jobs of this page that run now. */
export const jobs = signal<readonly Job[]>([]);

/** Called after each step of a job, because deliveries changed. */
export const changes = signal(0);

/** Follows a job to its end, and says then what it did. */
export async function follow(job: Job): Promise<void> {
	let latest = job;
	put(latest);
	try {
		while (latest.state === "running") {
			await new Promise((resolve) => setTimeout(resolve, POLL_MS));
			const next = await call("getJob", { params: { id: job.id } });
			if (next.at !== latest.at) changes.value += 1;
			latest = next;
			put(latest);
		}
		tell(latest);
	} catch (error) {
		notifyError(error);
	} finally {
		jobs.value = jobs.value.filter(({ id }) => id !== job.id);
		changes.value += 1;
	}
}

/** Stops a job after the part that runs. */
export async function cancel(id: string): Promise<void> {
	await call("cancelJob", { params: { id } }).catch(notifyError);
}

// --- helpers ---

const POLL_MS = 400;

/** The action of a job, done. */
const DONE: Readonly<Record<Job["action"], string>> = {
	replay: "replayed",
	copy: "copied",
	edit: "sent again as new events",
	release: "released",
	drop: "dropped",
	redact: "redacted",
};

/** The reason why a job ended early. */
const END: Partial<Readonly<Record<Job["state"], string>>> = {
	cancelled: ", then the job was cancelled",
	interrupted: ", then the router stopped",
};

function put(job: Job): void {
	const others = jobs.value.filter(({ id }) => id !== job.id);
	jobs.value = job.state === "running" ? [...others, job] : others;
}

function tell({
	action,
	state,
	done,
	keptCount,
	kept,
	told,
	error,
}: Job): void {
	const was = done === 1 ? "was" : "were";
	const sentences = [
		`${count(done, "delivery", "deliveries")} ${was} ${DONE[action]}${END[state] ?? ""}.`,
		...(keptCount > 0
			? [
					`${keptCount} ${keptCount === 1 ? "stays" : "stay"} as before: ${kept[0]?.why ?? "unknown reason"}.`,
				]
			: []),
		...(error === undefined ? [] : [`${error}.`]),
		...told,
	];
	notify(sentences.join(" "), {
		isError: error !== undefined || keptCount > 0,
	});
}
