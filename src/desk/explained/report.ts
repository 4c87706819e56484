import type { RouteSettings } from "../../config/settings.ts";
import type { Level, Payload } from "../../event/webhook.ts";
import { toShown } from "../../finding/shown-path.ts";
import { hasQueryPayload } from "../../gate/body.ts";
import { readQuery } from "../../handler/template/scope.ts";
import type { Pause } from "../../inbox/port/pause.ts";
import type { AskedKind, WeighedField } from "../../route/explain.ts";
import type { Explanation, Sample } from "../../runtime/explain/explain.ts";
import type { GateName, Verdict } from "../../runtime/explain/verdict.ts";
import { type PauseReport, toPauseReport } from "../pause-text.ts";
import {
	type Context,
	describeEnd,
	describeHandler,
	describeTarget,
	pauseOf,
	pauseOfRoute,
	targetsOf,
} from "./end.ts";
import { describeKept } from "./kept.ts";

/** A line of the configuration. */
export interface Place {
	readonly file: string;
	readonly line: number;
}

/** The verdict of a gate, and the line that it comes from. */
export interface PlacedVerdict extends Verdict {
	/** Absent for a path that no route has. */
	readonly at?: Place;
}

/** A route of the stack. */
export interface CandidateReport {
	readonly route: string;
	/** Undefined for an internal route. */
	readonly level: Level | undefined;
	readonly kind: string;
	readonly won: boolean;
	readonly why: string;
	/** The line of its `match`, or of the route without one. */
	readonly at?: Place;
	/** Its `match`, with the values of the webhook. */
	readonly conditions: readonly WeighedField[];
}

/** A target of a route that fans out. */
export interface TargetReport {
	readonly route: string;
	readonly handler: string;
	readonly paused: PauseReport | null;
}

/** An explanation for programs: what `explain --json`, the admin API and the page show. Null for a value that is absent. */
export interface ExplanationReport {
	readonly request: {
		readonly method: string;
		readonly path: string;
		readonly query: string;
		readonly peer: string | null;
	};
	readonly client: { readonly address: string | null; readonly found: string };
	/** In the order of the gates. */
	readonly verdicts: readonly PlacedVerdict[];
	readonly isProbe: boolean;
	readonly asked: readonly AskedKind[];
	/** In the order of precedence. */
	readonly candidates: readonly CandidateReport[];
	readonly payload: Payload | null;
	/** The query beside the payload. */
	readonly query: Payload | null;
	readonly route: string | null;
	readonly runs: "handler" | "fallback" | null;
	readonly handler: string | null;
	/** The line of the handler. */
	readonly handlerAt: Place | null;
	/** Says what the inbox does with it, in a sentence. */
	readonly inbox: string | null;
	readonly paused: PauseReport | null;
	/** The routes that would each get a delivery of their own. Empty unless the route fans out. */
	readonly targets: readonly TargetReport[];
	/** The status of the refusal. */
	readonly status: number | null;
	/** The end, in sentences. */
	readonly result: string;
}

/** Makes the report of an explanation. */
export function toReport(
	sample: Sample,
	explanation: Explanation,
	context: Context,
): ExplanationReport {
	const { method, path, query, peer } = sample;
	const { client, verdicts, refused, isProbe, asked, route, runs } =
		explanation;
	const places = createPlaces(explanation, context);
	const pause = pauseOf(explanation, context);
	return {
		request: { method, path, query, peer: peer ?? null },
		client: { address: client.address?.text ?? null, found: client.found },
		verdicts: verdicts.map((verdict) => ({
			...verdict,
			...placed(places.gate(verdict.gate)),
		})),
		isProbe,
		asked,
		candidates: explanation.candidates.map((candidate) => {
			const { name, level, kind, match } = candidate.route;
			const { won, why, conditions } = candidate;
			const at = places.route(name, match === undefined ? "name" : "match");
			return {
				...{ route: name, level, kind: kind.name, won, why },
				...placed(at),
				conditions,
			};
		}),
		payload: explanation.payload ?? null,
		query: fieldsBeside(sample, explanation) ?? null,
		route: route?.name ?? null,
		runs: runs ?? null,
		handler: describeHandler(explanation, context) ?? null,
		handlerAt:
			(runs !== undefined ? places.route(route?.name, runs) : undefined) ??
			null,
		inbox: describeKept(explanation, context) ?? null,
		paused: toReported(pause),
		targets: targetsOf(explanation).map((target) => ({
			route: target.name,
			handler: describeTarget(target, context),
			paused: toReported(pauseOfRoute(target, context)),
		})),
		status:
			refused === undefined || runs !== undefined
				? null
				: (refused.status ?? null),
		result: describeEnd(explanation, context),
	};
}

/** Returns the query that a template reads beside the payload. Undefined if there is none, or no payload. */
export function fieldsBeside(
	sample: Sample,
	{ payload }: Explanation,
): Payload | undefined {
	const isBeside = payload !== undefined && !hasQueryPayload(sample);
	return isBeside && sample.query !== "" ? readQuery(sample.query) : undefined;
}

/** Masks the values in the reasons why routes lost, or removes their marks: a table shows no marks. */
export function showReasons(
	explanation: Explanation,
	show: (text: string) => string,
): Explanation {
	const candidates = explanation.candidates.map((candidate) => ({
		...candidate,
		why: show(candidate.why),
		conditions: candidate.conditions.map((one) => ({
			...one,
			value: show(one.value),
		})),
	}));
	return { ...explanation, candidates };
}

/** Masks every text of a report, or removes the marks of values. */
export function showTexts(
	report: ExplanationReport,
	show: (text: string) => string,
): ExplanationReport {
	return JSON.parse(JSON.stringify(report), (_, part: unknown) =>
		typeof part === "string" ? show(part) : part,
	);
}

// --- helpers ---

function toReported(pause: Pause | undefined): PauseReport | null {
	return pause === undefined ? null : toPauseReport(pause);
}

function placed(at: Place | undefined): { readonly at?: Place } {
	return at === undefined ? {} : { at };
}

/** The keys of a route that the gates read. */
const KEYS: Readonly<Record<GateName, string>> = {
	path: "path",
	firewall: "firewall",
	limit: "limit",
	method: "methods",
	size: "bodyLimit",
	signature: "signature",
	content: "kind",
	kind: "kind",
	route: "match",
	schema: "kind",
};

/** The gates that all routes of a path share. */
const SHARED: ReadonlySet<GateName> = new Set([
	"path",
	"firewall",
	"limit",
	"method",
	"size",
	"signature",
	"content",
]);

function createPlaces(
	{ stack, route }: Explanation,
	{ settings, cwd }: Context,
) {
	const byName = new Map<string, RouteSettings>(
		settings.routes.map((one) => [one.name, one]),
	);
	const ofRoute = (
		name: string | undefined,
		key: string,
	): Place | undefined => {
		const one = name === undefined ? undefined : byName.get(name);
		if (one === undefined) return undefined;
		const isSchema = key === "kind" && one.schema !== undefined;
		const { file, line } = one.locate(isSchema ? "schema" : key);
		return { file: toShown(cwd, file), line };
	};
	return {
		route: ofRoute,
		gate(gate: GateName): Place | undefined {
			const [first] = stack?.routes ?? [];
			const name = SHARED.has(gate) ? first?.name : (route ?? first)?.name;
			return ofRoute(name, KEYS[gate]);
		},
	};
}
