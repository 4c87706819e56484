import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import type { Settings } from "../../config/settings.ts";
import { createApp, type Visit } from "../../http/app.ts";
import {
	createRejectionCount,
	createVisitCount,
} from "../../http/count-visit.ts";
import { boundsOf } from "../../http/descriptors.ts";
import { createRejectionLog } from "../../http/log-rejection.ts";
import { createVisitLog } from "../../http/log-visit.ts";
import type { Rejection } from "../../http/rejection.ts";
import type { Listening, Place } from "../../http/server.ts";
import type { Tls } from "../../http/tls.ts";
import type { Log } from "../../observe/log.ts";
import { createThrottle, type Throttle } from "../../observe/throttle.ts";
import type { RunningInbox } from "../../runtime/inbox/life.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { Observer } from "../admin/observer.ts";
import type { AdminParts, OpenAdmin } from "../admin/open.ts";
import { openControl } from "../control.ts";
import { type Io, writeLines } from "../io.ts";
import { readVersion } from "../package.ts";
import { startDrift } from "../platform/start-drift.ts";
import { announce, showUrls } from "../start/announce.ts";
import {
	nameStore,
	reportInbox,
	reportRoutes,
	type UrlReport,
} from "../start/report.ts";
import type { Notifier } from "../systemd/notify.ts";
import { startWatching } from "../watch/watch.ts";
import { watchEventLoop } from "../watchdog/log.ts";
import { openCertificate } from "./certificate.ts";
import { interact } from "./interact.ts";
import { type Watching, watchOwnEvents } from "./own-events.ts";
import { describeOtherPort, openPorts } from "./ports.ts";
import type { StopSignals } from "./process.ts";
import type { Serving } from "./reload/reload.ts";

/** The parts of a running router. */
export interface Run {
	readonly io: Io;
	readonly log: Log;
	readonly observer: Observer;
	/** Opens the admin listener. Undefined without one. */
	readonly openAdmin: OpenRunAdmin | undefined;
	readonly settings: Settings;
	readonly serving: Serving;
	/** Undefined if nothing is stored. */
	readonly running: RunningInbox | undefined;
	readonly stop: StopSignals;
	/** Tells the service manager when it serves and when it stops. */
	readonly notifier: Notifier;
	/** The path of the control socket. */
	readonly socket: string;
	readonly places: readonly Place[];
	readonly isWatched: boolean;
	/** Gets the first port, the certificate of the listeners, if they have one, and the admin listener. */
	readonly onOpen: (opened: {
		port?: number;
		tls?: Tls;
		admin?: OpenAdmin;
	}) => void;
}

/** Opens the admin listener. `version` and `inbox` are facts for people. */
export type OpenRunAdmin = (
	facts: Pick<AdminParts, "version" | "inbox">,
) => Promise<OpenAdmin>;

/** Opens the ports, and serves until the router is told to stop. */
export async function run(given: Run): Promise<void> {
	const version = await readVersion();
	const inbox = nameStore(given.settings.inbox.store, given.io.cwd);
	// A port that is in use ends the start before a webhook was taken.
	const admin = await given.openAdmin?.({ version, inbox });
	if (admin !== undefined) given.onOpen({ admin });
	try {
		await serveUntilStopped(given, { version, inbox, admin });
	} finally {
		// Open to the end, because its probes tell a load balancer that the router stops.
		await admin?.close();
	}
}

// --- helpers ---

