import type { RouteSettings, Settings } from "../../config/settings.ts";
import { ERRORS } from "../../errors.ts";
import type { Payload } from "../../event/webhook.ts";
import { hasQueryPayload } from "../../gate/body.ts";
import { readQuery } from "../../handler/template/scope.ts";
import type { Pause } from "../../inbox/port/pause.ts";
import { tellResend } from "../../kind/resend.ts";
import { escapeHiddenInJson, showHidden } from "../../observe/plain-text.ts";
import type { Explanation, Sample } from "../../runtime/explain/explain.ts";
import type { Verdict } from "../../runtime/explain/verdict.ts";
import type { Present } from "../../runtime/inbox/present.ts";
import type { ServedRoute } from "../../runtime/served-route.ts";
import { toShown } from "../load.ts";
import {
	describeEnd as describePauseEnd,
	describeWhy,
	type PauseReport,
	toPauseReport,
} from "../pause/describe.ts";
import { formatTable } from "../table.ts";

/** The configuration, and the folder for naming handlers. */
export interface Context {
	readonly settings: Settings;
	readonly cwd: string;
	/** The present pauses. Default: none is known. */
	readonly present?: Present;
}

/** Formats an explanation for people, in lines. */
export function describeExplanation(
	sample: Sample,
	explanation: Explanation,
	context: Context,
): string[] {
	const { client, verdicts, payload } = explanation;
	const { method, path, query, peer = client.address?.text } = sample;
	const target = query === "" ? path : `${path}?${query}`;
	const beside = fieldsBeside(sample, explanation);
	return [
		showHidden(`${method} ${target} from ${peer ?? "nobody"}`),
		"",
		...formatTable([
			["client", client.address?.text ?? "unknown", client.found],
			...verdicts.map((verdict) => [
				verdict.gate,
				verdict.verdict,
				describeVerdict(verdict),
			]),
		]),
		...section("Kinds asked:", describeAsked(explanation)),
		...section("Routes of this path:", describeCandidates(explanation)),
		...section("Targets:", describeTargets(explanation, context)),
		...section(
			"Payload:",
			payload === undefined
				? []
				: [escapeHiddenInJson(JSON.stringify(payload, null, 2))],
		),
		...section(
			"Query, beside the payload:",
			beside === undefined
				? []
				: [escapeHiddenInJson(JSON.stringify(beside, null, 2))],
		),
		"",
		showHidden(describeEnd(explanation, context)),
	];
}

/** Formats the same for programs. */
export function toReport(
	sample: Sample,
	explanation: Explanation,
	context: Context,
): Readonly<Record<string, unknown>> {
	const { method, path, query, peer } = sample;
	const { client, verdicts, refused, isProbe, asked, route, runs } =
		explanation;
	return {
		request: { method, path, query, peer: peer ?? null },
		client: { address: client.address?.text ?? null, found: client.found },
		verdicts,
		isProbe,
		asked,
		candidates: explanation.candidates.map(({ route, won, why }) => {
			const { name, level } = route;
			return { route: name, level, kind: route.kind.name, won, why };
		}),
		payload: explanation.payload ?? null,
		query: fieldsBeside(sample, explanation) ?? null,
		route: route?.name ?? null,
		runs: runs ?? null,
		handler: describeHandler(explanation, context) ?? null,
		targets: targetsOf(explanation).map((target) => ({
			route: target.name,
			handler: describeTarget(target, context),
			paused: pausedReport(target, context) ?? null,
		})),
		paused: pausedReport(routeToRun(explanation), context) ?? null,
		status: refused === undefined || runs !== undefined ? null : refused.status,
		result: describeEnd(explanation, context),
	};
}

/** Masks the values in the reasons why routes lost, or removes their marks: a table shows no marks. */
export function showReasons(
	explanation: Explanation,
	show: (text: string) => string,
): Explanation {
	const candidates = explanation.candidates.map((candidate) => ({
		...candidate,
		why: show(candidate.why),
	}));
	return { ...explanation, candidates };
}

// --- helpers ---

/** The most routes of a stack to show beside the winner. */
const CANDIDATES_SHOWN = 30;

/** Returns the query that a template reads beside the payload. Undefined if there is none, or no payload. */
function fieldsBeside(
	sample: Sample,
	{ payload }: Explanation,
): Payload | undefined {
	const isBeside = payload !== undefined && !hasQueryPayload(sample);
	return isBeside && sample.query !== "" ? readQuery(sample.query) : undefined;
}

function section(title: string, lines: readonly string[]): string[] {
	return lines.length === 0 ? [] : ["", title, ...lines];
}

