import { HookError } from "../../errors.ts";
import type { NewDelivery, Receipt } from "../port/queue.ts";
import type { Spool } from "../port/spool.ts";
import type { InboxStore } from "../port/store.ts";
import type { LateStore } from "./late.ts";
import { toSpooled } from "./packing.ts";
import type { Shipper } from "./shipper.ts";

/** The parts of an inbox with a spool. */
export interface SpoolParts {
	readonly database: LateStore;
	/** The file. */
	readonly file: InboxStore;
	/** The limit of the file in bytes. Undefined for none. */
	readonly maxBytes: number | undefined;
	/** Returns true if the database refuses the events themselves, and not because it is away. */
	readonly isOfEvents: (error: unknown) => boolean;
	/** Undefined in a worker, whose supervisor ships. */
	readonly shipper: Shipper | undefined;
}

/**
 * Creates the inbox in PostgreSQL whose puts go to a file while the database is away. As long as the file has events, all puts
 * go behind them, so that no event overtakes an earlier one.
 */
export function createSpooledStore(parts: SpoolParts): InboxStore {
	const { database, file, shipper } = parts;
	const { store } = database;
	const spool = createSpool(parts);
	let underWay = 0;

	const toFile = async (
		batch: readonly NewDelivery[],
		cause?: unknown,
	): Promise<readonly Receipt[]> => {
		const why = spool.full();
		if (why !== undefined)
			throw new HookError("INBOX_UNAVAILABLE", why, { cause });
		underWay += 1;
		try {
			await file.put(batch.map(toSpooled));
		} finally {
			underWay -= 1;
		}
		shipper?.wake();
		// The database tells duplicates apart when it gets them. An id that is there already is the same event.
		return batch.map(({ id }) => ({ id, isDuplicate: false }));
	};
	const put = (batch: readonly NewDelivery[]): Promise<readonly Receipt[]> => {
		if (batch.length === 0) return Promise.resolve([]);
		if (underWay > 0 || file.backlog() > 0) return toFile(batch);
		return store.put(batch).catch((error: unknown) => {
			if (parts.isOfEvents(error)) throw error;
			return toFile(batch, error);
		});
	};
	return {
		...store,
		spool,
		put,
		backlog: () => store.backlog() + file.backlog(),
		fill(route) {
			const fill = store.fill(route);
			const { own } = file.fill(route);
			if (own.count === 0) return fill;
			const count = fill.own.count + own.count;
			return { ...fill, own: { count, bytes: fill.own.bytes + own.bytes } };
		},
		...createState(store),
		async close() {
			const stopped = shipper?.stop();
			store.giveUp();
			await stopped;
			await Promise.all([store.close(), file.close()]);
		},
	};
}

// --- helpers ---

function createSpool({ file, maxBytes, shipper }: SpoolParts): Spool {
	return {
		read: () => ({
			depth: file.backlog(),
			usedBytes: file.fill("").usedBytes,
			maxBytes,
			oldestAt: shipper?.oldestAt,
			...(shipper?.totals ?? NOTHING),
		}),
		full() {
			return maxBytes !== undefined && file.fill("").usedBytes >= maxBytes
				? `the spool uses ${maxBytes} bytes, the limit of \`inbox.spoolMaxSize\`, and the database is away`
				: undefined;
		},
		async probe() {
			await file.writeState([PROBE]);
		},
	};
}

const NOTHING = { shipped: 0, duplicates: 0, refused: 0 };

/** No plugin can have it, because names of plugins contain no colon. */
const PROBE = {
	plugin: "switchhook:readiness",
	key: "probe",
	value: "true",
	expiresAfterMs: 60_000,
};

/** The state of plugins, which the spool does not have: two routers would see different values. */
function createState({
	readState,
	listState,
	writeState,
}: InboxStore): Pick<InboxStore, "readState" | "listState" | "writeState"> {
	const explain = (error: unknown): never => {
		const said = error instanceof Error ? error.message : String(error);
		throw new HookError(
			"INBOX_UNAVAILABLE",
			`the database is away, and the state of plugins with it: the spool takes only events. ${said}`,
			{ cause: error },
		);
	};
	return {
		readState: (plugin, key) => readState(plugin, key).catch(explain),
		listState: (plugin, prefix, max) =>
			listState(plugin, prefix, max).catch(explain),
		writeState: (writes) => writeState(writes).catch(explain),
	};
}
