import { setImmediate as nextTurn } from "node:timers/promises";

/** Work that may stop wherever it yields. */
export type Steps<Result> = Generator<void, Result, void>;

/** Does work without a stop. */
export function atOnce<Result>(steps: Steps<Result>): Result {
	let step = steps.next();
	while (step.done !== true) step = steps.next();
	return step.value;
}

/** Does work on each item, with a step after every few: one for each would take as long as the work. */
export function* eachFew<Item>(
	items: Iterable<Item>,
	work: (item: Item) => void,
): Steps<void> {
	let count = 0;
	for (const item of items) {
		work(item);
		count += 1;
		if (count % FEW === 0) yield;
	}
}

/**
 * Does work in turns: whenever it has kept the event loop for ten milliseconds, everything else that
 * waits comes first, so that a reload stops no request.
 */
export async function inTurns<Result>(steps: Steps<Result>): Promise<Result> {
	let since = performance.now();
	for (;;) {
		const step = steps.next();
		// After the last step too: the caller goes on with a turn of its own.
		if (performance.now() - since >= TURN_MS) {
			await nextTurn();
			since = performance.now();
		}
		if (step.done === true) return step.value;
	}
}

/**
 * Does work, which may be asynchronous, on each item and gathers the results in order, in turns too. A few items are
 * begun at a time, as thousands that wait for the same promise would all go on in one turn; the next
 * few do not wait for one that takes long.
 */
export async function mapInTurns<Item, Result>(
	items: readonly Item[],
	work: (item: Item) => Result | Promise<Result>,
): Promise<Result[]> {
	const results: (Result | Promise<Result>)[] = [];
	let since = performance.now();
	for (let index = 0; index < items.length; index += FEW) {
		const few = items.slice(index, index + FEW).map(work);
		results.push(...few);
		if (few.some(isPromise)) await settledOrLate(few);
		if (performance.now() - since < TURN_MS) continue;
		await nextTurn();
		since = performance.now();
	}
	return Promise.all(results);
}

// --- helpers ---

const TURN_MS = 10;
const FEW = 20;

function isPromise(result: unknown): boolean {
	return result instanceof Promise;
}

/** Waits until all are settled, but for two turns at most. */
async function settledOrLate(promises: readonly unknown[]): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise((done) => {
		timer = setTimeout(done, 2 * TURN_MS);
	});
	await Promise.race([Promise.allSettled(promises), late]);
	clearTimeout(timer);
}
