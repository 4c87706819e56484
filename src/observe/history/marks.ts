import type { HistoryMark } from "../../inbox/port/history.ts";
import type { Pause } from "../../inbox/port/pause.ts";

/** A mark of a chart, with the route that it is about. */
export interface ChartMark {
	readonly at: number;
	readonly kind: HistoryMark["kind"] | "pause" | "resume";
	readonly text: string;
	/** Undefined if it is about the router. */
	readonly route?: string | undefined;
}

/** Adds the pauses of routes to the marks of a time. The inbox keeps them by itself, so that they are right for all routers. */
export function joinMarks(
	marks: readonly HistoryMark[],
	pauses: readonly Pause[],
	{ from, to, now, route }: MarkRange,
): readonly ChartMark[] {
	const ofPauses = pauses
		.filter((pause) => route === "" || pause.route === route)
		.flatMap(toMarks)
		.filter(({ at }) => at >= from && at < to && at <= now);
	return [...marks, ...ofPauses].sort((one, other) => one.at - other.at);
}

/** The time of a chart, and its route. */
export interface MarkRange {
	readonly from: number;
	readonly to: number;
	readonly now: number;
	/** "" for all routes. */
	readonly route: string;
}

// --- helpers ---

function toMarks({ route, since, until, why }: Pause): readonly ChartMark[] {
	const begin: ChartMark = { at: since, kind: "pause", text: why ?? "", route };
	return until === undefined
		? [begin]
		: [begin, { at: until, kind: "resume", text: "", route }];
}
