import type { NewDelivery, Receipt, Settlement } from "../../port/queue.ts";
import type { SqliteCore } from "../core.ts";
import {
	createOperations,
	createRunner,
	settleAndPut,
} from "../thread/operations.ts";
import { CROSSINGS, type OperationName, type Request } from "../thread/wire.ts";

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
 * disk, and so do settlements. Without that, each further worker would halve the batches, whose size decides what an event costs. If
 * a turn has both, they are one transaction.
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

	const puts: Kind<NewDelivery, Receipt> = {
		unpack: (args) => CROSSINGS.put?.unpackArgs?.(args)[0] ?? [],
		work: (batch, now) => operations.put(batch, now),
		answer({ guest, resolve }, receipts) {
			for (const { id, isLeased } of receipts)
				if (isLeased) core.assign(id, guest);
			resolve(CROSSINGS.put?.packValue?.(receipts));
		},
	};
	const settles: Kind<Settlement, boolean> = {
		unpack: (args) => CROSSINGS.settle?.unpackArgs?.(args)[0] ?? [],
		work: (batch, now) => operations.settle(batch, now),
		answer: ({ resolve }, answers) => resolve(answers),
	};
	const named = (asked: readonly Asked[], name: OperationName) =>
		asked.filter(({ request }) => request.name === name);

	const runBoth = (
		settling: readonly Asked[],
		putting: readonly Asked[],
	): boolean => {
		const [first] = putting;
		if (first === undefined || settling.length === 0) return false;
		let settlements: Gathered<Settlement>;
		let deliveries: Gathered<NewDelivery>;
		let both: ReturnType<typeof settleAndPut>;
		try {
			settlements = gather(settling, settles);
			deliveries = gather(putting, puts);
			const { now } = first.request;
			both = settleAndPut(core, settlements.items, deliveries.items, now);
		} catch {
			// One of them may be to blame, so each kind is tried by itself.
			return false;
		}
		const [settled, receipts] = both;
		spread(settling, settlements.ends, settled, settles);
		spread(putting, deliveries.ends, receipts, puts);
		return true;
	};

	return (asked) => {
		const settling = named(asked, "settle");
		const putting = named(asked, "put");
		if (!runBoth(settling, putting)) {
			runAll(settling, settles, one);
			runAll(putting, puts, one);
		}
		for (const each of asked) if (!MERGED.has(each.request.name)) one(each);
	};
}

// --- helpers ---

const MERGED: ReadonlySet<string> = new Set(["put", "settle"]);

/** Requests whose argument and value are lists of the same length. */
interface Kind<Item, Value> {
	unpack(args: readonly unknown[]): readonly Item[];
	work(items: readonly Item[], now: number): readonly Value[];
	answer(asked: Asked, values: readonly Value[]): void;
}

/** Runs requests of one kind in one transaction. */
function runAll<Item, Value>(
	asked: readonly Asked[],
	kind: Kind<Item, Value>,
	one: (asked: Asked) => void,
): void {
	const [first] = asked;
	if (first === undefined) return;
	if (asked.length === 1) {
		one(first);
		return;
	}
	let gathered: Gathered<Item>;
	let values: readonly Value[];
	try {
		gathered = gather(asked, kind);
		values = kind.work(gathered.items, first.request.now);
	} catch {
		// One of them may be to blame: by itself, only its own guest gets the error.
		for (const each of asked) one(each);
		return;
	}
	spread(asked, gathered.ends, values, kind);
}

/** The items of several requests, and where those of each end. */
interface Gathered<Item> {
	readonly items: readonly Item[];
	readonly ends: readonly number[];
}

function gather<Item, Value>(
	asked: readonly Asked[],
	{ unpack }: Kind<Item, Value>,
): Gathered<Item> {
	const items: Item[] = [];
	const ends: number[] = [];
	for (const { request } of asked) {
		for (const item of unpack(request.args)) items.push(item);
		ends.push(items.length);
	}
	return { items, ends };
}

/** Answers each request with its part of the values. */
function spread<Item, Value>(
	asked: readonly Asked[],
	ends: readonly number[],
	values: readonly Value[],
	{ answer }: Kind<Item, Value>,
): void {
	let start = 0;
	for (const [at, each] of asked.entries()) {
		const end = ends[at];
		answer(each, values.slice(start, end));
		start = end ?? start;
	}
}
