import { dirname, resolve } from "node:path";
import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import { type Command, Option } from "commander";
import type {
	InboxSettings,
	ListenSettings,
	Settings,
} from "../../config/settings.ts";
import { type Finding, hasErrors } from "../../finding/finding.ts";
import { createApp } from "../../http/app.ts";
import { boundsOf } from "../../http/descriptors.ts";
import { createRejectionLog } from "../../http/log-rejection.ts";
import { createVisitLog } from "../../http/log-visit.ts";
import type { Listening } from "../../http/server.ts";
import { isInboxOpenError } from "../../inbox/port/open-error.ts";
import {
	createLog,
	type Log,
	SEVERITIES,
	type Severity,
} from "../../observe/log.ts";
import { createThrottle } from "../../observe/throttle.ts";
import { createTrace } from "../../plugin/loader/trace.ts";
import { collectGarbage } from "../../runtime/collect-garbage.ts";
import { openInbox, type RunningInbox } from "../../runtime/inbox/life.ts";
import { load } from "../../runtime/load.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { createServices } from "../../runtime/services.ts";
import {
	type ConfigOptions,
	createCommand,
	DEFAULT_CONFIG,
	withConfig,
} from "../command.ts";
import { openControl } from "../control.ts";
import { countErrors } from "../findings/show.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import {
	describeFindings,
	envFilesOf,
	requireFile,
	writeFindings,
} from "../load.ts";
import { readVersion } from "../package.ts";
import { startDrift } from "../platform/watch.ts";
import { announce } from "../start/announce.ts";
import { countEarlier, nameStore, reportRoutes } from "../start/report.ts";
import { openPorts, readListen } from "./ports.ts";
import {
	listenForReload,
	listenForStop,
	logStrayErrors,
	type StopSignals,
} from "./process.ts";
import { createServing, type Serving } from "./reload.ts";
import { createStoreChoice, RUN_STORES, type RunStore } from "./run-store.ts";

/** `switchhook serve`: runs the router until it is told to stop. Exit code 1 when the configuration has errors. */
export function serveCommand(io: Io): Command {
	const command = createCommand(
		"serve",
		"Runs the router. SIGHUP reloads the configuration, SIGTERM and SIGINT drain and stop.",
		["serve", "serve --config staging/routes.yaml --listen 127.0.0.1:0"],
	);
	return withConfig(command)
		.option(
			"--listen <address>",
			"host:port, :port or unix:/path, instead of the file's; port 0 takes a free one",
		)
		.addOption(
			new Option(
				"--inbox <store>",
				"where events are kept in this run, instead of the file's inbox.store; with either, nothing survives the end of the router",
			).choices(RUN_STORES),
		)
		.option(
			"--log-payloads",
			"write telephone numbers, texts and payloads to the log as they are",
			false,
		)
		.addOption(
			new Option("--log-level <level>", "what is logged at least")
				.choices(SEVERITIES)
				.default("info"),
		)
		.action((options: ServeOptions) => serve(io, options));
}

// --- helpers ---

interface ServeOptions extends ConfigOptions {
	readonly listen?: string;
	readonly inbox?: RunStore;
	readonly logPayloads: boolean;
	readonly logLevel: Severity;
}

async function serve(io: Io, options: ServeOptions): Promise<void> {
	const places = placesOf(options, io);
	await requireFile(io, options.config);
	const log = createServeLog(io, options);
	const stop = listenForStop();
	const forget = logStrayErrors(log);
	let running: RunningInbox | undefined;
	let services = createServices();
	const store = createStoreChoice(options.inbox);
	try {
		const given = {
			configFile: resolve(io.cwd, options.config),
			env: io.env,
			envFiles: envFilesOf(io, options),
			schemes: io.schemes,
			chooseStore: store.choose,
		};
		const { settings, runtime, findings, notes } = await load({
			...given,
			setup: {
				log,
				async open(checked) {
					running = await open(checked.inbox, log);
					store.warn(checked.inbox, log);
					services = createServices(running?.inbox);
					return services;
				},
			},
		});
		const told = notes.filter(({ isToldAtStart = false }) => isToldAtStart);
		await tellFindings(io, log, [...findings, ...told]);
		if (
			settings === undefined ||
			runtime === undefined ||
			hasErrors(findings)
		) {
			tellNotStarted(io, options, findings);
			io.exit(1);
			return;
		}
		let port: number | undefined;
		const serving = createServing(runtime, {
			log,
			services,
			load: given,
			cwd: io.cwd,
			onSwap(next) {
				if (port !== undefined) next.servedOn(port);
				running?.wake();
			},
		});
		const release = listenForReload(() => void serving.reload());
		try {
			await run({
				io,
				log,
				settings,
				serving,
				running,
				stop,
				socket: store.socketOf(settings),
				places: places ?? settings.server.listen,
				onPort: (open) => {
					port = open;
				},
			});
		} finally {
			release();
			await serving.close();
		}
	} finally {
		await running?.close();
		stop.release();
		forget();
		log.close();
	}
}

