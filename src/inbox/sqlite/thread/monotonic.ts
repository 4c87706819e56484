/**
 * Returns the milliseconds of the system's monotonic clock. All threads and processes of a machine have the same one, while
 * `performance.now` begins anew in each.
 */
export function monotonicMs(): number {
	const [seconds, nanoseconds] = process.hrtime();
	return seconds * 1000 + nanoseconds / 1e6;
}