async function serveUntilStopped(
	given: Run,
	{ version, inbox, admin }: RunFacts,
): Promise<void> {
	const { io, log, settings, serving, running, stop, isWatched, onOpen } =
		given;
	const runtime = serving.runtime();
	// Runs before the first request, so that later events belong to this run.
	const held = await reportInbox(inbox, running?.inbox);
	const throttle = createThrottle({ burst: io.isTTY ? TYPED_BURST : 1 });
	const watching = watchOwnEvents(serving);
	const { ports, listening, tls } = await openListeners(
		given,
		throttle,
		watching,
	);
	onOpen({ ...(tls && { tls }) });
	if (ports.port !== undefined) {
		runtime.servedOn(ports.port);
		onOpen({ port: ports.port });
	}
	await admin?.serves(ports.addresses);
	const urls = () => urlsOf(serving, admin);
	const report = {
		...urls(),
		version,
		readyInMs: performance.now(),
		addresses: ports.addresses,
		isPublicUrlWritten: settings.server.isPublicUrlWritten,
		inbox: held,
	};
	running?.start(() => serving.runtime().work);
	const endWatches = startWatches(given);
	const release = interact(io, {
		reload: () => void serving.reload(),
		showUrls: () => showUrls(io, urls()),
		stop: stop.stop,
	});
	// Only now: a key that is pressed at the sight of the hint finds its listener.
	announce(io, log, report, { hint: hintOf(io, isWatched) });
	tellOtherPort(io, log, settings, ports.ports);
	given.notifier.ready(`serving ${runtime.routes.length} routes`);
	try {
		const signal = await stop.first;
		given.notifier.stopping();
		log.info(
			{ signal },
			"stopping. Requests under way are finished, and no new ones are taken",
		);
		admin?.stops();
		const unwatched = Promise.all([endWatches(), watching.end()]);
		await end({ listening, serving, running, stop });
		await unwatched;
		throttle.flush();
		log.info("stopped");
	} finally {
		release();
		tls?.close();
	}
}

/** Opens the ports for webhooks, and the control socket. */
async function openListeners(
	{ log, observer, settings, serving, socket, places }: Run,
	throttle: Throttle,
	watching: Watching,
): Promise<{
	readonly ports: Listening;
	readonly listening: Listening;
	readonly tls: Tls | undefined;
}> {
	const observers = createObservers(log, throttle, serving);
	const appOptions = {
		runtime: serving.runtime,
		onVisit(visit: Visit) {
			observer.visited(visit);
			observers.onVisit(visit);
			watching.visited(visit);
		},
		onFault: (error: unknown) =>
			log.error({ err: error }, "an answer could not be sent in full"),
	};
	const tls = await openCertificate(log, serving.settings);
	const ports = await openPorts(createApp(appOptions), places, {
		...boundsOf(settings.server),
		tls,
		peers: () => serving.runtime().peers,
		onRejection: observers.onRejection,
	});
	const control = await openControl(
		createApp({ ...appOptions, isControl: true }),
		socket,
		log,
	);
	return {
		ports,
		tls,
		listening: control === undefined ? ports : joinListening(ports, control),
	};
}

/** Facts of a run for people, and its admin listener. */
interface RunFacts extends Pick<AdminParts, "version" | "inbox"> {
	readonly admin: OpenAdmin | undefined;
}

/** The refusals of one client in a second that are shown individually on a terminal: as many as a person can cause by hand. */
const TYPED_BURST = 5;

/** Creates the functions that count and log each request and each rejection. */
export function createObservers(
	log: Log,
	throttle: Throttle,
	{ runtime }: Serving,
) {
	const { metrics } = runtime();
	const countVisit = createVisitCount(metrics);
	const logVisit = createVisitLog(log, throttle, () => pathsOf(runtime()));
	const countRejection = createRejectionCount(metrics);
	const logRejection = createRejectionLog(log, throttle, (peer) =>
		runtime().findClient(peer, {}),
	);
	return {
		onVisit(visit: Visit): void {
			countVisit(visit);
			logVisit(visit);
		},
		onRejection(rejection: Rejection): void {
			countRejection(rejection);
			logRejection(rejection);
		},
	};
}

