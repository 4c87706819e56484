import { showHidden } from "../../../src/observe/plain-text.ts";

/** Writes a `match` in one line: `to = 44*, status = failed or rejected`. */
export function describeMatch(
	match: Readonly<Record<string, unknown>>,
): string {
	return Object.entries(match)
		.map(([field, wanted]) => `${showHidden(field)} ${describe(wanted)}`)
		.join(", ");
}

// --- helpers ---

function describe(wanted: unknown): string {
	if (Array.isArray(wanted))
		return `= ${wanted.map((one) => showHidden(String(one))).join(" or ")}`;
	if (typeof wanted === "object" && wanted !== null)
		return showHidden(JSON.stringify(wanted));
	return `= ${showHidden(String(wanted))}`;
}