function createServeLog(
	{ cwd }: Io,
	{ config, logLevel, logPayloads }: ServeOptions,
): Log {
	return createLog({
		level: logLevel,
		payloads: logPayloads,
		trace: createTrace(dirname(resolve(cwd, config))),
		config: config === DEFAULT_CONFIG ? undefined : config,
	});
}

/** A person reads them as they are; off a terminal text between the lines of the log would be none of its JSON. */
async function tellFindings(
	io: Io,
	log: Log,
	findings: readonly Finding[],
): Promise<void> {
	if (io.isTTY || hasErrors(findings)) {
		await writeFindings(io, "stderr", findings);
		return;
	}
	const lines = await describeFindings(io, findings);
	if (lines.length > 0)
		log.of("start").warn({ findings: lines }, "the configuration has warnings");
}

function tellNotStarted(
	io: Io,
	{ config }: ServeOptions,
	findings: readonly Finding[],
): void {
	writeLines(io.stderr, [
		`${config} has ${countErrors(findings)}. The router was not started.`,
	]);
}

interface Run {
	readonly io: Io;
	readonly log: Log;
	readonly settings: Settings;
	readonly serving: Serving;
	/** Undefined where nothing is kept. */
	readonly running: RunningInbox | undefined;
	readonly stop: StopSignals;
	/** The path of the control socket. */
	readonly socket: string;
	readonly places: readonly ListenSettings[];
	readonly onPort: (port: number) => void;
}

async function run({
	io,
	log,
	settings,
	serving,
	running,
	stop,
	socket,
	places,
	onPort,
}: Run): Promise<void> {
	const runtime = serving.runtime();
	// Before the first request: what comes from now on is of this run.
	const earlier = await countEarlier(running?.inbox.store);
	const throttle = createThrottle();
	const appOptions = {
		runtime: serving.runtime,
		onVisit: createVisitLog(log, throttle, () => pathsOf(serving.runtime())),
		onFault: (error: unknown) =>
			log.error({ err: error }, "an answer could not be finished"),
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
	const listening = control === undefined ? ports : join(ports, control);
	if (ports.port !== undefined) {
		runtime.servedOn(ports.port);
		onPort(ports.port);
	}
	announce(io, log, {
		version: await readVersion(),
		readyInMs: performance.now(),
		addresses: ports.addresses,
		publicUrl: runtime.publicUrl(),
		isPublicUrlWritten: settings.server.isPublicUrlWritten,
		inbox: { store: nameStore(settings.inbox.store, io.cwd), earlier },
		routes: runtime.routes.length,
		shown: reportRoutes(settings, runtime),
	});
	running?.start(() => serving.runtime().work);
	const endDrift = startDrift({
		...{ log, runtime: serving.runtime, settings: () => settings },
		state: running?.inbox.store,
	});
	const signal = await stop.first;
	await endDrift?.();
	log.info(
		{ signal },
		"stopping: no new connections, requests under way are finished",
	);
	const { drainTimeoutMs } = settings.server;
	// A second signal is the end of all waiting.
	const drained = running?.drain(drainTimeoutMs);
	void stop.second.then(() => running?.drain(0));
	await drain(listening, serving.runtime(), stop, drainTimeoutMs);
	await drained;
	throttle.flush();
	log.info("stopped");
}

function* pathsOf({ table }: Runtime): Iterable<string> {
	for (const { path } of table.stacks) yield path;
}

/** The ports and the control socket close as one. */
function join(ports: Listening, control: Listening): Listening {
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

/** The places of `--listen`; undefined leaves it to the file. Throws CannotRun for what is none. */
function placesOf(
	{ listen }: Pick<ServeOptions, "listen">,
	{ cwd }: Pick<Io, "cwd">,
): readonly ListenSettings[] | undefined {
	return listen === undefined ? undefined : [readListen(listen, cwd)];
}

/** Opens the inbox. Throws CannotRun where that is not possible. */
async function open(
	settings: InboxSettings,
	log: Log,
): Promise<RunningInbox | undefined> {
	try {
		return await openInbox(settings, log);
	} catch (error) {
		if (isInboxOpenError(error)) throw new CannotRun(error.message);
		throw error;
	}
}

/** Waits for the requests under way, at most until the timeout or a second signal; then ends them. */
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
	// A handler that heeds its signal answers now; cut off, the log would say 200 and the sender hear nothing.
	await Promise.race([closed, setTimeoutPromise(LAST_ANSWERS_MS)]);
	listening.closeNow();
	await closed;
}

const LAST_ANSWERS_MS = 100;
