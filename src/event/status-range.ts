/** A range of HTTP statuses, including both ends. */
export interface StatusRange {
	readonly from: number;
	readonly to: number;
}

/** Parses a status or a range such as `500-599`. A range with a wrong order is returned as written, and contains no status. */
export function parseStatusRange(text: string | number): StatusRange {
	const [from = 0, to = from] = String(text).split("-").map(Number);
	return { from, to };
}

/** Returns true for a status in one of the ranges. */
export function isAmong(
	status: number,
	ranges: readonly StatusRange[],
): boolean {
	for (const { from, to } of ranges)
		if (status >= from && status <= to) return true;
	return false;
}
