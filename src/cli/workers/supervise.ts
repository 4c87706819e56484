import type { ListenSettings } from "../../config/settings.ts";
import type { Finding } from "../../finding/finding.ts";
import { boundsOf } from "../../http/descriptors.ts";
import type { Doors } from "../../http/doors.ts";
import type { Place } from "../../http/server.ts";
import { Crew, type CrewStart } from "../../workers/crew.ts";
import { createAloneSource } from "../admin/alone.ts";
import type { OpenAdmin } from "../admin/open.ts";
import { openControlDoor } from "../control.ts";
import { CannotRun } from "../io.ts";
import { readVersion } from "../package.ts";
import { startDrift } from "../platform/watch.ts";
import { interact } from "../serve/interact.ts";
import { countDenied, watchInbox } from "../serve/own-events.ts";
import { listenForReload, type StopSignals } from "../serve/process.ts";
import { createServing, type Serving } from "../serve/reload/reload.ts";
import { hintOf, tellOtherPort, urlsOf, watchFiles } from "../serve/run.ts";
import {
	checkAgain,
	isWatchedByDefault,
	type Ready,
	type Start,
	tellFindings,
	tellNotStarted,
	toOpenAdmin,
} from "../serve/start.ts";
import { announce, showUrls } from "../start/announce.ts";
import { type InboxReport, nameStore, reportInbox } from "../start/report.ts";
import { CrewView, publishSeen } from "./crew-view.ts";
import type { Forker } from "./fork.ts";
import { describePlaces, openPlaces } from "./places.ts";
import { createCrewLog } from "./report.ts";

/** The parts of a supervised router that a router of one process does not have. */
export interface CrewParts {
	readonly forker: Forker;
	readonly count: number;
	/** The path of the socket to the owner of the inbox, as the workers name it. */
	readonly hub: string;
}

/**
 * Runs a router of several processes until it is told to stop. This process opens the addresses, owns the file of the inbox, and
 * decides when a configuration serves. It handles no webhook, so that no handler can block it.
 */
export async function supervise(
	start: Start,
	ready: Ready,
	parts: CrewParts,
): Promise<void> {
	const { settings } = ready.first;
	const supervised: Supervised = {
		...{ start, ready, ...parts },
		places: start.places ?? settings.server.listen,
		socket: start.store.socketOf(settings),
		isWatched: start.options.watch ?? isWatchedByDefault(start.io),
		served: { port: undefined, places: undefined },
	};
	try {
		await runCrew(supervised);
	} finally {
		await ready.running?.drain(0);
	}
}

// --- helpers ---

interface Supervised extends CrewParts {
	readonly start: Start;
	readonly ready: Ready;
	readonly places: readonly Place[];
	/** The path of the control socket. */
	readonly socket: string;
	readonly isWatched: boolean;
	readonly served: Addresses;
}

/** The addresses, as the workers are told of them. */
interface Addresses {
	port: number | undefined;
	/** Undefined until sockets of systemd were looked at. */
	places: readonly ListenSettings[] | undefined;
	/** Undefined until it is open, and without one. */
	admin?: OpenAdmin | undefined;
}

interface Running {
	readonly crew: Crew;
	readonly serving: Serving;
	readonly view: CrewView;
}

/** Creates the workers, and what sees them as one. Starts nothing. */
function createRunning(supervised: Supervised): Running {
	const { start, ready, forker, count, hub, socket, served } = supervised;
	const { io, log } = start;
	const { first, reload, running, observer } = ready;
	const lines = createCrewLog(io, log);
	const crew: Crew = new Crew({
		count,
		start: () => forker.fork((text) => log.relay(text)),
		facts: () => ({
			hub,
			maxBytes: running?.maxBytes,
			places: served.places ?? [],
			control: socket,
			port: served.port,
		}),
		listener: {
			onEnded(worker, ended) {
				view.ended(ended.pid);
				lines.onEnded(worker, ended);
			},
			onReplaced(worker) {
				view.welcome();
				lines.onReplaced(worker);
			},
			onStale: () => void serving.reload(),
			onSeen: (seen) => publishSeen(seen, observer),
			onDenied: (one, times) => denied.note(one, times),
		},
		maxWaiting: boundsOf(first.settings.server).maxConnections ?? 10_000,
	});
	const serving = createServing(first, {
		...reload,
		log,
		isSetUpElsewhere: true,
		agree: () => agree(crew),
		onSwap(next) {
			if (served.port !== undefined) next.servedOn(served.port);
			crew.commit();
			served.admin?.refresh();
		},
	});
	const denied = countDenied(serving);
	const view = new CrewView({
		crew,
		observer,
		metrics: reload.services.metrics,
		store: running?.inbox.store,
		routes: () => serving.runtime().routes,
	});
	return { crew, serving, view };
}

