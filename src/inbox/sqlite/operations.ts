import type {
	DeliveryDetail,
	DeliveryFilter,
	DeliveryRow,
	ExportedDelivery,
	InboxStats,
	PruneRules,
} from "../port/delivery.ts";
import type { Released } from "../port/desk.ts";
import type { Lease, LeaseAsk } from "../port/queue.ts";
import type { StateWrite } from "../port/state.ts";
import type { Done, Portion } from "./command.ts";
import type { SqliteCore } from "./core.ts";
import type { Bite, Count } from "./look.ts";
import type { StateEntry } from "./plugin-state.ts";
import {
	type Packed,
	type PackedSettlements,
	packLeases,
	unpackDeliveries,
	unpackSettlements,
} from "./wire.ts";

/** What the thread is asked for: by name, with the caller's time. */
export interface Operations {
	put(batch: Packed, now: number): Answer<Receipts>;
	lease(
		asks: readonly LeaseAsk[],
		leaseMs: number,
		now: number,
	): Answer<Packed>;
	extend(
		leases: readonly Pick<Lease, "id" | "attempt">[],
		leaseMs: number,
		now: number,
	): Answer<readonly string[]>;
	settle(
		settlements: PackedSettlements,
		now: number,
	): Answer<readonly boolean[]>;
	due(
		now: number,
	): Answer<readonly { readonly route: string; readonly inMs: number }[]>;
	readState(
		plugin: string,
		key: string,
		now: number,
	): Answer<string | undefined>;
	listState(
		plugin: string,
		prefix: string,
		max: number,
		now: number,
	): Answer<readonly StateEntry[]>;
	writeState(writes: readonly StateWrite[], now: number): Answer<void>;
	get(id: string, now: number): Answer<DeliveryDetail | undefined>;
	list(
		filter: DeliveryFilter,
		from: number | undefined,
		max: number,
		now: number,
	): Answer<Bite<DeliveryRow & { readonly seq: number }>>;
	count(from: number | undefined, now: number): Answer<Bite<Count>>;
	quarantine(now: number): Answer<InboxStats["quarantine"]>;
	replay(portion: Portion, now: number): Answer<Progress>;
	drop(portion: Portion, now: number): Answer<Progress>;
	release(id: string, as: Released, now: number): Answer<boolean>;
	prune(rules: PruneRules, now: number): Answer<number>;
	export(
		filter: DeliveryFilter,
		from: number | undefined,
		now: number,
	): Answer<Bite<DeliveryDetail>>;
	import(batch: readonly ExportedDelivery[], now: number): Answer<number>;
	/** Looks whether there is work of which nobody was told. */
	poll(now: number): Answer<void>;
}

/** What an operation gives. */
export interface Answer<T> {
	readonly value: T;
	/** Routes that may have work. */
	readonly routes?: readonly string[];
	/** Handed over instead of copied. */
	readonly transfer?: readonly ArrayBuffer[];
}

/** What is to be said of a batch that was put. */
export interface Receipts {
	/** The place and the first one's id of each duplicate. */
	readonly duplicates: readonly (readonly [at: number, id: string])[];
	/** The places of those that were leased at once. */
	readonly leased: readonly number[];
}

/** How far a command came. */
export interface Progress {
	readonly count: number;
	readonly next: number | undefined;
}

export function createOperations(core: SqliteCore): Operations {
	return {
		put(batch, now) {
			const { value, routes } = core.put(unpackDeliveries(batch), now);
			const duplicates: [number, string][] = [];
			const leased: number[] = [];
			for (const [at, { id, isDuplicate, isLeased }] of value.entries())
				if (isDuplicate) duplicates.push([at, id]);
				else if (isLeased) leased.push(at);
			return { value: { duplicates, leased }, routes };
		},
		lease(asks, leaseMs, now) {
			const value = packLeases(core.lease(asks, leaseMs, now));
			return { value, transfer: [value.bodies.buffer] };
		},
		extend: (leases, leaseMs, now) => ({
			value: core.extend(leases, leaseMs, now),
		}),
		settle: (settlements, now) =>
			core.settle(unpackSettlements(settlements), now),
		due: (now) => ({ value: core.due(now) }),
		readState: (plugin, key, now) => ({
			value: core.read(now, ({ state }) => state.read(plugin, key, now)),
		}),
		listState: (plugin, prefix, max, now) => ({
			value: core.read(now, ({ state }) =>
				state.list(plugin, prefix, max, now),
			),
		}),
		writeState: (writes, now) => ({ value: core.writeState(writes, now) }),
		get: (id, now) => ({ value: core.read(now, ({ look }) => look.get(id)) }),
		list: (filter, from, max, now) => ({
			value: core.read(now, ({ look }) => look.list(filter, from, max)),
		}),
		count: (from, now) => ({
			value: core.read(now, ({ look }) => look.count(from)),
		}),
		quarantine: (now) => ({
			value: core.read(now, ({ tally }) => tally.quarantine),
		}),
		replay: (portion, now) => toAnswer(core.replay(portion, now)),
		drop: (portion, now) => toAnswer(core.drop(portion, now)),
		release: (id, as, now) => core.release(id, as, now),
		prune: (rules, now) => ({ value: core.prune(rules, now) }),
		export: (filter, from, now) => ({
			value: core.read(now, ({ look }) => look.export(filter, from)),
		}),
		import(batch, now) {
			const { count, routes } = core.import(batch, now);
			return { value: count, routes: [...routes] };
		},
		poll: (now) => ({ value: undefined, routes: core.poll(now) }),
	};
}

// --- helpers ---

function toAnswer({ count, next, routes }: Done): Answer<Progress> {
	return { value: { count, next }, routes: [...routes] };
}
