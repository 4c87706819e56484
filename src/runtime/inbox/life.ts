import type { InboxSettings } from "../../config/settings.ts";
import { defaultRoomOf, openStore, type StoreShare } from "../../inbox/open.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import { createHousekeeping } from "../../inbox/worker/housekeeping.ts";
import { SYSTEM_TIMING, type Timing } from "../../inbox/worker/timing.ts";
import type {
	Routes,
	SettledAttempt,
	WorkerStats,
} from "../../inbox/worker/work.ts";
import { createWorker } from "../../inbox/worker/worker.ts";
import type { Log } from "../../observe/log.ts";
import { EvictionLog } from "./eviction-log.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { isNearlyFull } from "./room.ts";

/** An inbox and the worker that handles its deliveries. */
export interface RunningInbox {
	readonly inbox: Inbox;
	/** The limit of the inbox in bytes. Undefined for none. */
	readonly maxBytes: number | undefined;
	/**
	 * Starts to handle deliveries, and the housekeeping unless the supervisor does it. `routes` is called repeatedly, because a
	 * reload changes its result.
	 */
	start(routes: () => Routes): void;
	/** Starts the housekeeping alone, where workers handle the deliveries. */
	keepHouse(): void;
	/** Announces that routes may have work, such as those that a reload added. */
	wake(): void;
	/** Stops leasing deliveries. Those still being handled after `drainMs` go back untried. */
	drain(drainMs: number): Promise<void>;
	/** Returns the number of deliveries that the worker has in hand. */
	stats(): WorkerStats;
	/** Closes the store, after all writes have ended. */
	close(): Promise<void>;
}

/** Opens the inbox of the settings. Returns undefined for `none`. Rejects with InboxOpenError, whose message contains advice. */
export async function openInbox(
	settings: InboxSettings,
	log: Log,
	{ timing, share }: InboxLife = {},
): Promise<RunningInbox | undefined> {
	const { store: address, quarantine } = settings;
	if (address.type === "none") return undefined;
	// The free space of the disk at the start decides. A worker may start much later.
	const maxBytes =
		share?.as === "guest"
			? share.maxBytes
			: (settings.maxBytes ?? (await defaultRoomOf(address)));
	const evictions = EVICTIONS.map(([state, message]) => ({
		state,
		log: new EvictionLog(log, message),
	}));
	const store = await openStore(address, {
		quarantine,
		maxBytes,
		onEvicted(evicted) {
			for (const { state, log } of evictions)
				log.note(evicted.filter((one) => one.state === state));
		},
		onWarning: (message) => log.warn(message),
		...(timing && { clock: () => timing.wallMs() }),
		share,
	});
	const running = run(store, { ...settings, maxBytes }, log, {
		timing,
		share,
	});
	return {
		...running,
		async close() {
			await running.close();
			for (const { log } of evictions) log.flush();
		},
	};
}

/** The surroundings of an inbox. */
export interface InboxLife {
	/** The clock of the store and the timers of the worker. Default: the system's. */
	readonly timing?: Timing | undefined;
	/** The part of this process in a router of several. Default: it is alone. */
	readonly share?: StoreShare | undefined;
}

// --- helpers ---

/** Creates the log lines for deliveries that were removed to make room. */
const EVICTIONS = [
	[
		"quarantined",
		"removed the oldest refused deliveries from quarantine. The limit of `inbox.quarantine` is reached",
	],
	[
		"dead",
		"removed the oldest dead deliveries. They may use at most a quarter of `inbox.maxSize`",
	],
] as const;

function run(
	store: InboxStore,
	settings: InboxSettings,
	log: Log,
	{ timing = SYSTEM_TIMING, share }: InboxLife,
): RunningInbox {
	const isGuest = share?.as === "guest";
	const { retentionMs, deadRetentionMs, bodyRetentionMs } = settings;
	const outage = {
		onOutage: (what: string, error: unknown) =>
			log.error({ err: error }, `the inbox failed to ${what}`),
		onRecovered: () => log.info("the inbox works again"),
	};
	const housekeeping = createHousekeeping({
		store,
		timing,
		rules: () => ({
			deliveredMs: retentionMs,
			deadMs: deadRetentionMs,
			bodyMs: bodyRetentionMs,
		}),
		listener: {
			...outage,
			onStats: ({ byState, sizeBytes }) =>
				log.debug({ byState, sizeBytes }, "inbox"),
		},
	});
	const deliveries = log.of("delivery");
	let routes = (): Routes => NO_ROUTES;
	const worker = createWorker({
		store,
		timing,
		routes: () => routes(),
		listener: {
			...outage,
			onSettled: (settled) => logDelivery(deliveries, settled),
			onLost: ({ id, route }) =>
				log.warn(
					{ id, route },
					"a lease expired before the outcome was written. The event is handled again",
				),
			onFault: ({ id, route }, error) =>
				log.error({ id, route, err: error }, "a delivery could not be handled"),
		},
	});
	const inbox = createInbox(store, {
		bounds: settings,
		...(!isGuest && { onNearlyFull: () => housekeeping.hurry() }),
		log,
		reserveSeat: (route) => worker.reserveSeat(route),
	});
	let endWatch = () => {};
	return {
		inbox,
		maxBytes: settings.maxBytes,
		start(asked) {
			routes = asked;
			worker.start();
			if (!isGuest) housekeeping.start();
		},
		keepHouse() {
			housekeeping.start();
			// The workers fill the inbox, and only this process empties it.
			endWatch = repeat(timing, ROOM_MS, () => {
				if (isNearlyFull(store, settings)) housekeeping.hurry();
			});
		},
		wake: () => worker.wake(),
		stats: () => worker.stats(),
		async drain(drainMs) {
			endWatch();
			await Promise.all([worker.stop(drainMs), housekeeping.stop()]);
		},
		async close() {
			await inbox.settled();
			await store.close();
		},
	};
}

/** Calls a function again and again. Returns the function that ends it. */
function repeat(timing: Timing, everyMs: number, run: () => void): () => void {
	let cancel = (): void => {};
	const next = (): void => {
		run();
		cancel = timing.setTimer(next, everyMs);
	};
	next();
	return () => cancel();
}

const NO_ROUTES: Routes = new Map();

/** Milliseconds between two looks at the room that workers use. */
const ROOM_MS = 500;

/** Writes the one log line of an attempt. */
function logDelivery(
	log: ReturnType<Log["of"]>,
	{ lease, result: { verdict }, durationMs }: SettledAttempt,
): void {
	const reason = "reason" in verdict ? verdict.reason : undefined;
	const stack = "stack" in verdict ? verdict.stack : undefined;
	log[SEVERITY_OF[verdict.as]](
		{
			route: lease.route,
			kind: lease.kind,
			outcome: verdict.as,
			attempt: lease.attempt,
			reason,
			retryInMs: verdict.as === "waiting" ? verdict.afterMs : undefined,
			stepsAside: verdict.as === "waiting" ? verdict.stepsAside : undefined,
			ms: Math.round(durationMs * 1000) / 1000,
			id: lease.id,
			stack,
		},
		"delivery",
	);
}

const SEVERITY_OF = {
	delivered: "info",
	waiting: "warn",
	dead: "error",
	returned: "debug",
} as const;
