/** The result of `within` when the work was not done in time. */
export const LATE: unique symbol = Symbol("late");

/** Waits for `work`, or returns `LATE` after `ms` milliseconds. The work itself goes on. */
export async function within<T>(
	work: T | Promise<T>,
	ms: number,
): Promise<T | typeof LATE> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<typeof LATE>((resolve) => {
		timer = setTimeout(resolve, ms, LATE);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
