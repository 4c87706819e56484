import type { NewDelivery, Receipt, Settlement } from "../../port/queue.ts";
import type { Engine, SqliteCore } from "../core.ts";
import { extendLeases } from "../queue/leases.ts";
import {
	CROSSINGS,
	type OperationName,
	type Operations,
	type Request,
} from "./wire.ts";

/** The operations of the thread, by name, on a core. Each call waits for the disk. */
export function createOperations(core: SqliteCore): Operations {
	return {
		...queueOn(core),
		...deskOn(core),
		...pacingOn(core),
		...redactionOn(core),
		...stateOn(core),
		...historyOn(core),
	};
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

/** Settles and puts in one transaction, whose pages are written to the log once. Throws if either fails, and does neither then. */
export function settleAndPut(
	core: SqliteCore,
	settlements: readonly Settlement[],
	batch: readonly NewDelivery[],
	now: number,
): readonly [settled: readonly boolean[], receipts: readonly Receipt[]] {
	core.needOwner();
	const [settled, put] = core.write("full", now, (engine) => [
		engine.settle(settlements, now),
		engine.put.all(batch, now),
	]);
	return [afterSettle(core, settled), afterPut(core, put, batch.length)];
}

// --- helpers ---

/** Notes what a committed settlement changed. */
function afterSettle(
	core: SqliteCore,
	{ answers, over, ...news }: ReturnType<Engine["settle"]>,
): readonly boolean[] {
	for (const id of over) core.live.delete(id);
	core.note(news);
	return answers;
}

/** Notes what a committed put changed. */
function afterPut(
	core: SqliteCore,
	{ receipts, leased, ...news }: ReturnType<Engine["put"]["all"]>,
	puts: number,
): readonly Receipt[] {
	for (const [id, lease] of leased) core.hold(id, lease);
	core.note({ ...news, puts });
	return receipts;
}

/** Puts, leases and settles deliveries. */
function queueOn(core: SqliteCore) {
	return {
		put(batch, now) {
			const result = core.write("full", now, ({ put }) => put.all(batch, now));
			return afterPut(core, result, batch.length);
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
		leasePaced(asks, leaseMs, now) {
			core.needOwner();
			const { taken, waits } = core.write("normal", now, (engine) =>
				engine.takePaced(asks, leaseMs, now),
			);
			for (const id of taken.lost) core.live.delete(id);
			for (const [id, lease] of taken.taken) core.hold(id, lease);
			return { leases: taken.leases, waits };
		},
		extend(leases, leaseMs, now) {
			core.needOwner();
			return extendLeases(core.live, leases, now + leaseMs);
		},
		settle(settlements, now) {
			core.needOwner();
			// A power cut loses a settlement as a whole: the event is handled again, with its writes and events.
			const result = core.write("normal", now, ({ settle }) =>
				settle(settlements, now),
			);
			return afterSettle(core, result);
		},
		raise(alerts, now) {
			const routes = core.write("full", now, ({ raise }) => raise(alerts, now));
			core.note({ routes });
		},
		due(now) {
			const [due, pauses] = core.read(now, (engine) => [
				engine.upkeep.due(),
				engine.pauses,
			]);
			for (const { route, until } of core.live.values())
				due.set(route, Math.min(due.get(route) ?? Infinity, until));
			return [...due].flatMap(([route, at]) => {
				const dueAt = Math.max(at, pauses.endOf(route, now) ?? 0);
				return dueAt === Infinity
					? []
					: [{ route, inMs: Math.max(0, dueAt - now) }];
			});
		},
		prune(rules, now) {
			const { count, ...news } = core.write("normal", now, (engine) => {
				engine.history.prune(HISTORY_ROWS, now);
				return engine.upkeep.prune(rules, now);
			});
			core.note(news);
			core.read(now, ({ upkeep }) => upkeep.shrink());
			return count;
		},
		poll: (now) => core.note({ routes: core.findUntold(now) }),
	} satisfies Partial<Operations>;
}

/** The rows of the history that one call removes: 1,000 busy routes leave some 7,000 a minute. */
const HISTORY_ROWS = 10_000;

/** Runs the commands of a person. */
function deskOn(core: SqliteCore) {
	return {
		get: (id, now) => core.read(now, ({ look }) => look.get(id)),
		find: (prefix, max, now) =>
			core.read(now, ({ look }) => look.find(prefix, max)),
		children: (parents, now) =>
			core.read(now, ({ look }) => look.children(parents)),
		changes: (filter, since, max, now) =>
			core.read(now, ({ look }) => look.changes(filter, since, max)),
		list: (filter, from, max, now) =>
			core.read(now, ({ look }) => look.list(filter, from, max)),
		scan: (filter, from, now) =>
			core.read(now, ({ look }) => look.scan(filter, from)),
		count: (from, now) => core.read(now, ({ look }) => look.count(from)),
		export: (filter, from, now) =>
			core.read(now, ({ look }) => look.export(filter, from)),
		quarantine: (now) => core.read(now, ({ tally }) => tally.quarantine),
		replay(portion, note, now) {
			const { progress, ...news } = core.write("full", now, ({ commands }) =>
				commands.replay(portion, note, now),
			);
			core.note(news);
			return progress;
		},
		dropped: (prefix, now) =>
			core.read(now, ({ dropped }) => dropped.find(prefix)),
		drop(portion, note, now) {
			const { progress, ...news } = core.write("full", now, ({ commands }) =>
				commands.drop(portion, note, now),
			);
			core.note(news);
			return progress;
		},
		release(id, as, note, now) {
			const isReleased = core.write("full", now, ({ commands }) =>
				commands.release(id, as, note, now),
			);
			if (isReleased) core.note({ routes: [as.route] });
			return isReleased;
		},
		note: (id, action, note, now) =>
			core.write("full", now, ({ commands }) =>
				commands.note(id, action, note, now),
			),
		import(batch, now) {
			const { count, ...news } = core.write("full", now, ({ commands }) =>
				commands.import(batch, now),
			);
			core.note(news);
			return count;
		},
	} satisfies Partial<Operations>;
}

/** Pauses and resumes routes. These are rare, and nobody tells a command that stays open about the pauses of others. */
function pacingOn(core: SqliteCore) {
	const fresh = ({ pauses }: Pick<Engine, "pauses">) => {
		pauses.reload();
		return pauses;
	};
	return {
		pauses: (now) => ({
			now,
			all: core.read(now, (engine) => fresh(engine).all()),
		}),
		pause(routes, terms, now) {
			core.note({
				pauses: core.write("full", now, (engine) => {
					const pauses = fresh(engine);
					pauses.pause(routes, terms, now);
					return pauses.all();
				}),
			});
		},
		resume(routes, now) {
			const [resumed, pauses] = core.write("full", now, (engine) => [
				fresh(engine).resume(routes, now),
				engine.pauses.all(),
			]);
			core.note({ pauses, routes: resumed });
			return resumed;
		},
	} satisfies Partial<Operations>;
}

/** Removes content so that no byte of it stays in the files. */
function redactionOn(core: SqliteCore) {
	return {
		redact(ids, note, now) {
			const redacted = securely(core, now, ({ commands }) =>
				ids.filter((id) => commands.redact(id, note, now)),
			);
			// The end of an unfinished delivery frees its lane.
			core.note({
				routes: core.read(now, ({ upkeep }) => upkeep.due()).keys(),
			});
			return redacted;
		},
		states: (after, now) => core.read(now, ({ state }) => state.after(after)),
		forgetStates: (ids, now) =>
			securely(core, now, ({ state }) => state.forget(ids)),
		releasePages: (now) => core.read(now, ({ upkeep }) => upkeep.freePages()),
		cleanFile: (isRewritten, now) =>
			core.read(now, ({ upkeep }) => upkeep.clean(isRewritten)),
	} satisfies Partial<Operations>;
}

/** Runs a transaction in which SQLite overwrites what it removes with zeros (sqlite.org/pragma.html#pragma_secure_delete). */
function securely<T>(
	core: SqliteCore,
	now: number,
	work: (engine: Engine) => T,
): T {
	const set = (value: "on" | "off") =>
		core.read(now, ({ connection }) =>
			connection.db.exec(`pragma secure_delete = ${value}`),
		);
	set("on");
	try {
		return core.write("full", now, work);
	} finally {
		set("off");
	}
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

/** Writes and reads the history. A power cut may lose the last seconds of it. */
function historyOn(core: SqliteCore) {
	return {
		addHistory(batch, now) {
			core.write("normal", now, ({ history }) => history.add(batch, now));
			return now;
		},
		readHistory: (ask, now) =>
			core.read(now, ({ history }) => history.read(ask, now)),
		totals: (from, after, now) =>
			core.read(now, ({ history }) => history.totals(from, after)),
	} satisfies Partial<Operations>;
}
