import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Note } from "../inbox/port/delivery.ts";
import type { PaceClock } from "./pace.ts";
import { type Progress, runPaced, type Step } from "./run.ts";

/** The things that a job can do. */
export const JOB_ACTIONS = [
	"replay",
	"copy",
	"edit",
	"release",
	"drop",
	"redact",
] as const;
export type JobAction = (typeof JOB_ACTIONS)[number];

/** The states of a job. An interrupted one ended because its router stopped. */
export const JOB_STATES = [
	"running",
	"done",
	"cancelled",
	"interrupted",
	"failed",
] as const;

/** A run over deliveries that goes on after its request was answered. */
export interface Job extends Note, Progress {
	readonly id: string;
	readonly action: JobAction;
	readonly state: (typeof JOB_STATES)[number];
	/** Deliveries per second. Undefined for no limit. */
	readonly rate: number | undefined;
	/** Milliseconds since the epoch. */
	readonly startedAt: number;
	/** Undefined while it runs. */
	readonly endedAt: number | undefined;
	/** Why it failed. */
	readonly error: string | undefined;
	/** Sentences for the person, such as what a redaction could not reach. */
	readonly told: readonly string[];
}

/** The facts that a job starts with. */
export interface JobStart {
	readonly action: JobAction;
	readonly ids: readonly string[];
	readonly rate: number | undefined;
	readonly note: Note;
	readonly step: Step;
	/** Called after the last part, also of a cancelled job. Returns sentences for the person. */
	readonly finish?: (() => Promise<readonly string[]>) | undefined;
	/** Called at the end, however it ends. */
	readonly close?: (() => Promise<void>) | undefined;
}

/**
 * The jobs of one router, in memory. A job ends with its router, and what it did by then is durable. A new job with the same filter does
 * the rest, if the filter does not choose what was done.
 */
export class Jobs {
	readonly #jobs = new Map<string, Entry>();
	readonly #clock: PaceClock;
	readonly #now: () => number;
	#isStopped = false;

	constructor({
		clock = IDLE_CLOCK,
		now = Date.now,
	}: { readonly clock?: PaceClock; readonly now?: () => number } = {}) {
		this.#clock = clock;
		this.#now = now;
	}

	/** Starts a job. Resolves with it when it ended, or after so many milliseconds, whichever comes first. */
	async start(start: JobStart, waitMs: number): Promise<Job> {
		const { action, ids, rate, note } = start;
		const entry: Entry = {
			stop: new AbortController(),
			ended: undefined,
			job: {
				...note,
				...NO_PROGRESS,
				id: randomUUID(),
				action,
				state: "running",
				total: ids.length,
				rate,
				startedAt: this.#now(),
				endedAt: undefined,
				error: undefined,
				told: [],
			},
		};
		if (this.#isStopped) entry.stop.abort(INTERRUPTED);
		this.#forgetOld();
		this.#jobs.set(entry.job.id, entry);
		entry.ended = this.#run(entry, start);
		const timer = new AbortController();
		await Promise.race([
			entry.ended,
			sleep(waitMs, undefined, { ref: false, signal: timer.signal }).catch(
				() => {},
			),
		]);
		timer.abort();
		return entry.job;
	}

	/** Lists the jobs, the newest first. */
	list(): readonly Job[] {
		return [...this.#jobs.values()].map(({ job }) => job).reverse();
	}

	get(id: string): Job | undefined {
		return this.#jobs.get(id)?.job;
	}

	/** Stops a job after the part that runs. Returns it, or undefined if there is none. */
	cancel(id: string): Job | undefined {
		const entry = this.#jobs.get(id);
		entry?.stop.abort(CANCELLED);
		return entry?.job;
	}

	/**
	 * Ends all jobs after the part that runs, because the router stops. A job that is started from now on does nothing. Resolves with
	 * the jobs that are not done.
	 */
	async stop(): Promise<readonly Job[]> {
		this.#isStopped = true;
		const running = [...this.#jobs.values()].filter(
			({ job }) => job.state === "running",
		);
		for (const { stop } of running) stop.abort(INTERRUPTED);
		await Promise.all(running.map(({ ended }) => ended));
		return running
			.map(({ job }) => job)
			.filter(({ state }) => state !== "done");
	}

	async #run(
		entry: Entry,
		{ ids, step, rate, finish, close }: JobStart,
	): Promise<void> {
		const change = (changed: Partial<Job>): void => {
			entry.job = { ...entry.job, ...changed };
		};
		const { signal } = entry.stop;
		try {
			const progress = await runPaced(ids, step, {
				rate,
				signal,
				clock: this.#clock,
				remembered: REMEMBERED,
				onProgress: change,
			});
			const told = (await finish?.()) ?? [];
			const state: Job["state"] =
				progress.at < ids.length ? signal.reason : "done";
			change({ ...progress, told, state });
		} catch (error) {
			change({ state: "failed", error: (error as Error).message });
		}
		await close?.();
		change({ endedAt: this.#now() });
	}

	/** Keeps the running ones, and the latest of the others. */
	#forgetOld(): void {
		for (const [id, { job }] of this.#jobs) {
			if (this.#jobs.size < KEPT) return;
			if (job.state !== "running") this.#jobs.delete(id);
		}
	}
}

// --- helpers ---

interface Entry {
	job: Job;
	/** Aborted with the state that the job then has. */
	readonly stop: AbortController;
	/** Resolves at its end. */
	ended: Promise<void> | undefined;
}

const CANCELLED: Job["state"] = "cancelled";
const INTERRUPTED: Job["state"] = "interrupted";

/** Jobs that are remembered. */
const KEPT = 100;

/** Entries of a job's lists that are remembered. */
const REMEMBERED = 100;

const NO_PROGRESS: Omit<Progress, "total"> = {
	at: 0,
	done: 0,
	keptCount: 0,
	kept: [],
	made: [],
};

/** A clock whose pauses do not keep the router alive when it stops. */
const IDLE_CLOCK: PaceClock = {
	now: () => performance.now(),
	async sleep(ms, signal) {
		await sleep(ms, undefined, { signal, ref: false }).catch(() => {});
	},
};
