import type { InboxSettings } from "../../config/settings.ts";
import { defaultRoomOf, openStore } from "../../inbox/open.ts";
import type { Pause } from "../../inbox/port/pause.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import { createHousekeeping } from "../../inbox/worker/housekeeping.ts";
import { PauseWatch } from "../../inbox/worker/pauses.ts";
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
import { EvictionLog } from "./eviction-log.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { createPauseLog } from "./pause-log.ts";
import { fullnessOf } from "./room.ts";

/** An inbox and the worker that handles its deliveries. */
export interface RunningInbox {
	readonly inbox: Inbox;
	/** Starts to handle deliveries. `routes` is called repeatedly, because a reload changes its result. */
	start(routes: () => Routes): void;
	/** Announces that routes may have work, such as those that a reload added. */
	wake(): void;
	/** Stops leasing deliveries. Those still being handled after `drainMs` go back untried. */
	drain(drainMs: number): Promise<void>;
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
	{ timing, metrics = new Metrics(), ...watch }: InboxParts & InboxWatch = {},
): Promise<RunningInbox | undefined> {
	const { store: address, quarantine } = settings;
	if (address.type === "none") return undefined;
	const maxBytes = settings.maxBytes ?? (await defaultRoomOf(address));
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
	});
	const bounds = { ...settings, maxBytes };
	const running = run(store, bounds, log, {
		timing,
		metrics,
		...watch,
		onSettled(settled) {
			const { lease, result, durationMs } = settled;
			metrics.attempted(lease.route, result.verdict.as, durationMs);
			watch.onSettled?.(settled);
		},
	});
	await running.watch.start();
	metrics.connect({
		inbox: createSource(store, running, bounds),
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
	readonly metrics: Metrics;
}

function run(
	store: InboxStore,
	settings: InboxSettings,
	log: Log,
	{ timing = SYSTEM_TIMING, metrics, onSettled, onPause }: RunParts,
): RunningInbox & { readonly watch: PauseWatch } {
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
	let routes = (): Routes => NO_ROUTES;
	const watch = new PauseWatch({
		store,
		timing,
		listener: createPauseLog(log, {
			onPaused(pause) {
				worker.hold([pause.route]);
				onPause?.(pause, "paused");
			},
			onResumed(pause) {
				worker.wake([pause.route]);
				onPause?.(pause, "resumed");
			},
		}),
	});
	const worker: Worker = createWorker({
		store,
		timing,
		pauses: watch,
		routes: () => routes(),
		listener: { ...outage, ...createAttemptLog(log, onSettled) },
	});
	const inbox = createInbox(store, {
		bounds: settings,
		metrics,
		onNearlyFull: () => housekeeping.hurry(),
		log,
		pauses: watch,
		reserveSeat: (route) => worker.reserveSeat(route),
	});
	return {
		inbox,
		watch,
		start(asked) {
			routes = asked;
			worker.start();
			housekeeping.start();
		},
		wake: () => worker.wake(),
		stats: () => worker.stats(),
		full: () => fullnessOf(store, settings),
		async drain(drainMs) {
			await Promise.all([worker.stop(drainMs), housekeeping.stop()]);
		},
		async close() {
			watch.stop();
			await inbox.settled();
			await store.close();
		},
	};
}

const NO_ROUTES: Routes = new Map();

function createSource(
	store: InboxStore,
	{ stats }: Pick<RunningInbox, "stats">,
	bounds: InboxSource["bounds"],
): InboxSource {
	return {
		stats: () => store.stats(),
		backlog: () => store.backlog(),
		worker: stats,
		bounds,
	};
}

/** Logs attempts, and passes the settled ones on. */
function createAttemptLog(
	log: Log,
	onSettled: InboxWatch["onSettled"],
): WorkerListener {
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
