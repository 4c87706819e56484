import { HookError } from "../../errors.ts";
import type { Journal } from "../../handler/journal.ts";
import type { NewDelivery, Receipt } from "../../inbox/port/queue.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import { NO_PAUSES, type PauseView } from "../../inbox/worker/pauses.ts";
import type { Worker } from "../../inbox/worker/work.ts";
import type { Log } from "../../observe/log.ts";
import type { Metrics } from "../../observe/metrics/metrics.ts";
import { createOwnEvents, type OwnEvents } from "../own/own-events.ts";
import { type FreshEvent, FreshLease } from "./fresh.ts";
import { type Bounds, isNearlyFull, isOverfull, noRoomForAll } from "./room.ts";

/** The inbox as the pipeline uses it. */
export interface Inbox {
	readonly store: InboxStore;
	/** The pauses of routes, as far as this router knows them. */
	readonly pauses: PauseView;
	/** The router's own events, which the store keeps. */
	readonly own: OwnEvents;
	/**
	 * Stores a delivery, which is durable when this resolves. If the worker has a free seat, `fresh` is handled without being
	 * read again. Throws INBOX_UNAVAILABLE if the store fails or its limit of unfinished work is reached.
	 */
	record(delivery: NewDelivery, fresh?: FreshEvent): Promise<Receipt>;
	/** Records a webhook that was already answered. Never waits and never throws, because a live call goes first. */
	note(delivery: NewDelivery): void;
	/** Stores the journal of a reply's handler, in the same way as `note`. */
	noteJournal(journal: Pick<Journal, "writes" | "events">): void;
	/** Resolves when everything noted is stored or has failed. */
	settled(): Promise<void>;
}

export interface InboxOptions {
	readonly bounds: Bounds;
	readonly log: Pick<Log, "warn" | "info">;
	/** Measures the puts. Default: not measured. */
	readonly metrics?: Pick<Metrics, "puts" | "unrecorded">;
	/** Default: no route is paused. */
	readonly pauses?: PauseView;
	/** Called repeatedly while the room is nearly full. */
	readonly onNearlyFull?: () => void;
	/** Default: every delivery waits in the store until the worker leases it. */
	readonly reserveSeat?: Worker["reserveSeat"];
	/** Default: own events of the system's clock, whose failures are not logged. */
	readonly own?: OwnEvents;
}

export function createInbox(
	store: InboxStore,
	{
		bounds,
		log,
		metrics,
		own = createOwnEvents({ store }),
		pauses = NO_PAUSES,
		reserveSeat,
		onNearlyFull,
	}: InboxOptions,
): Inbox {
	const noted = new Set<Promise<unknown>>();
	const { lose, recover } = createLossLog(log, metrics);
	let notedBytes = 0;
	const later = (bytes: number, write: () => Promise<unknown>): void => {
		if (noted.size >= NOTED_MAX || notedBytes + bytes > NOTED_MAX_BYTES) {
			lose(new Error("the store cannot keep up with the answered webhooks"));
			return;
		}
		if (isNearlyFull(store, bounds)) onNearlyFull?.();
		if (isOverfull(store, bounds)) {
			lose(new Error("the inbox has reached `inbox.maxSize`"));
			return;
		}
		const work = write().then(recover, lose);
		noted.add(work);
		notedBytes += bytes;
		void work.then(() => {
			noted.delete(work);
			notedBytes -= bytes;
		});
	};
	return {
		store,
		pauses,
		own,
		async record(given, fresh) {
			if (isNearlyFull(store, bounds)) onNearlyFull?.();
			const delivery = holdBack(given, pauses);
			needRoom(noRoomForAll(delivery, store, bounds, own.routes));
			const isWanted = fresh !== undefined && delivery.state === "received";
			const seat = isWanted ? reserveSeat?.(delivery.route) : undefined;
			const began = performance.now();
			try {
				const [receipt] = (await store.put([
					seat === undefined
						? delivery
						: { ...delivery, leaseMs: seat.leaseMs },
				])) as readonly [Receipt];
				metrics?.puts.add((performance.now() - began) / 1000);
				if (seat === undefined || fresh === undefined) return receipt;
				if (receipt.isLeased) seat.take(new FreshLease(delivery, fresh));
				else seat.leave();
				return receipt;
			} catch (error) {
				seat?.leave();
				throw toUnavailable(error);
			}
		},
		note: (delivery) => later(sizeOf([delivery]), () => store.put([delivery])),
		noteJournal: ({ writes, events }) =>
			later(sizeOf(events), async () => {
				if (writes.length > 0) await store.writeState(writes);
				if (events.length > 0) await store.put(events);
			}),
		async settled() {
			await Promise.all([...noted, own.settled()]);
		},
	};
}

// --- helpers ---

/** A paused route that fans out does so when it is resumed: until then its event waits like any other. */
function holdBack(delivery: NewDelivery, pauses: PauseView): NewDelivery {
	const { children, route } = delivery;
	if (children === undefined || pauses.restMs(route) === 0) return delivery;
	return { ...delivery, state: "received", children: undefined };
}

/** Logs one line for each outage. Otherwise a dead store would fill the log as fast as calls come in. */
function createLossLog(
	log: InboxOptions["log"],
	metrics: InboxOptions["metrics"],
) {
	let lost = 0;
	return {
		lose(error: unknown): void {
			if (lost === 0)
				log.warn(
					{ reason: messageOf(error) },
					"answered webhooks are not recorded",
				);
			lost += 1;
			if (metrics !== undefined) metrics.unrecorded += 1;
		},
		recover(): void {
			if (lost === 0) return;
			log.info({ lost }, "answered webhooks are recorded again");
			lost = 0;
		},
	};
}

/** Tracks the pending writes that nobody waits for. */
const NOTED_MAX = 10_000;
const NOTED_MAX_BYTES = 16 * 1024 * 1024;

function sizeOf(deliveries: readonly NewDelivery[]): number {
	return deliveries.reduce(
		(sum, { envelope, body, answer = "" }) =>
			sum + envelope.length + body.length + answer.length,
		0,
	);
}

/** Asks for a later retry. The platform waits longer anyway, but a proxy in between may respect it. */
const LATER = { headers: { "retry-after": "10" } };

/** Throws INBOX_UNAVAILABLE if there is a reason why there is no room. */
function needRoom(why: string | undefined): void {
	if (why !== undefined) throw new HookError("INBOX_UNAVAILABLE", why, LATER);
}

function toUnavailable(error: unknown): HookError {
	const cause =
		error instanceof HookError && error.cause !== undefined
			? error.cause
			: error;
	return new HookError("INBOX_UNAVAILABLE", messageOf(error), {
		...LATER,
		cause,
	});
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
