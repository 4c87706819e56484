import { didYouMean } from "../../../finding/suggest.ts";
import { plain } from "../row.ts";
import type { Known } from "../site.ts";
import type { FilterOptions } from "./filter.ts";

/**
 * Lists the names of a filter that belong to no route or kind. Empty if there are none or the names cannot be known. Called if
 * nothing matches the filter, because the inbox may contain deliveries of removed routes.
 */
export function unknownNames(
	{ route, kind }: Pick<FilterOptions, "route" | "kind">,
	{ settings, kinds }: Known,
): string[] {
	const lines: string[] = [];
	if (route !== undefined && settings !== undefined)
		lines.push(
			...unknown(
				"route",
				route,
				settings.routes.map(({ name }) => name),
			),
		);
	if (kind !== undefined)
		lines.push(
			...unknown("kind", kind, [
				...kinds.keys(),
				...(settings?.routes ?? []).flatMap((one) => one.kind ?? []),
				STATIC,
			]),
		);
	return lines;
}

// --- helpers ---

/** The kind of a file request. */
const STATIC = "static";

function unknown(
	noun: string,
	name: string,
	names: readonly string[],
): string[] {
	if (names.includes(name)) return [];
	const hint = didYouMean(name, names);
	const what = `There is no ${noun} "${plain(name)}".`;
	return [hint === undefined ? what : `${what} ${hint.replace(/^d/, "D")}`];
}
