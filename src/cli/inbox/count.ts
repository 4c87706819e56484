/** Writes a count with its noun. */
export function countOf(count: number, noun = "delivery"): string {
	if (count === 1) return `1 ${noun}`;
	return `${count} ${noun.replace(/y$/, "ie")}s`;
}
