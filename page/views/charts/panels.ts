import type { Answer } from "../../api/client.ts";
import { toneOf } from "../../parts/state.tsx";
import { formatDuration, formatMs } from "../../parts/time.tsx";

export type History = Answer<"getHistory">;
export type Points = readonly (number | null)[];

/** A line of a chart. */
export interface Line {
	readonly label: string;
	/** The name of a color of the look, which means a state. */
	readonly tone: string;
	/** The lengths of dashes and gaps, so that two lines of a tone differ. Empty for a full line. */
	readonly dash: readonly number[];
	readonly points: Points;
}

/** A chart: lines with one unit over the time. */
export interface Panel {
	readonly id: string;
	readonly title: string;
	/** Says what is seen, for people who see it first. */
	readonly hint: string;
	readonly lines: readonly Line[];
	/** The distances that two values of its axis can have. Default: decimal ones. */
	readonly increments?: readonly number[];
	format(value: number): string;
}

/** The latencies that can be shown, with their names. */
export const LATENCIES = {
	handler: "Handlers",
	answer: "Answers",
	put: "Storing",
} as const satisfies Readonly<Record<keyof History["latency"], string>>;
export type Latency = keyof typeof LATENCIES;

/** Makes the charts from what the router counted. */
export function toPanels(history: History, latency: Latency): readonly Panel[] {
	const { webhooks, seconds, runs, failures, depth, oldestMs } = history;
	const { p50, p90, p99 } = history.latency[latency];
	return [
		{
			id: "rate",
			title: "Webhooks by outcome",
			hint: "Answered webhooks in a second.",
			format: formatRate,
			lines: withDashes(
				Object.entries(webhooks).map(([outcome, points]) => ({
					label: outcome,
					tone: toneOf(outcome),
					points: points.map((count, at) => divide(count, seconds[at] ?? 0)),
				})),
			),
		},
		{
			id: "latency",
			title: "Latency",
			hint: "Half of all were faster than p50, 99 of 100 faster than p99.",
			format: formatMs,
			lines: [
				{ label: "p50", tone: "quiet", dash: [], points: p50 },
				{ label: "p90", tone: "quiet", dash: DASHES[1] ?? [], points: p90 },
				{ label: "p99", tone: "accent", dash: [], points: p99 },
			],
		},
		{
			id: "failures",
			title: "Failed runs of handlers",
			hint: "The share of answers and attempts that failed.",
			format: (share) => `${round(share)} %`,
			lines: [
				{
					label: "failed",
					tone: "failed",
					dash: [],
					points: failures.map((count, at) =>
						count === null ? null : share(count, runs[at] ?? 0),
					),
				},
			],
		},
		{
			id: "queue",
			title: "Deliveries in the inbox",
			hint: "The most in each step. Delivered ones are not counted.",
			format: (count) => round(count),
			lines: [
				...[
					["unfinished", "waiting", depth.unfinished] as const,
					["dead", "failed", depth.dead] as const,
					["quarantined", "quarantined", depth.quarantined] as const,
				].map(([label, tone, points]) => ({ label, tone, dash: [], points })),
			],
		},
		{
			id: "oldest",
			title: "Oldest unfinished delivery",
			hint: "Its age. Measured once a minute.",
			format: formatDuration,
			increments: DURATIONS_MS,
			lines: [{ label: "age", tone: "waiting", dash: [], points: oldestMs }],
		},
	];
}

/** Returns true if nothing at all was counted. */
export function isBlank({ webhooks, attempts, depth }: History): boolean {
	const isNothing = (points: Points): boolean =>
		points.every((count) => (count ?? 0) === 0);
	return (
		Object.keys(webhooks).length === 0 &&
		Object.keys(attempts).length === 0 &&
		Object.values(depth).every(isNothing)
	);
}

/** Returns the last point of a line that is known. */
export function latestOf(points: Points): number | null {
	return points.findLast((value) => value !== null) ?? null;
}

// --- helpers ---

/** Durations that people can add up. */
const DURATIONS_MS: readonly number[] = [
	...[100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000],
	...[1, 2, 5, 10, 15, 30].map((count) => count * 60_000),
	...[1, 2, 4, 6, 12, 24, 48, 96, 168].map((count) => count * 3_600_000),
];

const DASHES: readonly (readonly number[])[] = [
	[],
	[6, 4],
	[2, 3],
	[10, 3, 2, 3],
];

function withDashes(lines: readonly Omit<Line, "dash">[]): readonly Line[] {
	const used = new Map<string, number>();
	return lines.map((line) => {
		const number = used.get(line.tone) ?? 0;
		used.set(line.tone, number + 1);
		return { ...line, dash: DASHES[number % DASHES.length] ?? [] };
	});
}

function divide(count: number | null, seconds: number): number | null {
	return count === null || seconds === 0 ? null : count / seconds;
}

/** Without a run nothing failed, and the line goes on. */
function share(failed: number, runs: number): number {
	return runs === 0 ? 0 : (failed / runs) * 100;
}

function formatRate(perSecond: number): string {
	return perSecond === 0 || perSecond >= 0.1
		? `${round(perSecond)}/s`
		: `${round(perSecond * 60)}/min`;
}

function round(value: number): string {
	return value.toLocaleString("en", {
		maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0,
	});
}
