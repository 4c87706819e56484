import { listWords } from "../../finding/suggest.ts";
import type { KeyField } from "../../kind/kind.ts";
import type { Explanation } from "../../runtime/explain/explain.ts";
import { type Context, settingsOf } from "./end.ts";

/** Says in a sentence what the inbox does with an explained webhook. Undefined if none of its routes gets it. */
export function describeKept(
	{ route, runs, verdicts }: Explanation,
	{ settings }: Context,
): string | undefined {
	if (route === undefined) return undefined;
	const isQuarantined = verdicts.some(
		({ verdict }) => verdict === "quarantined",
	);
	if (isQuarantined) return "It is stored, and waits for a release.";
	if (runs === undefined) return undefined;
	if (settings.inbox.store.type === "none")
		return "Nothing is stored, because `inbox.store` is `none`.";
	if (route.isUnkept)
		return "Nothing is stored, because the handler is `none`.";
	if (route.mode === "reply")
		return route.isRecorded
			? "It is recorded after the answer is sent."
			: "It is not recorded.";
	const own = settingsOf(route.name, settings);
	const dedupe = own?.dedupe ?? route.kind.dedupe;
	const orderBy = own?.orderBy ?? [];
	return [
		"It is stored before it is answered.",
		dedupe.length > 0
			? `A second one with the same ${list(dedupe)} is a duplicate.`
			: "",
		orderBy.length > 0
			? `Those with the same ${list(orderBy)} are handled in order.`
			: "",
	]
		.filter((sentence) => sentence !== "")
		.join(" ");
}

// --- helpers ---

function list(fields: readonly KeyField[]): string {
	const names = fields.map((field) =>
		typeof field === "string" ? field : field.join(" or "),
	);
	return listWords(names, "and");
}
