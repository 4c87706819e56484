import { HookError } from "../../errors.ts";
import { InboxOpenError, isInboxOpenError } from "../port/open-error.ts";
import type { InboxStore, StoreOptions } from "../port/store.ts";
import { isOfEvents, isPassing } from "../postgres/connect/faults.ts";
import { openPostgres, type PostgresOptions } from "../postgres/open.ts";
import type { PostgresStore } from "../postgres/store.ts";
import { openAsGuest } from "../sqlite/channel/guest.ts";
import { defaultRoom } from "../sqlite/file.ts";
import { createClock, openSqlite } from "../sqlite/open.ts";
import { createLateStore, type LateListener } from "./late.ts";
import { Shipper, type ShippingListener } from "./shipper.ts";
import { createSpooledStore } from "./store.ts";

/** Hears of a spool. None of these may throw. */
export type SpoolListener = LateListener & ShippingListener;

/** The spool of an inbox in PostgreSQL. */
export interface SpoolOptions {
	/** Absolute path. */
	readonly file: string;
	/** The limit of the file in bytes. Default: its size plus half of the free space of its disk. */
	readonly maxBytes?: number | undefined;
	/** Default: nobody hears of it. */
	readonly listener?: SpoolListener;
}

/** The options of opening an inbox with a spool. */
export interface SpooledOptions extends PostgresOptions {
	readonly spool: SpoolOptions;
	/** The socket between the owner of the file and the workers. Default: the router is one process. */
	readonly share?:
		| { readonly as: "owner" | "guest"; readonly hub: string }
		| undefined;
}

/**
 * Opens the inbox in PostgreSQL with a spool. A database that is away is opened later. Rejects with InboxOpenError if the file
 * cannot be used, and if the database refuses the router.
 */
export async function openSpooled(
	url: string,
	{ spool, share, ...options }: SpooledOptions,
): Promise<InboxStore> {
	const { file, listener = SILENT } = spool;
	const { clock = createClock() } = options;
	const maxBytes = spool.maxBytes ?? (await defaultRoom(file));
	const opened = await openFile(spool, { ...options, maxBytes }, share);
	const open = () =>
		openPostgres(url, {
			...options,
			hasSpool: true,
			times: { ...GIVE_UP_SOON, ...options.times },
		});
	try {
		const first = await openIfThere(open, listener);
		const database = createLateStore(first, open, {
			...listener,
			onOpened() {
				listener.onOpened();
				shipper?.wake();
			},
		});
		const { store } = database;
		const shipper =
			share?.as === "guest"
				? undefined
				: new Shipper({
						spool: opened,
						ship: store.ship,
						isOfEvents,
						listener,
						clock,
					});
		opened.onWork(() => {
			if (shipper !== undefined) shipper.wake();
			// Another worker began: what is on its way here goes behind its events.
			else if (opened.backlog() > 0) store.giveUp();
		});
		database.start();
		// Ships the rest of an earlier run.
		shipper?.wake();
		return createSpooledStore({
			database,
			file: opened,
			maxBytes,
			isOfEvents,
			shipper,
		});
	} catch (error) {
		await opened.close();
		throw error;
	}
}

// --- helpers ---

/** A spool answers at once, so no sender has to wait for a database that is away. */
const GIVE_UP_SOON = { putMs: 1000, putAwayMs: 1000 };

const nothing = (): void => {};

const SILENT: SpoolListener = {
	onAway: nothing,
	onOpened: nothing,
	onBegin: nothing,
	onEnd: nothing,
	onRefused: nothing,
	onFault: nothing,
};

async function openFile(
	{ file }: SpoolOptions,
	{ clock, maxBytes, onWarning }: StoreOptions,
	share: SpooledOptions["share"],
): Promise<InboxStore> {
	try {
		if (share?.as === "guest")
			return await openAsGuest(file, { path: share.hub, clock });
		return await openSqlite(file, {
			quarantine: { maxCount: 0, maxBytes: 0 },
			maxBytes,
			...(clock && { clock }),
			...(onWarning && { onWarning }),
			...(share !== undefined && { hub: share.hub }),
		});
	} catch (error) {
		if (!isInboxOpenError(error)) throw error;
		const said = error.message.replaceAll("in inbox.store", "in inbox.spool");
		throw new InboxOpenError(`the spool: ${said}`, { cause: error });
	}
}

/** Opens the database. Returns the reason if it is away, and rejects if it refuses the router. */
async function openIfThere(
	open: () => Promise<PostgresStore>,
	{ onAway }: LateListener,
): Promise<PostgresStore | string> {
	try {
		return await open();
	} catch (error) {
		const isAway = isInboxOpenError(error)
			? error.isAway
			: error instanceof HookError && isPassing(error);
		if (!isAway) throw error;
		const { message } = error as Error;
		onAway(message);
		return message;
	}
}
