/** Limits the copies of one process, so that they cost little however busy the router is. */
export interface CopyBudget {
	/** Returns false for a copy beyond the limits. `sizeBytes` is the size of its body. */
	admits(sizeBytes: number, now: number): boolean;
}

/** The default limits. */
export const COPIES_A_SECOND = 1000;
export const COPY_BYTES_A_SECOND = 8 * 1024 * 1024;

/** Creates a budget with a bucket for copies and one for their bytes. Each holds what one second brings. */
export function createCopyBudget(
	perSecond = COPIES_A_SECOND,
	bytesPerSecond = COPY_BYTES_A_SECOND,
): CopyBudget {
	let copies = perSecond;
	let bytes = bytesPerSecond;
	let last = 0;
	return {
		admits(sizeBytes, now) {
			// A clock that was set back adds nothing.
			const seconds = Math.max(0, now - last) / 1000;
			last = now;
			copies = Math.min(perSecond, copies + seconds * perSecond);
			bytes = Math.min(bytesPerSecond, bytes + seconds * bytesPerSecond);
			if (copies < 1 || bytes < sizeBytes) return false;
			copies -= 1;
			bytes -= sizeBytes;
			return true;
		},
	};
}
