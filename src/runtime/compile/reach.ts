import type { RouteSettings } from "../../config/settings.ts";
import type { Finding } from "../../finding/finding.ts";
import { hasPath } from "../../route/route.ts";
import type { ServedRoute } from "../served-route.ts";

/**
 * Warns about internal routes that get nothing, as far as that is known: most of them are routes whose path was forgotten.
 *
 * @param isKept false if nothing is stored
 */
export function findUnreached(
	settings: readonly RouteSettings[],
	served: ReadonlyMap<string, ServedRoute>,
	isKept: boolean,
): Finding[] {
	const internal = settings.filter((route) => !hasPath(route));
	if (internal.length === 0) return [];
	const named = new Set(
		[...served.values()].flatMap(({ handler, fallback }) => [
			...(handler.handsOn ?? []),
			...(fallback?.handsOn ?? []),
		]),
	);
	return internal.flatMap((route): Finding[] => {
		const kind = served.get(route.name)?.kind;
		if (kind?.isOwn === true) {
			if (isKept || !OF_THE_INBOX.has(kind.name)) return [];
			return [
				{
					...route.locate("kind"),
					severity: "warning",
					what: `\`${kind.name}\` never comes: with \`store: none\` nothing is kept`,
					todo: "take the route out, or write an `inbox.store`",
				},
			];
		}
		if (named.has(route.name)) return [];
		return [
			{
				...route.locate("name"),
				severity: "warning",
				what: `the route \`${route.name}\` has no \`path\`, no \`all\` names it, and no plugin says in \`handsOn\` that it hands on to it`,
				todo: "write a `path`, or name the route in an `all`, or in the `handsOn` of the plugin that hands on to it",
			},
		];
	});
}

// --- helpers ---

/** The kinds of own events that only an inbox causes. */
const OF_THE_INBOX: ReadonlySet<string> = new Set([
	"router.dead",
	"router.quarantined",
	"router.backlog",
]);