/** Reports the current URLs, and the address of the admin listener. */
export function urlsOf(
	serving: Serving,
	admin: OpenAdmin | undefined,
): UrlReport {
	const runtime = serving.runtime();
	return {
		publicUrl: runtime.publicUrl(),
		routes: runtime.routes.length,
		shown: reportRoutes(serving.settings(), runtime),
		admin: admin && { url: admin.url, pageUrl: admin.pageUrl },
	};
}

/** Watches the files, the platform and the event loop. Returns the function that ends it. */
function startWatches({
	isWatched,
	log,
	serving,
	running,
	observer,
}: Run): () => Promise<unknown> {
	const endWatch = isWatched ? watchFiles(log, serving) : undefined;
	const endDrift = startDrift({
		log,
		onLook: observer.looked,
		runtime: serving.runtime,
		settings: serving.settings,
		state: running?.inbox.store,
	});
	const watchdog = watchEventLoop(log, serving.settings());
	return () => Promise.all([endWatch?.(), endDrift?.(), watchdog?.close()]);
}

/** Watches the inputs of the configuration. Returns the function that stops it. */
export function watchFiles(log: Log, serving: Serving): () => Promise<void> {
	const { folder } = serving.settings();
	const watcher = startWatching({
		top: folder,
		snapshot: serving.snapshot,
		reload: serving.reload,
		onIncomplete: (code) =>
			log.info(
				{ code },
				"the system does not report changes in some folders. Their files are checked every 2 seconds",
			),
		onFault: (error) =>
			log.error({ err: error }, "the files could not be watched"),
	});
	return watcher.close;
}

/** Describes the keys that the user can press. Undefined without a terminal. */
export function hintOf(
	{ keyboard }: Io,
	isWatched: boolean,
): string | undefined {
	if (keyboard?.().isInForeground() !== true) return undefined;
	return isWatched
		? "edit and save to reload; press h for help"
		: "press h for help";
}

export function tellOtherPort(
	io: Io,
	log: Log,
	{ server }: Settings,
	ports: readonly number[],
): void {
	const advice = describeOtherPort(server, ports);
	if (advice === undefined) return;
	if (io.isTTY) writeLines(io.stderr, [advice]);
	else log.of("start").warn(advice);
}

/** Finishes running work, within the configured time or until the second signal. */
export async function end({
	listening,
	serving,
	running,
	stop,
}: Pick<Run, "serving" | "running" | "stop"> & {
	readonly listening: Listening;
}): Promise<void> {
	const { drainTimeoutMs } = serving.settings().server;
	// A second signal ends all waiting.
	const drained = running?.drain(drainTimeoutMs);
	void stop.second.then(() => running?.drain(0));
	await drain(listening, serving, stop, drainTimeoutMs);
	await drained;
}

function* pathsOf({ table }: Runtime): Iterable<string> {
	for (const { path } of table.stacks) yield path;
}

/** Combines the ports and the control socket, which close together. */
export function joinListening(ports: Listening, control: Listening): Listening {
	return {
		...ports,
		close: async () => {
			await Promise.all([ports.close(), control.close()]);
		},
		closeNow() {
			ports.closeNow();
			control.closeNow();
		},
	};
}

/** Waits for the running requests, until the timeout or a second signal at most, and then ends them. */
async function drain(
	listening: Listening,
	serving: Pick<Serving, "abort">,
	stop: StopSignals,
	timeoutMs: number,
): Promise<void> {
	const closed = listening.close();
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<true>((done) => {
		timer = setTimeout(() => done(true), timeoutMs);
	});
	const isLate = await Promise.race([
		closed.then(() => false),
		late,
		stop.second.then(() => true),
	]);
	clearTimeout(timer);
	if (!isLate) return;
	serving.abort(new Error("the router stops"));
	// A handler that respects its signal answers now. Cut off immediately, the log would contain a 200 that the sender never got.
	await Promise.race([closed, setTimeoutPromise(LAST_ANSWERS_MS)]);
	listening.closeNow();
	await closed;
}

const LAST_ANSWERS_MS = 100;
