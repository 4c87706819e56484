import {
	type Cells,
	COARSEST,
	describeMark,
	HISTORY_TIERS,
	type History,
	type HistoryMark,
	MARKS_KEPT_MS,
	MARKS_MAX,
	mergeCells,
	type NewMark,
	SAME_MARK_MS,
	stepOf,
} from "./port/history.ts";

/** A history that ends with the process. */
export interface MemoryHistory extends History {
	/** Removes what is over its time. Called by itself once a minute. */
	prune(): void;
}

/**
 * Creates a history in memory, for a router that stores nothing. It needs no engine.
 *
 * @param clock returns milliseconds since the epoch. Default Date.now
 */
export function createMemoryHistory(
	clock: () => number = Date.now,
): MemoryHistory {
	const tiers = HISTORY_TIERS.map((tier) => ({
		...tier,
		routes: new Map<string, Steps>(),
	}));
	let marks: readonly KeptMark[] = [];
	let prunedAt = clock();
	const lastRelease = () =>
		marks.findLast(({ release }) => release !== undefined);
	const addMark = (mark: NewMark, at: number): void => {
		const { router, release } = mark;
		const { kind, text } = describeMark(mark, lastRelease()?.release);
		const isKnown = marks.some(
			(one) =>
				one.kind === kind &&
				one.text === text &&
				one.router !== router &&
				Math.abs(one.at - at) <= SAME_MARK_MS,
		);
		if (!isKnown) marks = [...marks, { at, kind, text, router, release }];
	};
	const prune = (): void => {
		prunedAt = clock();
		for (const { keptMs, routes } of tiers)
			for (const [route, steps] of routes) {
				for (const at of steps.keys()) {
					if (at >= prunedAt - keptMs) break;
					steps.delete(at);
				}
				if (steps.size === 0) routes.delete(route);
			}
		const last = lastRelease();
		marks = marks.filter(
			(one, at) =>
				one.at >= prunedAt - MARKS_KEPT_MS ||
				(last !== undefined && at >= marks.indexOf(last)),
		);
	};
	const stepsOf = (stepMs: number) =>
		tiers.find((tier) => tier.stepMs === stepMs)?.routes;

	return {
		async addHistory(batch) {
			const now = clock();
			for (const { stepMs, routes } of tiers) {
				const at = stepOf(now, batch.agoMs, stepMs);
				for (const { route, cells } of batch.rows) {
					const steps: Steps = routes.get(route) ?? new Map();
					routes.set(route, steps);
					steps.set(at, pack(mergeCells(unpack(steps.get(at)), cells)));
				}
			}
			for (const mark of batch.marks) addMark(mark, now - batch.agoMs);
			if (now - prunedAt >= PRUNE_MS) prune();
			return now;
		},
		async readHistory({ routes, stepMs, from, to }) {
			const isAsked = (at: number): boolean => at >= from && at < to;
			return {
				now: clock(),
				rows: routes.flatMap((route) =>
					[...(stepsOf(stepMs)?.get(route) ?? [])]
						.filter(([at]) => isAsked(at))
						.map(([at, packed]) => ({ route, at, cells: unpack(packed) })),
				),
				marks: marks
					.filter(({ at }) => isAsked(at))
					.map(({ at, kind, text }) => ({ at, kind, text }))
					.slice(-MARKS_MAX),
			};
		},
		async readTotals(from) {
			return [...(stepsOf(COARSEST.stepMs) ?? [])].flatMap(([route, steps]) => {
				const asked = [...steps].filter(([at]) => at >= from);
				const cells = asked.reduce<Cells>(
					(sum, [, packed]) => mergeCells(sum, unpack(packed)),
					[],
				);
				return asked.length === 0 ? [] : [{ route, cells }];
			});
		},
		prune,
	};
}

// --- helpers ---

/** Packed cells by the begin of their step, in the order of time. A text takes a fraction of the memory of a list. */
type Steps = Map<number, string>;

/** A mark with what the next ones are compared with. */
interface KeptMark extends HistoryMark, Pick<NewMark, "router" | "release"> {}

const PRUNE_MS = 60_000;

function pack(cells: Cells): string {
	return JSON.stringify(cells);
}

function unpack(packed: string | undefined): Cells {
	return packed === undefined ? [] : (JSON.parse(packed) as Cells);
}
