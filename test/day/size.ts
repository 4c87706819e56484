/** How large the simulated day is. */
export interface DaySize {
	/** Different webhooks, without those that are sent again. */
	readonly webhooks: number;
	/** Rows of the table. */
	readonly numbers: number;
	/** The webhooks a second that each router takes for the application of a campaign. */
	readonly limit: number;
	readonly seed: number;
	readonly isLong: boolean;
}

/** The routes of how many applications the routers serve, in a day of any size. */
export const APPLICATIONS = 50;

/**
 * Reads SWITCHHOOK_DAY_WEBHOOKS, default 2,000, and SWITCHHOOK_DAY_SEED. A day with the variable has 100,000 numbers, as one of a
 * large customer has 2,000,000 webhooks.
 */
export function readDaySize(env: NodeJS.ProcessEnv): DaySize {
	const wanted = env.SWITCHHOOK_DAY_WEBHOOKS;
	return {
		webhooks: Number(wanted ?? 2000),
		numbers: wanted === undefined ? 1000 : 100_000,
		limit: wanted === undefined ? 40 : 200,
		seed: Number(env.SWITCHHOOK_DAY_SEED ?? 1),
		isLong: wanted !== undefined,
	};
}
