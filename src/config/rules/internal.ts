import type { Report } from "../../finding/report.ts";
import { listWords } from "../../finding/suggest.ts";
import { parseField } from "../../route/field.ts";
import { REQUEST_KEYS, type RouteDraft } from "../parts/route/draft.ts";
import { positionOfMatch } from "../parts/route/match.ts";
import { checkClaims } from "./claims.ts";

/** Checks a route without a path: it cannot have the keys of a request. */
export function checkInternal(route: RouteDraft, report: Report): void {
	const written = [...REQUEST_KEYS].filter(
		// `accept` is what it does.
		(key) => route.wrote(key) && !(key === "mode" && route.mode === "accept"),
	);
	const [first] = written;
	if (first !== undefined) {
		const isOne = written.length === 1;
		report.error(route.site.keyAt(first), {
			what: `the route has no \`path\`, so no request reaches it. ${listWords(written, "and")} ${isOne ? "is" : "are"} for requests`,
			todo: `write a \`path\`, or take ${isOne ? "it" : "them"} out`,
		});
	}
	if (route.onInvalid === "quarantine" && route.wrote("onInvalid")) {
		report.error(route.site.at("onInvalid"), {
			what: "`quarantine` is for requests, and no request reaches a route without a `path`",
			expected: "`reject` or `report`",
			todo: "write one of them, or take it out",
		});
	}
	checkMatch(route, report);
}

/** Checks that a kind of the router's own events has no path. */
export function checkOwnKind(route: RouteDraft, report: Report): void {
	const { kind, isInternal } = route;
	if (isInternal || kind?.isOwn !== true) return;
	report.error(route.site.keyAt("path"), {
		what: `\`${kind.name}\` is created by the router itself, and no request brings it`,
		todo: "take out the `path`, and the keys of requests with it",
	});
}

/** Finds routes that claim the same own events: of one kind, and with a `match` that matches the same ones at the same rank. */
export function checkOwnClaims(
	routes: readonly RouteDraft[],
	report: Report,
): void {
	const own = routes.filter(
		({ isInternal, kind, parent }) =>
			isInternal && kind?.isOwn === true && parent === undefined,
	);
	checkClaims(new Map([["", own]]), report);
}

// --- helpers ---

function checkMatch(route: RouteDraft, report: Report): void {
	if (!route.wrote("match")) return;
	if (route.kind !== undefined && route.kind.isOwn !== true) {
		report.warn(route.site.keyAt("match"), {
			what: "`match` never counts here: events are handed on to a route by its name",
			todo: "take it out",
		});
		return;
	}
	if (route.matchValues !== undefined) {
		report.error(route.site.at("match"), {
			what: "nothing tells which field a `match` of values alone means on a route without a `path`",
			todo: "name it: `match: { route: … }`",
		});
	}
	for (const field of route.match?.keys() ?? []) {
		const { source } = parseField(field);
		if (source === "payload") continue;
		report.error(positionOfMatch(route, field), {
			what: `\`${field}\` is never there: an event of the router has only a payload`,
			todo: "name a field of the payload, such as `route` or `code`",
		});
	}
}
