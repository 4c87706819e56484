import {
	type Context,
	describeEnd,
	describeTarget,
	pauseOfRoute,
	targetsOf,
} from "../../desk/explained/end.ts";
import { fieldsBeside } from "../../desk/explained/report.ts";
import { describeEnd as describePauseEnd } from "../../desk/pause-text.ts";
import { escapeHiddenInJson, showHidden } from "../../observe/plain-text.ts";
import type { Explanation, Sample } from "../../runtime/explain/explain.ts";
import type { Verdict } from "../../runtime/explain/verdict.ts";
import { formatTable } from "../table.ts";

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

// --- helpers ---

/** The most routes of a stack to show beside the winner. */
const CANDIDATES_SHOWN = 30;

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

function describeTargets(explanation: Explanation, context: Context): string[] {
	const { now = 0 } = context.present ?? {};
	return formatTable(
		targetsOf(explanation).map((target) => {
			const pause = pauseOfRoute(target, context);
			return [
				`  ${target.name}`,
				describeTarget(target, context),
				pause === undefined ? "" : `paused ${describePauseEnd(pause, now)}`,
			];
		}),
	);
}
