import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { formatDuration } from "../../finding/units.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import type { InboxSettings } from "../settings.ts";
import { modeOf } from "./effective.ts";

/**
 * Warns of an inbox that forgets deliveries while their sender may still send them again, as the kinds of its routes say: what
 * comes then counts as new.
 *
 * @param site the place of `inbox`
 */
export function checkRetention(
	routes: readonly RouteDraft[],
	{ store, retentionMs }: InboxSettings,
	site: Site,
	report: Report,
): void {
	if (store.type === "none") return;
	const longest = routes.reduce(longer, undefined);
	if (longest?.kind === undefined || resentMs(longest) <= retentionMs) return;
	const isWritten = site.in("retention").value !== undefined;
	report.warn(isWritten ? site.at("retention") : longest.site.at("kind"), {
		what: `\`${longest.kind.name}\` may be sent again after the inbox has forgotten it. A duplicate then counts as new`,
		expected: `a \`retention\` of at least \`${formatDuration(resentMs(longest))}\``,
		todo: isWritten
			? "write a longer one, and remove the bodies early with `bodyRetention`"
			: "write a longer `retention` into `inbox`",
	});
}

// --- helpers ---

function longer(
	longest: RouteDraft | undefined,
	route: RouteDraft,
): RouteDraft | undefined {
	return resentMs(route) > (longest === undefined ? 0 : resentMs(longest))
		? route
		: longest;
}

/** Returns for how long a duplicate may come to a route that tells duplicates; 0 where that is not known, or does not matter. */
function resentMs(route: RouteDraft): number {
	const { kind, dedupe = true, handler } = route;
	if (modeOf(route) !== "accept" || handler?.type.isUnkept === true) return 0;
	const fields = dedupe === true ? kind?.dedupe : dedupe;
	return fields?.length ? (kind?.resend?.forMs ?? 0) : 0;
}
