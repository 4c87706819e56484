import { Pace, type PaceClock } from "./pace.ts";

/** A thing that is done to deliveries, a few at a time. */
export interface Step {
	/** The most deliveries of one call. */
	readonly size: number;
	/** Rejects with INBOX_UNAVAILABLE. The run then ends: what was not done can be done again. */
	run(ids: readonly string[], signal?: AbortSignal): Promise<Stride>;
}

/** The result of a part of a run. */
export interface Stride {
	/** The number of deliveries that it was done to. */
	readonly done: number;
	/** The others, with the reason. */
	readonly kept: readonly Kept[];
	/** The deliveries that went to another route, or were made. */
	readonly made?: readonly Made[];
}

/** Deliveries that stay as they are. */
export interface Kept {
	/** Undefined if only the number is known. */
	readonly id: string | undefined;
	readonly count: number;
	readonly why: string;
}

/** A delivery that was released to a route, or a new event that was made from one. */
export interface Made {
	/** The delivery that was worked on. */
	readonly id: string;
	/** The route that it was stored for. */
	readonly from: string;
	/** The route that handles it now. */
	readonly route: string;
	/** The id of the new event. Absent for a delivery that was released. */
	readonly event?: string;
}

/** The state of a run. */
export interface Progress {
	readonly total: number;
	/** The number of deliveries that were worked on, done or not. */
	readonly at: number;
	readonly done: number;
	readonly keptCount: number;
	/** The first of those that stay. */
	readonly kept: readonly Kept[];
	/** The first of those that were made or moved. */
	readonly made: readonly Made[];
}

/** The options of a run. */
export interface RunOptions {
	/** Deliveries per second. Undefined for as fast as possible. */
	readonly rate?: number | undefined;
	/** Ends the run between two parts. */
	readonly signal?: AbortSignal | undefined;
	readonly clock?: PaceClock | undefined;
	/** Called after each part. */
	readonly onProgress?: (progress: Progress) => void;
	/** The number of entries of `kept` and `made` to remember. Default 1000. */
	readonly remembered?: number;
}

/** Does a step to deliveries in their order, at a pace. Returns how far it got. */
export async function runPaced(
	ids: readonly string[],
	step: Step,
	{ rate, signal, clock, onProgress, remembered = 1000 }: RunOptions = {},
): Promise<Progress> {
	const pace = new Pace(rate, clock);
	const kept: Kept[] = [];
	const made: Made[] = [];
	let at = 0;
	let done = 0;
	let keptCount = 0;
	const progress = (): Progress => ({
		total: ids.length,
		at,
		done,
		keptCount,
		kept,
		made,
	});
	while (at < ids.length) {
		const most = Math.min(step.size, ids.length - at);
		const taken = await pace.take(most, signal);
		if (taken === 0) break;
		const stride = await step.run(ids.slice(at, at + taken), signal);
		at += taken;
		done += stride.done;
		for (const one of stride.kept) {
			keptCount += one.count;
			if (kept.length < remembered) kept.push(one);
		}
		for (const one of stride.made ?? [])
			if (made.length < remembered) made.push(one);
		onProgress?.(progress());
	}
	return progress();
}
