import { chmod, lstat, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ListenSettings, Settings } from "../../config/settings.ts";
import type { Finding } from "../../finding/finding.ts";
import { shortenSocketPath } from "../../http/control-socket.ts";
import { boundsOf } from "../../http/descriptors.ts";
import { type Doors, openDoors } from "../../http/doors.ts";
import type { Log } from "../../observe/log.ts";
import type { RunningInbox } from "../../runtime/inbox/life.ts";
import { Crew, type CrewStart } from "../../workers/crew.ts";
import { interact } from "../commands/interact.ts";
import { describePortFault } from "../commands/ports.ts";
import { listenForReload, type StopSignals } from "../commands/process.ts";
import {
	createServing,
	type ReloadOptions,
	type Served,
	type Serving,
} from "../commands/reload.ts";
import { hintOf, tellOtherPort, urlsOf, watchFiles } from "../commands/run.ts";
import { openControlDoor } from "../control.ts";
import { CannotRun, type Io } from "../io.ts";
import { readVersion } from "../package.ts";
import { startDrift } from "../platform/watch.ts";
import { announce, showUrls } from "../start/announce.ts";
import {
	countEarlier,
	type EarlierEvents,
	nameStore,
} from "../start/report.ts";
import type { Forker } from "./fork.ts";
import { createCrewLog } from "./report.ts";

/** The parts of a supervised router. */
export interface Supervision {
	readonly io: Io;
	readonly forker: Forker;
	readonly log: Log;
	/** The configuration, which only the workers set up. */
	readonly first: Served;
	readonly count: number;
	readonly reload: Pick<ReloadOptions, "load" | "listener" | "started">;
	readonly stop: StopSignals;
	/** The path of the control socket. */
	readonly socket: string;
	readonly places: readonly ListenSettings[];
	readonly isWatched: boolean;
	/** Opens the inbox as its owner. */
	openInbox(hub: string): Promise<RunningInbox | undefined>;
	/** Called if the workers found errors in the configuration. */
	onRefused(findings: readonly Finding[]): Promise<void>;
}

/**
 * Runs a router of several processes until it is told to stop. This process opens the addresses, owns the file of the inbox, and
 * decides when a configuration serves. It handles no webhook, so that no handler can block it.
 */
export async function supervise(parts: Supervision): Promise<void> {
	const { stop, first } = parts;
	const hub = await makeHub(first.settings);
	let running: RunningInbox | undefined;
	try {
		running = await parts.openInbox(hub.path);
		// A signal during the start ends the router as soon as it has started.
		await runCrew(parts, hub.workerPath, running);
	} finally {
		await running?.drain(0);
		await running?.close();
		await hub.remove();
		stop.release();
	}
}

// --- helpers ---

interface Running {
	readonly crew: Crew;
	readonly serving: Serving;
}

/** The socket between the workers and the owner of an SQLite file. */
interface HubPlace {
	/** As this process names it. Empty for another store. */
	readonly path: string;
	/** As the workers name it. */
	readonly workerPath: string;
	remove(): Promise<void>;
}

/** Makes the private folder of the socket, beside the file of the inbox. */
async function makeHub({ inbox: { store } }: Settings): Promise<HubPlace> {
	if (store.type !== "sqlite")
		return { path: "", workerPath: "", remove: async () => {} };
	const folder = `${store.file}.workers`;
	await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
	await mkdir(folder, { mode: 0o700 }).catch(async (error) => {
		// A router that was killed left it. A link could lead elsewhere.
		const isFolder = (
			await lstat(folder).catch(() => undefined)
		)?.isDirectory();
		if (isFolder !== true)
			throw new CannotRun(
				`${folder} cannot be created (${error.message}). Let the router write beside its inbox.`,
			);
		await chmod(folder, 0o700);
	});
	const workerPath = join(folder, "inbox.sock");
	const short = await shortenSocketPath(workerPath);
	return {
		path: short.path,
		workerPath,
		async remove() {
			await rm(folder, { recursive: true, force: true });
			await short.release();
		},
	};
}

async function runCrew(
	parts: Supervision,
	hub: string,
	running: RunningInbox | undefined,
): Promise<void> {
	const { io, log, places, socket, first, stop, onRefused } = parts;
	let port: number | undefined;
	const crew: Crew = new Crew({
		count: parts.count,
		start: () => parts.forker.fork((lines) => log.relay(lines)),
		facts: () => ({
			hub,
			maxBytes: running?.maxBytes,
			places,
			control: socket,
			port,
		}),
		listener: {
			...createCrewLog(io, log),
			onStale: () => void serving.reload(),
		},
		maxWaiting: boundsOf(first.settings.server).maxConnections ?? 10_000,
	});
	const serving = createServing(first, {
		...parts.reload,
		log,
		services: undefined,
		agree: () => agree(crew),
		onSwap(next) {
			if (port !== undefined) next.servedOn(port);
			crew.commit();
		},
	});
	const opened: Pick<Doors, "close">[] = [];
	try {
		// Runs before the first request, so that later events belong to this run.
		const earlier = await countEarlier(running?.inbox.store);
		const start = await crew.start();
		if (start !== undefined) {
			if (start.findings === undefined) throw new CannotRun(describe(start));
			await onRefused(start.findings);
			return;
		}
		const doors = await openPlaces(parts, crew);
		opened.push(doors);
		const control = await openControlDoor(socket, log, (connection) =>
			crew.connections.take(connection, places.length),
		);
		if (control !== undefined) opened.push(control);
		port = doors.port;
		crew.opened(port);
		if (port !== undefined) serving.runtime().servedOn(port);
		await tellStart(parts, serving, doors, earlier);
		running?.keepHouse();
		await untilStopped(parts, { crew, serving }, running);
		for (const door of opened.splice(0)) door.close();
		await drain(crew, stop, serving.settings().server.drainTimeoutMs);
		log.info("stopped");
	} finally {
		for (const door of opened) door.close();
		const gone = crew.drain();
		crew.kill();
		await gone;
		await serving.close();
	}
}

/** Reports that the router is ready. */
async function tellStart(
	{ io, log, count, first: { settings }, isWatched }: Supervision,
	serving: Serving,
	{ addresses, ports }: Doors,
	earlier: EarlierEvents | undefined,
): Promise<void> {
	const report = {
		...urlsOf(serving),
		version: await readVersion(),
		readyInMs: performance.now(),
		addresses,
		workers: count,
		isPublicUrlWritten: settings.server.isPublicUrlWritten,
		inbox: { store: nameStore(settings.inbox.store, io.cwd), earlier },
	};
	announce(io, log, report, { hint: hintOf(io, isWatched) });
	tellOtherPort(io, log, settings, ports);
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

async function openPlaces(
	{ places }: Pick<Supervision, "places">,
	crew: Crew,
): Promise<Doors> {
	try {
		return await openDoors(places, (connection, place) =>
			crew.connections.take(connection, place),
		);
	} catch (error) {
		throw new CannotRun(describePortFault(error as Error));
	}
}

/** Serves until the first signal, with everything that a person or a file may cause meanwhile. */
async function untilStopped(
	{ io, log, stop, isWatched }: Supervision,
	{ serving }: Running,
	running: RunningInbox | undefined,
): Promise<void> {
	const forget = listenForReload(() => void serving.reload());
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
		await Promise.all([endWatch?.(), endDrift?.()]);
	} finally {
		release();
		forget();
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

function describe({ reason, code, signal }: NonNullable<CrewStart>): string {
	if (reason !== undefined) return reason;
	return `a worker ended before it served (${signal ?? `exit code ${code}`}). The router was not started.`;
}
