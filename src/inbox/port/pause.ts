/**
 * A pause of a route, present or past. Its deliveries are stored and not handled meanwhile. Times are milliseconds since the
 * epoch, by the store's clock.
 */
export interface Pause {
	readonly route: string;
	readonly since: number;
	/** The end, which may be in the future. Undefined until somebody resumes the route. */
	readonly until: number | undefined;
	readonly why: string | undefined;
}

/** The pauses of an inbox, and the store's time when they were read. */
export interface Pauses {
	readonly now: number;
	/**
	 * Oldest first. Past ones are included for as long as the retention or the retries of a delivery may depend on them. The
	 * pauses of one route never overlap.
	 */
	readonly all: readonly Pause[];
}

/** The end and the reason of a new pause. */
export interface PauseTerms {
	/** Milliseconds from now. Undefined pauses until somebody resumes the route. */
	readonly forMs?: number | undefined;
	readonly why?: string | undefined;
}

/** True while a pause holds its route. */
export function isOn({ since, until }: Pause, now: number): boolean {
	return since <= now && (until === undefined || now < until);
}

/** Returns the milliseconds between two times in which a route was paused. */
export function pausedMs(
	pauses: readonly Pause[],
	from: number,
	to: number,
): number {
	let sum = 0;
	for (const { since, until = to } of pauses)
		sum += Math.max(0, Math.min(until, to) - Math.max(since, from));
	return sum;
}

/**
 * Returns the latest time since when a route has been unpaused for so many milliseconds: what changed until then has reached that
 * age, if its paused time does not count.
 *
 * @param pauses of the route, oldest first
 */
export function cutoffOf(
	pauses: readonly Pause[],
	ageMs: number,
	now: number,
): number {
	let left = ageMs;
	let at = now;
	for (const { since, until = now } of pauses.toReversed()) {
		const end = Math.min(until, at);
		if (at - end >= left) break;
		left -= at - end;
		at = Math.min(since, at);
	}
	return at - left;
}

/** Groups pauses by their route. */
export function byRoute(
	pauses: readonly Pause[],
): ReadonlyMap<string, readonly Pause[]> {
	const grouped = new Map<string, Pause[]>();
	for (const pause of pauses) {
		const known = grouped.get(pause.route);
		if (known === undefined) grouped.set(pause.route, [pause]);
		else known.push(pause);
	}
	return grouped;
}

/** Past pauses of one route that are remembered at most. */
export const PAST_PAUSES_MAX = 500;

/** Past pauses are remembered for this long at least, because retries may take longer than the retention. */
export const PAST_PAUSES_MS = 30 * 86_400_000;