function describeVerdict({ code, status, detail }: Verdict): string {
	return code === undefined ? detail : `${status} ${code}: ${detail}`;
}

function describeAsked({ asked }: Explanation): string[] {
	return formatTable(
		asked.map(({ kind, recognized }) => [
			`  ${kind}`,
			recognized === undefined
				? "the only one here"
				: recognized
					? "knows the payload"
					: "does not know the payload",
		]),
	);
}

function describeCandidates({ candidates }: Explanation): string[] {
	const shown = candidates.filter(
		({ won }, index) => won || index < CANDIDATES_SHOWN,
	);
	const rows = shown.map(({ route, won, why }) => [
		`${won ? "*" : " "} ${route.name}`,
		route.level ?? "-",
		why,
	]);
	const left = candidates.length - shown.length;
	const more = left === 0 ? [] : [`  and ${left} more; --json has them all`];
	return [...formatTable(rows), ...more];
}

/** Names the part that would run. Undefined if nothing would. */
function describeHandler(
	{ route, runs }: Explanation,
	{ settings: { folder } }: Context,
): string | undefined {
	if (runs === undefined) return undefined;
	return route?.describe(runs, (path) => toShown(folder, path));
}

function settingsOf(
	name: string,
	{ routes }: Settings,
): RouteSettings | undefined {
	return routes.find((route) => route.name === name);
}

/** Returns the route whose handler would run. */
function routeToRun({ route, runs }: Explanation): ServedRoute | undefined {
	return runs === "handler" ? route : undefined;
}

/** Returns the routes that would each get a delivery of their own. */
function targetsOf(explanation: Explanation): readonly ServedRoute[] {
	return routeToRun(explanation)?.targets ?? [];
}

function describeTarget(
	target: ServedRoute,
	{ settings: { folder } }: Context,
): string {
	const show = (path: string): string => toShown(folder, path);
	return target.describe("handler", show) ?? "-";
}

function describeTargets(explanation: Explanation, context: Context): string[] {
	return formatTable(
		targetsOf(explanation).map((target) => {
			const pause = pauseOf(target, context);
			const now = context.present?.now ?? 0;
			return [
				`  ${target.name}`,
				describeTarget(target, context),
				pause === undefined ? "" : `paused ${describePauseEnd(pause, now)}`,
			];
		}),
	);
}

/** Returns the pause of a route. */
function pauseOf(
	route: ServedRoute | undefined,
	{ present }: Context,
): Pause | undefined {
	return present?.pauses.find((pause) => pause.route === route?.name);
}

function pausedReport(
	route: ServedRoute | undefined,
	context: Context,
): PauseReport | undefined {
	const pause = pauseOf(route, context);
	return pause && toPauseReport(pause);
}

/** Says that the handler has to wait. Empty for a route that is not paused. */
function tellPause(explanation: Explanation, context: Context): string {
	const pause = pauseOf(routeToRun(explanation), context);
	if (pause === undefined) return "";
	const until = describePauseEnd(pause, context.present?.now ?? 0);
	return ` The route is paused, so the handler waits ${until}${describeWhy(pause)}.`;
}

function describeEnd(explanation: Explanation, context: Context): string {
	const { refused, isProbe, route, runs } = explanation;
	const { settings, cwd } = context;
	const what = describeHandler(explanation, context);
	if (what !== undefined && route !== undefined && runs !== undefined) {
		const { file, line } = settingsOf(route.name, settings)?.locate(runs) ?? {};
		const where = file === undefined ? "" : ` (${toShown(cwd, file)}:${line})`;
		const then =
			runs === "fallback"
				? "instead of the handler, because the event is invalid"
				: route.isUnkept
					? "the answer is an empty 200, and nothing is kept"
					: route.mode === "reply"
						? `its reply is the answer, within ${route.timeoutMs} ms`
						: settings.inbox.store.type === "none"
							? "then the answer is an empty 200"
							: "after the event is stored and answered with an empty 200";
		return `Runs: ${runs === "fallback" ? "the fallback " : ""}${what}${where}; ${then}.${tellPause(explanation, context)}`;
	}
	if (refused?.code !== undefined) {
		const { status, code } = refused;
		const { resend } = route?.kind ?? {};
		const then = status && resend && tellResend(resend, status);
		return `Refused: ${status}. ${ERRORS[code].help}${then ? ` ${then}` : ""}`;
	}
	const isQuarantined = explanation.verdicts.some(
		({ verdict }) => verdict === "quarantined",
	);
	if (isQuarantined) {
		return "Quarantined: the answer is an empty 200, and no handler runs until `switchhook inbox release`.";
	}
	return isProbe
		? "A probe: the answer is an empty 200, and no handler runs."
		: "Nothing runs.";
}
