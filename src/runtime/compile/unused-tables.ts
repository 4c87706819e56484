import type { RouteSettings, Settings } from "../../config/settings.ts";
import { isRecord } from "../../event/is-record.ts";
import type { Templates } from "../../handler/template/templates.ts";
import type { TableUsage } from "../../table/usage.ts";

/** Returns the tables that no template, plugin or `match` uses, as far as that is known. */
export function findUnusedTables(
	{ routes, tables }: Settings,
	{ usage }: Templates,
): readonly string[] {
	for (const { match } of routes) {
		if (match !== undefined) noteMatched(match, usage);
	}
	return [...tables.keys()].filter((name) => !usage.isUsed(name));
}

// --- helpers ---

/** Collects the tables that the conditions of a match look up, including the conditions inside of `not`. */
function noteMatched(
	match: NonNullable<RouteSettings["match"]>,
	usage: TableUsage,
): void {
	const note = (written: unknown): void => {
		if (!isRecord(written)) return;
		if (typeof written.in === "string") usage.use(written.in);
		note(written.not);
	};
	for (const conditions of match.values())
		for (const { written } of conditions) note(written);
}
