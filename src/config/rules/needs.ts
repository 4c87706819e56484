import type { Report } from "../../finding/report.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import type { Settings } from "../settings.ts";
import { modeOf } from "./effective.ts";

/** The parts of the router that a configuration switches on. */
export interface Parts {
	/** False if events are not stored. */
	readonly isKept: boolean;
	/** Undefined for `admin: off`. */
	readonly admin: Settings["admin"];
}

/** Checks that the router has the parts that a handler cannot do without. */
export function checkNeeds(
	routes: readonly RouteDraft[],
	{ isKept, admin }: Parts,
	report: Report,
): void {
	for (const route of routes) {
		const type = route.handler?.type;
		// A reply route has a finding of its own.
		if (type?.needs === undefined || modeOf(route) !== "accept") continue;
		const { name, needs } = type;
		const at = () => route.handlerSite.in(name).keyAt();
		if (needs.includes("inbox") && !isKept) {
			report.error(at(), {
				what: `\`${name}\` needs an inbox: its events are stored, and handled later`,
				todo: "write an `inbox.store`, or another handler",
			});
		}
		if (needs.includes("admin") && admin === undefined) {
			report.error(at(), {
				what: `\`${name}\` needs the admin listener, which serves it, and \`admin\` is \`off\``,
				todo: "take out `admin: off`, or write another handler",
			});
		}
	}
}
