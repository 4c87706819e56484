import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import type { ListenSettings, Settings } from "../../config/settings.ts";
import { createApp } from "../../http/app.ts";
import { boundsOf } from "../../http/descriptors.ts";
import { createRejectionLog } from "../../http/log-rejection.ts";
import { createVisitLog } from "../../http/log-visit.ts";
import type { Listening } from "../../http/server.ts";
import type { Log } from "../../observe/log.ts";
import { createThrottle } from "../../observe/throttle.ts";
import { collectGarbage } from "../../runtime/collect-garbage.ts";
import type { RunningInbox } from "../../runtime/inbox/life.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { openControl } from "../control.ts";
import { type Io, writeLines } from "../io.ts";
import { readVersion } from "../package.ts";
import { startDrift } from "../platform/watch.ts";
import { announce, showUrls } from "../start/announce.ts";
import {
	countEarlier,
	nameStore,
	reportRoutes,
	type UrlReport,
} from "../start/report.ts";
import { startWatching } from "../watch/watch.ts";
import { interact } from "./interact.ts";
import { describeOtherPort, openPorts } from "./ports.ts";
import type { StopSignals } from "./process.ts";
import type { Serving } from "./reload.ts";

/** The parts of a running router. */
export interface Run {
	readonly io: Io;
	readonly log: Log;
	readonly settings: Settings;
	readonly serving: Serving;
	/** Undefined if nothing is stored. */
	readonly running: RunningInbox | undefined;
	readonly stop: StopSignals;
	/** The path of the control socket. */
	readonly socket: string;
	readonly places: readonly ListenSettings[];
	readonly isWatched: boolean;
	readonly onPort: (port: number) => void;
}

/** Opens the ports, and serves until the router is told to stop. */
export async function run({
	io,
	log,
	settings,
	serving,
	running,
	stop,
	socket,
	places,
	isWatched,
	onPort,
}: Run): Promise<void> {
	const runtime = serving.runtime();
	// Runs before the first request, so that later events belong to this run.
	const earlier = await countEarlier(running?.inbox.store);
	const throttle = createThrottle({ burst: io.isTTY ? TYPED_BURST : 1 });
	const appOptions = {
		runtime: serving.runtime,
		onVisit: createVisitLog(log, throttle, () => pathsOf(serving.runtime())),
		onFault: (error: unknown) =>
			log.error({ err: error }, "an answer could not be sent in full"),
	};
	collectGarbage();
	const ports = await openPorts(createApp(appOptions), places, {
		...boundsOf(settings.server),
		peers: () => serving.runtime().peers,
		onRejection: createRejectionLog(log, throttle, (peer) =>
			serving.runtime().findClient(peer, {}),
		),
	});
	const control = await openControl(
		createApp({ ...appOptions, isControl: true }),
		socket,
		log,
	);
	const listening =
		control === undefined ? ports : joinListening(ports, control);
	if (ports.port !== undefined) {
		runtime.servedOn(ports.port);
		onPort(ports.port);
	}
	const report = {
		...urlsOf(serving),
		version: await readVersion(),
		readyInMs: performance.now(),
		addresses: ports.addresses,
		isPublicUrlWritten: settings.server.isPublicUrlWritten,
		inbox: { store: nameStore(settings.inbox.store, io.cwd), earlier },
	};
	announce(io, log, report, { hint: hintOf(io, isWatched) });
	tellOtherPort(io, log, settings, ports.ports);
	running?.start(() => serving.runtime().work);
	const endWatch = isWatched ? watchFiles(log, serving) : undefined;
	const endDrift = startDrift({
		log,
		runtime: serving.runtime,
		settings: serving.settings,
		state: running?.inbox.store,
	});
	const release = interact(io, {
		reload: () => void serving.reload(),
		showUrls: () => showUrls(io, urlsOf(serving)),
		stop: stop.stop,
	});
	try {
		const signal = await stop.first;
		log.info(
			{ signal },
			"stopping. Requests under way are finished, and no new ones are taken",
		);
		const unwatched = Promise.all([endWatch?.(), endDrift?.()]);
		await end({ listening, serving, running, stop });
		await unwatched;
		throttle.flush();
		log.info("stopped");
	} finally {
		release();
	}
}

// --- helpers ---

/** The refusals of one client in a second that are shown individually on a terminal: as many as a person can cause by hand. */
const TYPED_BURST = 5;

/** Reports the current URLs. */
export function urlsOf(serving: Serving): UrlReport {
	const runtime = serving.runtime();
	return {
		publicUrl: runtime.publicUrl(),
		routes: runtime.routes.length,
		shown: reportRoutes(serving.settings(), runtime),
	};
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
	await drain(listening, serving.runtime(), stop, drainTimeoutMs);
	await drained;
}

/** Lists the paths that are served. */
export function* pathsOf({ table }: Runtime): Iterable<string> {
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
	runtime: Runtime,
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
	runtime.abort(new Error("the router stops"));
	// A handler that respects its signal answers now. Cut off immediately, the log would contain a 200 that the sender never got.
	await Promise.race([closed, setTimeoutPromise(LAST_ANSWERS_MS)]);
	listening.closeNow();
	await closed;
}

const LAST_ANSWERS_MS = 100;
