import type { TreeRoute } from "../../state/routes.ts";

/** The numbers of a route, or of several. */
export interface RouteNumbers {
	/** Webhooks in each 5 seconds of the last minute. */
	readonly spans: readonly number[];
	readonly perSecond: number;
	/** In the last minute. */
	readonly succeeded: number;
	readonly failed: number;
	readonly waiting: number;
	readonly dead: number;
	/** The number of routes that are so. */
	readonly failing: number;
	readonly paused: number;
	readonly openCircuits: number;
}

export const NO_NUMBERS: RouteNumbers = {
	spans: new Array<number>(12).fill(0),
	perSecond: 0,
	succeeded: 0,
	failed: 0,
	waiting: 0,
	dead: 0,
	failing: 0,
	paused: 0,
	openCircuits: 0,
};

export function numbersOf({
	counts: { spans, perSecond, succeeded, failed },
	inbox,
	failing,
	paused,
	circuits,
}: TreeRoute): RouteNumbers {
	return {
		...{ spans, perSecond, succeeded, failed },
		waiting: inbox?.waiting ?? 0,
		dead: inbox?.dead ?? 0,
		failing: failing === undefined ? 0 : 1,
		paused: paused === undefined ? 0 : 1,
		openCircuits: circuits.filter(({ isOpen }) => isOpen).length,
	};
}

/** Returns the numbers of a target, whose rate is that of its attempts: no webhook comes to it. */
export function workOf(route: TreeRoute): RouteNumbers {
	const numbers = numbersOf(route);
	const { succeeded, failed } = numbers;
	return { ...numbers, perSecond: (succeeded + failed) / 60 };
}

export function sum(one: RouteNumbers, other: RouteNumbers): RouteNumbers {
	return {
		spans: one.spans.map((count, at) => count + (other.spans[at] ?? 0)),
		perSecond: one.perSecond + other.perSecond,
		succeeded: one.succeeded + other.succeeded,
		failed: one.failed + other.failed,
		waiting: one.waiting + other.waiting,
		dead: one.dead + other.dead,
		failing: one.failing + other.failing,
		paused: one.paused + other.paused,
		openCircuits: one.openCircuits + other.openCircuits,
	};
}

/** Writes the part of the work that failed: `12 %`. A dash if there was none. */
export function formatShare({
	succeeded,
	failed,
}: Pick<RouteNumbers, "succeeded" | "failed">): string {
	const work = succeeded + failed;
	if (work === 0) return "–";
	const share = (failed / work) * 100;
	return share > 0 && share < 1 ? "< 1 %" : `${Math.round(share)} %`;
}
