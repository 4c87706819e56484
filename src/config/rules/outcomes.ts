import type { Report } from "../../finding/report.ts";
import { lineOf } from "../../finding/site.ts";
import type { DefaultsDraft, RouteDraft } from "../parts/route/draft.ts";
import { modeOf } from "./effective.ts";
import type { Stacks } from "./stacks.ts";

/**
 * Checks that what is to be quarantined can be: an empty 200 is its answer, so that it suits no reply, and
 * it has to be kept. One of `defaults` counts only where it suits.
 *
 * @param isKept false where nothing is kept.
 */
export function checkOutcomes(
	stacks: Stacks,
	defaults: DefaultsDraft,
	isKept: boolean,
	report: Report,
): void {
	if (!isKept) checkNone(defaults, report);
	for (const stack of stacks.values()) {
		for (const route of stack) {
			if (isKept) checkReply(route, stack, report);
			else checkNone(route, report);
		}
	}
}

// --- helpers ---

const OUTCOMES = ["onDenied", "onUnsigned", "onInvalid"] as const;

function checkNone(from: DefaultsDraft | RouteDraft, report: Report): void {
	for (const key of OUTCOMES) {
		if (!from.wrote(key) || from[key] !== "quarantine") continue;
		report.error(from.site.at(key), {
			what: "with `store: none` nothing can be quarantined",
			todo: "write `reject`, or an `inbox.store`",
		});
	}
}

function checkReply(
	route: RouteDraft,
	stack: readonly RouteDraft[],
	report: Report,
): void {
	for (const key of OUTCOMES) {
		if (!route.wrote(key) || route[key] !== "quarantine") continue;
		const isReply = modeOf(route) === "reply";
		if (key === "onInvalid") {
			if (!isReply) continue;
			report.error(route.site.at(key), {
				what: "this route replies, and `quarantine` sends no answer, so a caller would hear nothing",
				todo: "write `onInvalid: reject`, and give it a `fallback`",
			});
			continue;
		}
		const replying = isReply
			? route
			: stack.find((other) => modeOf(other) === "reply");
		if (replying === undefined) continue;
		report.error(route.site.at(key), {
			what: `${isReply ? "this route replies" : `a route on this path replies (${lineOf(replying.site)})`}, and \`quarantine\` sends no answer, so a caller would hear nothing`,
			todo: isReply
				? `write \`${key}: reject\``
				: `write \`${key}: reject\`, or give the routes that reply a path of their own`,
		});
	}
}