async function runCrew(supervised: Supervised): Promise<void> {
	const { start, ready } = supervised;
	const { log, notifier, stop, io } = start;
	const parts = createRunning(supervised);
	const { crew, serving } = parts;
	const forget = listenForReload(() => void notifier.reloading(serving.reload));
	let admin: OpenAdmin | undefined;
	try {
		// Runs before the first request, so that later events belong to this run.
		const inbox = nameStore(serving.settings().inbox.store, io.cwd);
		const held = await reportInbox(inbox, ready.running?.inbox);
		// A port that is in use ends the start before a webhook was taken.
		admin = await openAdmin(supervised, parts);
		supervised.served.admin = admin;
		const opened = await openAll(supervised, crew);
		if (opened === undefined) return;
		try {
			await serve(supervised, parts, { doors: opened.doors, admin, held });
		} finally {
			opened.close();
		}
		const { drainTimeoutMs } = serving.settings().server;
		await drain(crew, stop, drainTimeoutMs);
		log.info("stopped");
	} finally {
		forget();
		const gone = crew.drain();
		crew.kill();
		await gone;
		await serving.close();
		await ready.running?.inbox.settled();
		await admin?.close();
	}
}

async function openAdmin(
	{ start, ready, socket, count }: Supervised,
	{ crew, serving, view }: Running,
): Promise<OpenAdmin | undefined> {
	const { observer, running, history, first } = ready;
	const { settings } = first;
	const open = toOpenAdmin(start, {
		...{ running, settings, socket },
		workers: count,
		isServing: () => crew.isServing,
		source: () => ({
			...createAloneSource({
				serving,
				history,
				running,
				observer,
				check: () => checkAgain(start),
			}),
			tallies: () => view.tallies(),
			stream: view.stream,
			copies: view.copies,
			metrics: () => view.metrics(),
		}),
	});
	return open?.({
		version: await readVersion(),
		inbox: nameStore(settings.inbox.store, start.io.cwd),
	});
}

interface Opened {
	readonly doors: Doors;
	close(): void;
}

/** Starts the workers, and opens the addresses and the control socket. Undefined if the workers cannot serve the configuration. */
async function openAll(
	supervised: Supervised,
	crew: Crew,
): Promise<Opened | undefined> {
	const { start, socket, places, served } = supervised;
	const opened: Pick<Doors, "close">[] = [];
	const close = (): void => {
		for (const door of opened.splice(0)) door.close();
	};
	try {
		// Only an open socket of systemd says whether it is a Unix socket. Its clients wait meanwhile, as they do in any case.
		const early = places.some(({ kind }) => kind === "handed")
			? await openPlaces(
					supervised.places,
					crew,
					supervised.ready.first.settings.server.tls !== undefined,
				)
			: undefined;
		if (early !== undefined) opened.push(early);
		served.places = describePlaces(places, early?.addresses ?? []);
		const began = await crew.start();
		if (began !== undefined) {
			await tellFailed(start, began);
			close();
			return undefined;
		}
		const doors =
			early ??
			(await openPlaces(
				supervised.places,
				crew,
				supervised.ready.first.settings.server.tls !== undefined,
			));
		if (early === undefined) opened.push(doors);
		const control = await openControlDoor(socket, start.log, (connection) =>
			crew.connections.take(connection, places.length),
		);
		if (control !== undefined) opened.push(control);
		served.port = doors.port;
		crew.opened(doors.port);
		return { doors, close };
	} catch (error) {
		close();
		throw error;
	}
}

