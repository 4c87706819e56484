import type { RouteSettings, Settings } from "../../config/settings.ts";
import type { Finding } from "../../finding/finding.ts";
import { countAddresses } from "../../gate/ranges.ts";
import type { ServedRoute } from "../served-route.ts";
import { listRanges } from "./networks.ts";

/**
 * Warns about signed webhooks that can be replayed by anybody: a signature without a time is valid for ever, and no field
 * identifies a repetition. Runs after the kind is known, because the kind may provide identifying fields.
 */
export function checkReplays(
	{ signature, firewall, dedupe, locate }: RouteSettings,
	{ mode, kind, isUnkept }: Pick<ServedRoute, "mode" | "kind" | "isUnkept">,
	{ networks, inbox }: Settings,
): Finding | undefined {
	// A replay does nothing, like the first request.
	if (isUnkept) return undefined;
	// A scheme that does not sign the content has its own warning.
	const timeless = signature.find(
		({ provesContent, provesTime }) => provesContent && !provesTime,
	);
	if (timeless === undefined || !isWide(firewall, networks)) return undefined;
	const isKept = mode === "accept" && inbox.store.type !== "none";
	if (isKept && (dedupe ?? kind.dedupe).length > 0) return undefined;
	return {
		...locate("signature"),
		severity: "warning",
		what: "the route cannot detect replays, and its firewall is wide. Anybody who has seen a webhook can send it again at any time",
		todo: advise(timeless.timeAdvice, isKept),
	};
}

// --- helpers ---

function advise(time: string | undefined, isKept: boolean): string | undefined {
	if (!isKept) return time;
	const dedupe = "in `dedupe` the field that identifies a webhook";
	return time === undefined ? `name ${dedupe}` : `${time}, or name ${dedupe}`;
}

/** Returns true for more than a `/8` of the addresses of a family, as `check` measures it. */
function isWide(
	names: readonly string[],
	networks: Settings["networks"],
): boolean {
	if (names.includes("any")) return true;
	const { v4, v6 } = countAddresses(listRanges(names, networks));
	return v4 >= 1n << 25n || v6 >= 1n << 121n;
}
