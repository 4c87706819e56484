import type { Report } from "../../finding/report.ts";
import { listWords } from "../../finding/suggest.ts";
import { formatDuration } from "../../finding/units.ts";
import type { Kind } from "../../kind/kind.ts";
import type { HandlerSpecs } from "../handler-spec.ts";
import { LONGEST_TIMER_MS } from "../parts/limits.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import { checkAnswer } from "./answers.ts";
import { checkDoor } from "./doors.ts";
import { modeOf } from "./effective.ts";
import { checkInternal, checkOwnKind } from "./internal.ts";
import { checkMatch, type MatchSurroundings } from "./match.ts";

/** Checks one route against itself and its kind. */
export function checkRoute(
	route: RouteDraft,
	types: HandlerSpecs,
	surroundings: MatchSurroundings,
): void {
	const { report } = surroundings;
	checkIdentity(route, types, report);
	if (route.isInternal) checkInternal(route, report);
	else checkDoor(route, report);
	checkOwnKind(route, report);
	if (route.kind !== undefined) checkKind(route, route.kind, report);
	checkMatch(route, surroundings);
	checkAnswer(route, types, report);
	checkTimeout(route, report);
	checkPath(route, report);
}

// --- helpers ---

function checkIdentity(
	route: RouteDraft,
	types: HandlerSpecs,
	report: Report,
): void {
	const hasKind = route.wrote("kind");
	const hasSchema = route.wrote("schema");
	// A mistyped kind has its finding, and may be an open one.
	const isOpen = route.kind === undefined || route.kind.isOpen === true;
	if (hasKind && hasSchema && !isOpen) {
		report.error(route.site.keyAt("schema"), {
			what: "the route has both `kind` and `schema`",
			todo: "keep `kind` for a webhook of the platform, `schema` for any other",
		});
	}
	if (hasKind || hasSchema || route.handler?.type.isFetched) return;
	if (!route.wrote("handler") || route.handler === undefined) return;
	const fetched = [...types.values()].filter(({ isFetched }) => isFetched);
	const names = listWords(fetched.map(({ name }) => name));
	report.error(route.site.at(), {
		what: "the route has neither `kind` nor `schema`",
		expected: `one of them; only a ${names} handler needs neither`,
		todo: "write for example `kind: sms.inbound`",
	});
}

/** Warns about a secret in a path, because the start, `routes`, the log and proxies print it. */
function checkPath(route: RouteDraft, report: Report): void {
	const site = route.site.in("path");
	if (route.path === undefined || !site.isFromOutside()) return;
	report.warn(site.at(), {
		what: "the path comes from the environment or a file, and is shown at the start, by `routes` and in the log",
		expected: "no secret in it",
		todo: "write the path out, and use a `signature` to prove the sender",
	});
}

function checkKind(route: RouteDraft, kind: Kind, report: Report): void {
	const { name, levels, levelsWhy, methods, deprecated } = kind;
	if (deprecated !== undefined) {
		report.warn(
			route.siteOf("kind").at(),
			{ what: `\`${name}\` is deprecated: ${trimStop(deprecated)}` },
			`deprecated ${name}`,
		);
	}
	// An internal route has no level and no methods, and a finding that says so.
	if (route.isInternal || kind.isOwn === true) return;
	if (route.level !== undefined && !levels.includes(route.level)) {
		const why = levelsWhy === undefined ? "" : `: ${trimStop(levelsWhy)}`;
		report.error(route.siteOf("level").at(), {
			what: `\`${name}\` does not exist at level \`${route.level}\`${why}`,
			expected: listWords(levels),
		});
	}
	const strange = (route.methods ?? []).filter(
		(method) => !methods.includes(method),
	);
	if (strange.length > 0) {
		report.error(route.siteOf("methods").at(), {
			what: `the platform never sends \`${name}\` with ${listWords(strange)}`,
			expected: listWords(methods, "and"),
		});
	}
}

function checkTimeout(route: RouteDraft, report: Report): void {
	const { timeout, kind } = route;
	if (timeout === undefined) return;
	const site = route.siteOf("timeout");
	if (timeout === 0) {
		report.error(site.at(), {
			what: "`timeout` is zero, which leaves the handler no time",
			expected: `from \`1ms\` to \`${formatDuration(LONGEST_TIMER_MS)}\``,
			todo: "write a longer one, or take it out to use the kind's",
		});
		return;
	}
	if (kind === undefined || modeOf(route) !== "reply") return;
	if (timeout > kind.timeoutMs) {
		const { wait } = kind.resend?.written ?? {};
		report.warn(site.at(), {
			what:
				wait === undefined
					? `the timeout is longer than the \`${formatDuration(kind.timeoutMs)}\` in which \`${kind.name}\` has to be answered`
					: `the timeout leaves no time for the network and a fallback: the platform waits \`${wait}\` for the answer to \`${kind.name}\``,
			todo: `write at most \`${formatDuration(kind.timeoutMs)}\``,
		});
	}
}

/** Writes a sentence as a part of another one. */
function trimStop(sentence: string): string {
	return sentence.replace(/\.$/, "");
}