/** Reports that the workers could not start. Throws CannotRun, unless the configuration has errors. */
async function tellFailed(
	{ io, options, log }: Start,
	began: NonNullable<CrewStart>,
): Promise<void> {
	const { findings, reason, code, signal } = began;
	if (findings === undefined)
		throw new CannotRun(
			reason ??
				`a worker ended before it served (${signal ?? `exit code ${code}`}). The router was not started.`,
		);
	await tellFindings(io, log, findings);
	tellNotStarted(io, options, findings);
	io.exit(1);
}

/** The facts that a start has found out. */
interface Facts {
	readonly doors: Doors;
	readonly admin: OpenAdmin | undefined;
	/** The inbox before the first request. */
	readonly held: InboxReport;
}

/** Serves until the first signal, with everything that a person or a file may cause meanwhile. */
async function serve(
	supervised: Supervised,
	{ serving, view }: Running,
	{ doors, admin, held }: Facts,
): Promise<void> {
	const { start, ready, count, isWatched } = supervised;
	const { io, log, stop, notifier } = start;
	const { settings } = ready.first;
	const runtime = serving.runtime();
	if (doors.port !== undefined) runtime.servedOn(doors.port);
	await admin?.serves(doors.addresses);
	view.welcome();
	const urls = () => urlsOf(serving, admin);
	const report = {
		...urls(),
		version: await readVersion(),
		readyInMs: performance.now(),
		addresses: doors.addresses,
		workers: count,
		isPublicUrlWritten: settings.server.isPublicUrlWritten,
		inbox: held,
	};
	ready.running?.keepHouse();
	const endWatches = startWatches(supervised, serving);
	const release = interact(io, {
		reload: () => void serving.reload(),
		showUrls: () => showUrls(io, urls()),
		stop: stop.stop,
	});
	announce(io, log, report, { hint: hintOf(io, isWatched) });
	tellOtherPort(io, log, settings, doors.ports);
	notifier.ready(`serving ${runtime.routes.length} routes`);
	try {
		const signal = await stop.first;
		notifier.stopping();
		log.info(
			{ signal },
			"stopping. Requests under way are finished, and no new ones are taken",
		);
		admin?.stops();
		await endWatches();
	} finally {
		release();
	}
}

/** Watches the files, the platform and the backlog. Returns the function that ends it. */
function startWatches(
	{ start: { log }, ready, isWatched }: Supervised,
	serving: Serving,
): () => Promise<unknown> {
	const endWatch = isWatched ? watchFiles(log, serving) : undefined;
	const endDrift = startDrift({
		log,
		onLook: ready.observer.looked,
		runtime: serving.runtime,
		settings: serving.settings,
		state: ready.running?.inbox.store,
	});
	const endBacklog = watchInbox(serving);
	return () => Promise.all([endWatch?.(), endDrift?.(), endBacklog()]);
}

/** Asks all workers whether they can serve the configuration on disk. */
async function agree(crew: Crew): Promise<readonly Finding[] | undefined> {
	try {
		const findings = await crew.prepare();
		if (findings !== undefined) crew.discard();
		return findings;
	} catch (error) {
		crew.discard();
		throw error;
	}
}

/** Lets the workers finish, within their time or until the second signal. A worker that still does not end is killed. */
async function drain(
	crew: Crew,
	stop: StopSignals,
	timeoutMs: number,
): Promise<void> {
	const drained = crew.drain();
	void stop.second.then(() => crew.end());
	const timers = [setTimeout(() => crew.kill(), timeoutMs + KILL_MS)];
	void stop.second.then(() =>
		timers.push(setTimeout(() => crew.kill(), KILL_MS)),
	);
	await drained;
	for (const timer of timers) clearTimeout(timer);
}

/** The time for the last writes of a worker, and for the teardown of its plugins. */
const KILL_MS = 5000;
