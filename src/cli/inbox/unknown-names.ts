import { didYouMean } from "../../finding/suggest.ts";
import type { FilterOptions } from "./filter.ts";
import { plain } from "./row.ts";
import type { Known } from "./site.ts";

/**
 * Says which names of a filter are of no route and no kind; nothing where they are, or nobody can tell. To be asked where nothing fits
 * the filter: the inbox may hold deliveries of routes that are gone.
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

/** The kind of what is fetched. */
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
