import type { SqliteCore } from "./core.ts";
import { extendLeases } from "./leases.ts";
import {
	CROSSINGS,
	type OperationName,
	type Operations,
	type Request,
} from "./wire.ts";

/** The operations of the thread, by name, on a core. Each call waits for the disk. */
export function createOperations(core: SqliteCore): Operations {
	return { ...queueOn(core), ...deskOn(core), ...stateOn(core) };
}

/** Runs the operation of a request, and returns its packed value. */
export function createRunner(
	core: SqliteCore,
): (request: Pick<Request, "args" | "now">, name: OperationName) => unknown {
	const operations = createOperations(core);
	return (
		{ args, now }: Pick<Request, "args" | "now">,
		name: OperationName,
	): unknown => {
		// The client's types connect name, arguments and value. Here they are only lists.
		const operation = operations[name] as (...given: unknown[]) => unknown;
		const crossing = CROSSINGS[name] as
			| {
					readonly unpackArgs?: (packed: readonly unknown[]) => unknown[];
					readonly packValue?: (value: unknown) => unknown;
			  }
			| undefined;
		const value = operation(...(crossing?.unpackArgs?.(args) ?? args), now);
		return crossing?.packValue === undefined
			? value
			: crossing.packValue(value);
	};
}

// --- helpers ---

/** Puts, leases and settles deliveries. */
function queueOn(core: SqliteCore) {
	return {
		put(batch, now) {
			const { receipts, leased, ...news } = core.write("full", now, ({ put }) =>
				put.all(batch, now),
			);
			for (const [id, lease] of leased) core.hold(id, lease);
			core.note(news);
			return receipts;
		},
		lease(asks, leaseMs, now) {
			core.needOwner();
			const { leases, taken, lost } = core.write("normal", now, (engine) =>
				engine.leases.take(asks, leaseMs, now),
			);
			for (const id of lost) core.live.delete(id);
			for (const [id, lease] of taken) core.hold(id, lease);
			return leases;
		},
		extend(leases, leaseMs, now) {
			core.needOwner();
			return extendLeases(core.live, leases, now + leaseMs);
		},
		settle(settlements, now) {
			core.needOwner();
			// A power cut loses a settlement as a whole: the event is handled again, with its writes and events.
			const { answers, over, ...news } = core.write(
				"normal",
				now,
				({ settle }) => settle(settlements, now),
			);
			for (const id of over) core.live.delete(id);
			core.note(news);
			return answers;
		},
		due(now) {
			const due = core.read(now, ({ upkeep }) => upkeep.due());
			for (const { route, until } of core.live.values())
				due.set(route, Math.min(due.get(route) ?? Infinity, until));
			return [...due].map(([route, at]) => ({
				route,
				inMs: Math.max(0, at - now),
			}));
		},
		prune(rules, now) {
			const { count, ...news } = core.write("normal", now, ({ upkeep }) =>
				upkeep.prune(rules, now),
			);
			core.note(news);
			core.read(now, ({ upkeep }) => upkeep.shrink());
			return count;
		},
		poll: (now) => core.note({ routes: core.findUntold(now) }),
	} satisfies Partial<Operations>;
}

/** Runs the commands of a person. */
function deskOn(core: SqliteCore) {
	return {
		get: (id, now) => core.read(now, ({ look }) => look.get(id)),
		find: (prefix, max, now) =>
			core.read(now, ({ look }) => look.find(prefix, max)),
		changes: (filter, since, max, now) =>
			core.read(now, ({ look }) => look.changes(filter, since, max)),
		list: (filter, from, max, now) =>
			core.read(now, ({ look }) => look.list(filter, from, max)),
		count: (from, now) => core.read(now, ({ look }) => look.count(from)),
		export: (filter, from, now) =>
			core.read(now, ({ look }) => look.export(filter, from)),
		quarantine: (now) => core.read(now, ({ tally }) => tally.quarantine),
		replay(portion, now) {
			const { progress, ...news } = core.write("full", now, ({ commands }) =>
				commands.replay(portion, now),
			);
			core.note(news);
			return progress;
		},
		drop(portion, now) {
			const { progress, ...news } = core.write("full", now, ({ commands }) =>
				commands.drop(portion, now),
			);
			core.note(news);
			return progress;
		},
		release(id, as, now) {
			const isReleased = core.write("full", now, ({ commands }) =>
				commands.release(id, as, now),
			);
			if (isReleased) core.note({ routes: [as.route] });
			return isReleased;
		},
		import(batch, now) {
			const { count, ...news } = core.write("full", now, ({ commands }) =>
				commands.import(batch, now),
			);
			core.note(news);
			return count;
		},
	} satisfies Partial<Operations>;
}

/** Reads and writes the durable state of plugins. */
function stateOn(core: SqliteCore) {
	return {
		readState: (plugin, key, now) =>
			core.read(now, ({ state }) => state.read(plugin, key, now)),
		listState: (plugin, prefix, max, now) =>
			core.read(now, ({ state }) => state.list(plugin, prefix, max, now)),
		writeState: (writes, now) =>
			core.write("full", now, ({ state }) => state.write(writes, now)),
	} satisfies Partial<Operations>;
}
