import type { InboxSettings } from "../../config/settings.ts";
import { defaultRoomOf, openStore, type StoreShare } from "../../inbox/open.ts";
import type { Pause } from "../../inbox/port/pause.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import { createHousekeeping } from "../../inbox/worker/housekeeping.ts";
import { type PauseListener, PauseWatch } from "../../inbox/worker/pauses.ts";
import { SYSTEM_TIMING, type Timing } from "../../inbox/worker/timing.ts";
import type {
	Routes,
	SettledAttempt,
	Worker,
	WorkerListener,
	WorkerStats,
} from "../../inbox/worker/work.ts";
import { createWorker } from "../../inbox/worker/worker.ts";
import type { Log } from "../../observe/log.ts";
import { Metrics } from "../../observe/metrics/metrics.ts";
import type { InboxSource } from "../../observe/metrics/sources.ts";
import {
	createRecorder,
	nameProcess,
	type Recorder,
} from "../history/recorder.ts";
import { createOwnEvents } from "../own/own-events.ts";
import { EvictionLog } from "./eviction-log.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { createPauseLog } from "./pause-log.ts";
import { Pulls } from "./pulls.ts";
import { fullnessOf, isNearlyFull } from "./room.ts";
import { toSpoolOptions } from "./spool-log.ts";

/** An inbox and the worker that handles its deliveries. */
export interface RunningInbox {
	readonly inbox: Inbox;
	/** The limit of the inbox in bytes. Undefined for none. */
	readonly maxBytes: number | undefined;
	/** Writes what this process counts to the history of the inbox. Runs from `start` or `keepHouse` to `close`. */
	readonly recorder: Recorder;
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
	/** Hands events out to services that fetch them. */
	readonly pulls: Pulls;
	/** Returns the number of deliveries that the worker has in hand. */
	stats(): WorkerStats;
	/** Returns the reason why the inbox takes no more events. Undefined while it has room. */
	full(): string | undefined;
	/** Closes the store, after all writes have ended. */
	close(): Promise<void>;
}

/** Opens the inbox of the settings. Returns undefined for `none`. Rejects with InboxOpenError, whose message contains advice. */
export async function openInbox(
	settings: InboxSettings,
	log: Log,
	{
		timing,
		share,
		metrics = new Metrics(),
		...watch
	}: InboxParts & InboxWatch = {},
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
			for (const { state } of evicted) metrics.evicted[state] += 1;
			for (const { state, log } of evictions)
				log.note(evicted.filter((one) => one.state === state));
		},
		onCommit: ({ deliveries, ms }) => metrics.committed(deliveries, ms),
		onWarning: (message) => log.warn(message),
		...(timing && { clock: () => timing.wallMs() }),
		share,
		spool: toSpoolOptions(settings, log, share),
	});
	const bounds = { ...settings, maxBytes };
	const running = run(store, bounds, log, {
		timing,
		share,
		metrics,
		...watch,
		onSettled(settled) {
			const { lease, result, durationMs } = settled;
			metrics.attempted(lease.route, result.verdict.as, durationMs);
			watch.onSettled?.(settled);
		},
	});
	await running.watch.start();
	metrics.connect({ worker: running.stats });
	// All processes of a router see the same inbox, so one of them reports it.
	if (share?.as !== "guest")
		metrics.connect({
			inbox: createSource(store, bounds),
			...(store.spool && { spool: store.spool.read }),
			pausedRoutes: () => running.watch.list().map(({ route }) => route),
		});
	return {
		...running,
		async close() {
			await running.close();
			for (const { log } of evictions) log.flush();
		},
	};
}

/** The parts that an inbox gets from its router. */
export interface InboxParts {
	/** Counts what happens in it. Default: new counters that nobody reads. */
	readonly metrics?: Metrics;
	/** The clock of the store and the timers of the worker. Default: the system's. */
	readonly timing?: Timing | undefined;
	/** The part of this process in a router of several. Default: it is alone. */
	readonly share?: StoreShare | undefined;
}

