import { randomUUID } from "node:crypto";
import type { Halting } from "../../src/inbox/port/halt.ts";
import type { Lease, NewDelivery } from "../../src/inbox/port/queue.ts";
import type {
	Result,
	RouteWork,
	Worker,
	WorkerListener,
	WorkerStore,
} from "../../src/inbox/worker/work.ts";
import {
	createWorker,
	type WorkerOptions,
} from "../../src/inbox/worker/worker.ts";
import { HandTiming } from "./hand-timing.ts";
import { MemoryStore } from "./memory-store.ts";

/** A worker on a store in memory, by a clock that the test moves. */
export interface Bench {
	readonly store: MemoryStore;
	readonly timing: HandTiming;
	readonly worker: Worker;
	readonly routes: Map<string, RouteWork>;
	/** Leases that were delivered, in the order in which that was written. */
	readonly handled: Lease[];
	/** What the listener heard besides: `outage lease`, `recovered`, `lost <id>`. */
	readonly heard: string[];
}

/** Makes a bench; on the store and the clock of an earlier one where that is given. */
export function bench(
	works: Readonly<Record<string, RouteWork>>,
	options: Partial<Omit<WorkerOptions, "store">> & {
		readonly isShared?: boolean;
		readonly wrap?: (store: MemoryStore) => WorkerStore;
	} = {},
	earlier?: Bench,
): Bench {
	const { isShared = false, wrap, listener = {}, ...others } = options;
	const timing = earlier?.timing ?? new HandTiming();
	const store =
		earlier?.store ?? new MemoryStore(() => timing.wallMs(), isShared);
	const routes = new Map(Object.entries(works));
	const handled: Lease[] = [];
	const heard: string[] = [];
	const recorder: WorkerListener = {
		...listener,
		onSettled(settled) {
			if (settled.result.verdict.as === "delivered")
				handled.push(settled.lease);
			listener.onSettled?.(settled);
		},
		onOutage: (operation) => heard.push(`outage ${operation}`),
		onRecovered: () => heard.push("recovered"),
		onLost: ({ id }) => heard.push(`lost ${id}`),
	};
	const worker = createWorker({
		...others,
		store: wrap?.(store) ?? store,
		timing,
		routes: () => routes,
		listener: recorder,
	});
	return { store, timing, worker, routes, handled, heard };
}

/** The outcome of a success. */
export const DONE: Result = {
	verdict: { as: "delivered" },
	writes: [],
	events: [],
};

/** The outcome of a failure. */
export function later(afterMs: number): Result {
	const reason = "HANDLER_FAILED: not now";
	return {
		verdict: { as: "waiting", afterMs, reason },
		writes: [],
		events: [],
	};
}

/** A route whose handler succeeds at once. */
export function noop(concurrency = 10): RouteWork {
	return { concurrency, deliver: () => DONE };
}

/** A handler that is at work. */
export interface Open {
	readonly lease: Lease;
	readonly signal: Halting;
	readonly finish: (outcome: Result) => void;
}

/** A route whose handlers end when the test says so. */
export interface Holding {
	readonly work: RouteWork;
	readonly open: Open[];
	/** The most that were at work at the same time. */
	readonly most: number;
	/** Ends the handler that began first. */
	finish(outcome?: Result): void;
}

/** Makes a route whose handlers end when the test says so. */
export function holding(concurrency: number): Holding {
	const open: Open[] = [];
	let most = 0;
	return {
		open,
		get most() {
			return most;
		},
		work: {
			concurrency,
			deliver: (lease, signal) =>
				new Promise((finish) => {
					open.push({ lease, signal, finish });
					most = Math.max(most, open.length);
				}),
		},
		finish(outcome = DONE) {
			open.shift()?.finish(outcome);
		},
	};
}

/** Events for a route. */
export function many(
	count: number,
	route: string,
	changed: Partial<NewDelivery> = {},
): readonly NewDelivery[] {
	return Array.from({ length: count }, () => ({
		id: randomUUID(),
		route,
		kind: "my.kind",
		receivedAt: Date.UTC(2026, 0, 15, 12),
		dedupeKey: undefined,
		orderKey: undefined,
		state: "received",
		reason: undefined,
		envelope: '{"method":"POST","path":"/"}',
		body: Buffer.from("{}"),
		...changed,
	}));
}

/** Deliveries of a route with this status. */
export function ofRoute(
	store: MemoryStore,
	route: string,
	status: string,
): number {
	return [...store.rows.values()].filter(
		(row) => row.route === route && row.status === status,
	).length;
}
