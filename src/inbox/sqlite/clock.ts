/**
 * The time, milliseconds since the epoch: the system's when this is called, and from then on what a steady clock adds. Setting the system's
 * time moves neither leases nor retries; the next start takes it over.
 */
export function createClock(): () => number {
	const start = Date.now() - performance.now();
	return () => start + performance.now();
}