/** Hears of the attempts of an inbox. */
export interface InboxWatch {
	/** Called for each attempt whose result is written. MUST NOT throw. */
	readonly onSettled?: ((settled: SettledAttempt) => void) | undefined;
	/** Called when a route was paused or resumed, here or elsewhere. MUST NOT throw. */
	readonly onPause?:
		| ((pause: Pause, outcome: "paused" | "resumed") => void)
		| undefined;
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

interface RunParts extends InboxWatch {
	readonly timing: Timing | undefined;
	readonly share: StoreShare | undefined;
	readonly metrics: Metrics;
}

function run(
	store: InboxStore,
	settings: InboxSettings,
	log: Log,
	{ timing = SYSTEM_TIMING, share, metrics, onSettled, onPause }: RunParts,
): RunningInbox & { readonly watch: PauseWatch } {
	const isGuest = share?.as === "guest";
	const outage = createOutageLog(log);
	const recorder = recordIn(store, { metrics, timing, isGuest });
	const house = { timing, recorder };
	const housekeeping = createHousekeeper(store, settings, log, house);
	let routes = (): Routes => NO_ROUTES;
	const paused = createPauseListener(() => worker, onPause);
	const watch = new PauseWatch({
		store,
		timing,
		// All processes hear of a pause, and the supervisor logs it.
		listener: isGuest ? paused : createPauseLog(log, paused),
	});
	const attempts = createAttemptLog(log, onSettled);
	const parts = { store, timing, pauses: watch };
	const pulls = new Pulls({ ...parts, onSettled: attempts.onSettled });
	const worker: Worker = createWorker({
		...parts,
		routes: () => routes(),
		listener: { ...outage, ...attempts },
	});
	const inbox = createInbox(store, {
		own: createOwnEvents({ store, log, timing }),
		bounds: settings,
		metrics,
		...(!isGuest && { onNearlyFull: () => housekeeping.hurry() }),
		log,
		pauses: watch,
		reserveSeat: (route) => worker.reserveSeat(route),
	});
	let endWatch = () => {};
	return {
		inbox,
		maxBytes: settings.maxBytes,
		watch,
		recorder,
		pulls,
		start(asked) {
			routes = asked;
			worker.start();
			recorder.start();
			if (!isGuest) housekeeping.start();
		},
		keepHouse() {
			housekeeping.start();
			recorder.start();
			// The workers fill the inbox, and only this process empties it.
			endWatch = repeat(timing, ROOM_MS, () => {
				if (isNearlyFull(store, settings)) housekeeping.hurry();
			});
		},
		wake: () => worker.wake(),
		stats: () => worker.stats(),
		full: () => fullnessOf(store, settings),
		async drain(drainMs) {
			endWatch();
			pulls.stop();
			await Promise.all([worker.stop(drainMs), housekeeping.stop()]);
		},
		async close() {
			watch.stop();
			await inbox.settled();
			await recorder.stop();
			await store.close();
		},
	};
}

/** Holds the worker of a paused route, and wakes it again. */
function createPauseListener(
	worker: () => Pick<Worker, "hold" | "wake">,
	onPause: InboxWatch["onPause"],
): PauseListener {
	return {
		onPaused(pause) {
			worker().hold([pause.route]);
			onPause?.(pause, "paused");
		},
		onResumed(pause) {
			worker().wake([pause.route]);
			onPause?.(pause, "resumed");
		},
	};
}

/** Creates the recorder that writes to the history of a store. The whole inbox is the same for all processes of a router. */
function recordIn(
	store: InboxStore,
	{
		metrics,
		timing,
		isGuest,
	}: Pick<RunParts, "metrics" | "timing"> & { readonly isGuest: boolean },
): Recorder {
	const depth = {
		backlog: () => store.backlog(),
		of: (route: string) => store.fill(route).own.count,
	};
	return createRecorder({
		...{ history: store, metrics, timing },
		router: nameProcess(),
		depth: isGuest ? undefined : depth,
	});
}

/** Creates the log lines of an inbox that fails and works again. */
function createOutageLog(
	log: Log,
): Pick<WorkerListener, "onOutage" | "onRecovered"> {
	return {
		onOutage: (what, error) =>
			log.error({ err: error }, `the inbox failed to ${what}`),
		onRecovered: () => log.info("the inbox works again"),
	};
}

/** Creates the housekeeping of a store by the settings. */
function createHousekeeper(
	store: InboxStore,
	{ retentionMs, deadRetentionMs, bodyRetentionMs }: InboxSettings,
	log: Log,
	{
		timing,
		recorder,
	}: { readonly timing: Timing; readonly recorder: Recorder },
): ReturnType<typeof createHousekeeping> {
	return createHousekeeping({
		store,
		timing,
		rules: () => ({
			deliveredMs: retentionMs,
			deadMs: deadRetentionMs,
			bodyMs: bodyRetentionMs,
		}),
		listener: {
			...createOutageLog(log),
			onStats(stats) {
				const { byState, sizeBytes } = stats;
				log.debug({ byState, sizeBytes }, "inbox");
				recorder.sampled(stats);
			},
		},
	});
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

function createSource(
	store: InboxStore,
	bounds: InboxSource["bounds"],
): InboxSource {
	return {
		stats: () => store.stats(),
		backlog: () => store.backlog(),
		bounds,
	};
}

/** Logs attempts, and passes the settled ones on. */
function createAttemptLog(
	log: Log,
	onSettled: InboxWatch["onSettled"],
): WorkerListener & Required<Pick<WorkerListener, "onSettled">> {
	const deliveries = log.of("delivery");
	return {
		onSettled(settled) {
			logDelivery(deliveries, settled);
			onSettled?.(settled);
		},
		onLost: ({ id, route }) =>
			log.warn(
				{ id, route },
				"a lease expired before the outcome was written. The event is handled again",
			),
		onFault: ({ id, route }, error) =>
			log.error({ id, route, err: error }, "a delivery could not be handled"),
	};
}

/** Writes the one log line of an attempt. */
function logDelivery(
	log: ReturnType<Log["of"]>,
	{ lease, result: { verdict, traceId }, durationMs }: SettledAttempt,
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
			traceId,
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
