import type { Receipt, Settlement } from "../../port/queue.ts";
import type { SqliteCore } from "../core.ts";
import { createOperations, createRunner } from "../operations.ts";
import { CROSSINGS, type OperationName, type Request } from "../wire.ts";

/** A request of a guest, and what to do with its result. */
export interface Asked {
	readonly request: Request;
	readonly guest: number;
	/** Takes the packed value. */
	resolve(value: unknown): void;
	reject(error: unknown): void;
}

/**
 * Creates the function that runs the requests of one turn. Puts of several guests become one transaction with one sync of the
 * disk, and so do settlements. Without that, each further worker would halve the batches, whose size decides what an event costs.
 */
export function createTogether(
	core: SqliteCore,
): (asked: readonly Asked[]) => void {
	const operations = createOperations(core);
	const run = createRunner(core);

	const one = ({ request, guest, resolve, reject }: Asked): void => {
		let value: unknown;
		core.guest = guest;
		try {
			value = run(request, request.name as OperationName);
		} catch (error) {
			reject(error);
			return;
		} finally {
			core.guest = undefined;
		}
		resolve(value);
	};

	/** Runs requests whose argument and value are lists of the same length. */
	const all = <Item, Value>(
		asked: readonly Asked[],
		unpack: (args: readonly unknown[]) => readonly Item[],
		work: (items: Item[], now: number) => readonly Value[],
		answer: (asked: Asked, values: readonly Value[]) => void,
	): void => {
		const items: Item[] = [];
		const ends = asked.map(({ request }) => {
			for (const item of unpack(request.args)) items.push(item);
			return items.length;
		});
		let values: readonly Value[];
		try {
			values = work(items, asked[0]?.request.now ?? 0);
		} catch {
			// One of them may be to blame: by itself, only its own guest gets the error.
			for (const each of asked) one(each);
			return;
		}
		let start = 0;
		for (const [at, each] of asked.entries()) {
			const end = ends[at] as number;
			answer(each, values.slice(start, end));
			start = end;
		}
	};

	const puts = (asked: readonly Asked[]): void =>
		all(
			asked,
			(args) => CROSSINGS.put?.unpackArgs?.(args)[0] ?? [],
			(batch, now) => operations.put(batch, now),
			({ guest, resolve }, receipts: readonly Receipt[]) => {
				for (const { id, isLeased } of receipts)
					if (isLeased) core.assign(id, guest);
				resolve(CROSSINGS.put?.packValue?.(receipts));
			},
		);
	const settles = (asked: readonly Asked[]): void =>
		all(
			asked,
			(args): readonly Settlement[] =>
				CROSSINGS.settle?.unpackArgs?.(args)[0] ?? [],
			(batch, now) => operations.settle(batch, now),
			({ resolve }, answers) => resolve(answers),
		);

	return (asked) => {
		if (asked.length === 1) {
			one(asked[0] as Asked);
			return;
		}
		for (const [name, together] of [
			["settle", settles],
			["put", puts],
		] as const) {
			const same = asked.filter(({ request }) => request.name === name);
			if (same.length > 1) together(same);
			else same.forEach(one);
		}
		for (const each of asked) if (!MERGED.has(each.request.name)) one(each);
	};
}

// --- helpers ---

const MERGED: ReadonlySet<string> = new Set(["put", "settle"]);
