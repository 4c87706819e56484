import {
	type Cells,
	COARSEST,
	describeMark,
	HISTORY_TIERS,
	type History,
	type HistoryMark,
	isShared,
	MARKS_KEPT_MS,
	MARKS_MAX,
	mergeCells,
	type NewMark,
	SAME_MARK_MS,
	stepOf,
} from "./port/history.ts";
import { packCells, unpackCells } from "./sql/cells.ts";

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
	const marks = new Marks();
	let prunedAt = clock();
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
		marks.prune(prunedAt);
	};
	const routesOf = (stepMs: number): ReadonlyMap<string, Steps> =>
		tiers.find((tier) => tier.stepMs === stepMs)?.routes ?? new Map();

	return {
		async addHistory({ agoMs, rows, marks: news }) {
			const now = clock();
			for (const { stepMs, routes } of tiers) {
				const at = stepOf(now, agoMs, stepMs);
				for (const { route, cells } of rows) {
					const steps: Steps = routes.get(route) ?? new Map();
					routes.set(route, steps);
					const known = steps.get(at);
					const sum =
						known === undefined ? cells : mergeCells(unpackCells(known), cells);
					steps.set(at, packCells(sum));
				}
			}
			for (const mark of news) marks.add(mark, now - agoMs);
			if (now - prunedAt >= PRUNE_MS) prune();
			return now;
		},
		async readHistory({ routes, stepMs, from, to }) {
			const known = routesOf(stepMs);
			return {
				now: clock(),
				rows: routes.flatMap((route) =>
					[...(known.get(route) ?? [])]
						.filter(([at]) => at >= from && at < to)
						.map(([at, packed]) => ({ route, at, cells: unpackCells(packed) })),
				),
				marks: marks.between(from, to),
			};
		},
		async readTotals(from) {
			return [...routesOf(COARSEST.stepMs)].flatMap(([route, steps]) => {
				const asked = [...steps].filter(([at]) => at >= from);
				const cells = asked.reduce<Cells>(
					(sum, [, packed]) => mergeCells(sum, unpackCells(packed)),
					[],
				);
				return asked.length === 0 ? [] : [{ route, cells }];
			});
		},
		prune,
	};
}

// --- helpers ---

class Marks {
	#all: readonly KeptMark[] = [];

	add(mark: NewMark, at: number): void {
		const { router, release } = mark;
		const { kind, text } = describeMark(mark, this.#latest?.release);
		const isKnown = this.#all.some(
			(one) =>
				isShared(one) &&
				one.kind === kind &&
				one.text === text &&
				one.router !== router &&
				Math.abs(one.at - at) <= SAME_MARK_MS,
		);
		if (isKnown) return;
		this.#all = [...this.#all, { at, kind, text, router, release }];
	}

	between(from: number, to: number): readonly HistoryMark[] {
		return this.#all
			.filter(({ at }) => at >= from && at < to)
			.map(({ at, kind, text }) => ({ at, kind, text }))
			.slice(-MARKS_MAX);
	}

	prune(now: number): void {
		const latest = this.#latest;
		const kept = latest === undefined ? Infinity : this.#all.indexOf(latest);
		this.#all = this.#all.filter(
			({ at }, index) => at >= now - MARKS_KEPT_MS || index >= kept,
		);
	}

	/** The latest release. */
	get #latest(): KeptMark | undefined {
		return this.#all.findLast(({ release }) => release !== undefined);
	}
}

/** Packed cells by the begin of their step, in the order of time. Bytes take a fraction of the memory of a list. */
type Steps = Map<number, Uint8Array>;

/** A mark with what the next ones are compared with. */
interface KeptMark extends HistoryMark, Pick<NewMark, "router" | "release"> {}

const PRUNE_MS = 60_000;
