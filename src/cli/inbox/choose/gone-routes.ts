import type { Settings } from "../../../config/settings.ts";
import { plain } from "../row.ts";
import type { Picked } from "./filter.ts";

/** Names the replayed deliveries that wait because no route of their name is served, in one line for each route. */
export function describeGoneRoutes(
	picked: readonly Picked[],
	settings: Pick<Settings, "routes"> | undefined,
): string[] {
	if (settings === undefined) return [];
	const served = new Set(settings.routes.map(({ name }) => name));
	const counts = new Map<string, number>();
	for (const { route, state } of picked) {
		if (served.has(route)) continue;
		if (state !== "dead" && state !== "delivered") continue;
		counts.set(route, (counts.get(route) ?? 0) + 1);
	}
	return [...counts].map(
		([route, count]) =>
			`no route is named ${plain(route)}. ${count} of these wait until one is.`,
	);
}
