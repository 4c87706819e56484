/** HTTP statuses from one to another, both included. */
export interface StatusRange {
	readonly from: number;
	readonly to: number;
}

/** Reads a status or a range such as `500-599`; one that ends before it begins comes back as written, and has no status. */
export function parseStatusRange(text: string | number): StatusRange {
	const [from = 0, to = from] = String(text).split("-").map(Number);
	return { from, to };
}

/** True for a status that lies in one of the ranges. */
export function isAmong(
	status: number,
	ranges: readonly StatusRange[],
): boolean {
	for (const { from, to } of ranges)
		if (status >= from && status <= to) return true;
	return false;
}
