import type { RouteSettings, Settings } from "../../config/settings.ts";
import { ERRORS } from "../../errors.ts";
import { toShown } from "../../finding/shown-path.ts";
import type { Pause } from "../../inbox/port/pause.ts";
import { tellResend } from "../../kind/resend.ts";
import type { Explanation } from "../../runtime/explain/explain.ts";
import type { Present } from "../../runtime/inbox/present.ts";
import type { ServedRoute } from "../../runtime/served-route.ts";
import { describeEnd as describePauseEnd, describeWhy } from "../pause-text.ts";

/** The configuration, and the folder for naming files. */
export interface Context {
	readonly settings: Settings;
	/** The folder that positions are shown relative to. */
	readonly cwd: string;
	/** The present pauses. Default: none is known. */
	readonly present?: Present;
}

/** Returns the settings of a route. */
export function settingsOf(
	name: string | undefined,
	{ routes }: Settings,
): RouteSettings | undefined {
	return routes.find((route) => route.name === name);
}

/** Names the part that would run. Undefined if nothing would. */
export function describeHandler(
	{ route, runs }: Explanation,
	{ settings: { folder } }: Context,
): string | undefined {
	if (runs === undefined) return undefined;
	return route?.describe(runs, (path) => toShown(folder, path));
}

/** Returns the pause of the route whose handler would run. */
export function pauseOf(
	explanation: Explanation,
	context: Context,
): Pause | undefined {
	return pauseOfRoute(routeToRun(explanation), context);
}

/** Returns the pause of a route. */
export function pauseOfRoute(
	route: ServedRoute | undefined,
	{ present }: Context,
): Pause | undefined {
	return present?.pauses.find((pause) => pause.route === route?.name);
}

/** Returns the routes that would each get a delivery of their own. */
export function targetsOf(explanation: Explanation): readonly ServedRoute[] {
	return routeToRun(explanation)?.targets ?? [];
}

/** Names the handler of a target. */
export function describeTarget(
	target: ServedRoute,
	{ settings: { folder } }: Context,
): string {
	return target.describe("handler", (path) => toShown(folder, path)) ?? "-";
}

/** Describes the end of an explained webhook in sentences: what runs, or why nothing does. */
export function describeEnd(
	explanation: Explanation,
	context: Context,
): string {
	const { refused, isProbe, route, runs } = explanation;
	const { settings, cwd } = context;
	const what = describeHandler(explanation, context);
	if (what !== undefined && route !== undefined && runs !== undefined) {
		const { file, line } = settingsOf(route.name, settings)?.locate(runs) ?? {};
		const where = file === undefined ? "" : ` (${toShown(cwd, file)}:${line})`;
		const then =
			runs === "fallback"
				? "instead of the handler, because the event is invalid"
				: describeKeeping(explanation, context);
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

// --- helpers ---

/** Returns the route whose handler would run. */
function routeToRun({ route, runs }: Explanation): ServedRoute | undefined {
	return runs === "handler" ? route : undefined;
}

/** Describes when the sender is answered, and what is stored before. */
function describeKeeping(
	{ route }: Explanation,
	{ settings }: Context,
): string {
	if (route?.isUnkept) return "the answer is an empty 200, and nothing is kept";
	if (route?.mode === "reply")
		return `its reply is the answer, within ${route.timeoutMs} ms`;
	return settings.inbox.store.type === "none"
		? "then the answer is an empty 200"
		: "after the event is stored and answered with an empty 200";
}

/** Says that the handler has to wait. Empty for a route that is not paused. */
function tellPause(explanation: Explanation, context: Context): string {
	const pause = pauseOf(explanation, context);
	if (pause === undefined) return "";
	const until = describePauseEnd(pause, context.present?.now ?? 0);
	return ` The route is paused, so the handler waits ${until}${describeWhy(pause)}.`;
}
