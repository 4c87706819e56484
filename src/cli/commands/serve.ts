import { dirname, resolve } from "node:path";
import { type Command, Option } from "commander";
import type {
	InboxSettings,
	ListenSettings,
	Settings,
} from "../../config/settings.ts";
import { type Finding, hasErrors } from "../../finding/finding.ts";
import { HANDLER_TYPES } from "../../handler/types.ts";
import type { Place } from "../../http/server.ts";
import type { Tls } from "../../http/tls.ts";
import { isInboxOpenError } from "../../inbox/port/open-error.ts";
import {
	createLog,
	type Log,
	SEVERITIES,
	type Severity,
} from "../../observe/log.ts";
import { Metrics } from "../../observe/metrics/metrics.ts";
import { openTracing } from "../../observe/tracing/tracing.ts";
import { createTrace } from "../../plugin/loader/trace.ts";
import { openInbox, type RunningInbox } from "../../runtime/inbox/life.ts";
import { type LoadOptions, load } from "../../runtime/load.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { createServices, type Services } from "../../runtime/services.ts";
import { type AloneParts, createAloneSource } from "../admin/alone.ts";
import { chooseAdmin } from "../admin/listen.ts";
import { createObserver, type Observer } from "../admin/observer.ts";
import { type OpenAdmin, openAdmin } from "../admin/open.ts";
import {
	type ConfigOptions,
	createCommand,
	DEFAULT_CONFIG,
	withConfig,
} from "../command.ts";
import { countErrors } from "../findings/show.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import {
	describeFindings,
	envFilesOf,
	loadCatalog,
	requireFile,
	writeFindings,
} from "../load.ts";
import { createNotifier, type Notifier } from "../systemd/notify.ts";
import { readSockets, socketsForWebhooks } from "../systemd/sockets.ts";
import { readListen } from "./ports.ts";
import { listenForReload, listenForStop, logStrayErrors } from "./process.ts";
import { createServing, loadFrom } from "./reload.ts";
import { countReloads } from "./reload-count.ts";
import { createReloadReport } from "./reload-report.ts";
import type { StartSettings } from "./restart.ts";
import { type OpenRunAdmin, type Run, run } from "./run.ts";
import {
	createStoreChoice,
	RUN_STORES,
	type RunStore,
	type StoreChoice,
} from "./run-store.ts";

/** Creates `switchhook serve`, which runs the router until it is told to stop. Exit code 1 if the configuration has errors. */
export function serveCommand(io: Io): Command {
	const command = createCommand(
		"serve",
		"Runs the router. On a terminal it reloads the configuration when one of its files changes. SIGHUP reloads it anywhere. SIGTERM and SIGINT stop the router after the requests under way.",
		["serve", "serve --config staging/routes.yaml --listen 127.0.0.1:0"],
	);
	return withConfig(command)
		.option(
			"--listen <address>",
			"host:port, :port or unix:/path, instead of server.listen; port 0 picks a free port",
		)
		.option(
			"--admin <address>",
			"host:port, :port or off, instead of admin.listen; port 0 picks a free port",
		)
		.addOption(
			new Option(
				"--inbox <store>",
				"use this inbox instead of inbox.store; with either, no event is kept after the router stops",
			).choices(RUN_STORES),
		)
		.option(
			"--log-payloads",
			"write telephone numbers, texts and payloads to the log as they are",
			false,
		)
		.option(
			"--watch",
			"reload when a file of the configuration changes (default: on a terminal, unless NODE_ENV is production)",
		)
		.option("--no-watch", "reload only on SIGHUP")
		.addOption(
			new Option("--log-level <level>", "the least severe lines to log")
				.choices(SEVERITIES)
				.default("info"),
		)
		.action((options: ServeOptions) => serve(io, options));
}

// --- helpers ---

interface ServeOptions extends ConfigOptions {
	readonly listen?: string;
	/** An address, or `off`. */
	readonly admin?: string;
	readonly inbox?: RunStore;
	/** Undefined if the terminal decides. */
	readonly watch?: boolean;
	readonly logPayloads: boolean;
	readonly logLevel: Severity;
}

async function serve(io: Io, options: ServeOptions): Promise<void> {
	await requireFile(io, options.config);
	const log = createServeLog(io, options);
	const { places, notifier } = readManager(io, options, log);
	const stop = listenForStop();
	const forget = logStrayErrors(log);
	let running: RunningInbox | undefined;
	const metrics = new Metrics();
	let services = createServices();
	const store = createStoreChoice(options.inbox);
	const observer = createObserver(metrics);
	// Files of variables change the environment of the process.
	const env = { ...io.env };
	try {
		const given = toLoadOptions(io, options, store);
		const setup = {
			log,
			async open(checked: Settings) {
				running = await open(checked.inbox, log, observer, metrics);
				store.warn(checked.inbox, log);
				services = await openServices(running, metrics, log);
				return services;
			},
		};
		const { loaded, reading } = await loadFrom({ ...given, setup });
		const { settings, runtime, findings, notes } = loaded;
		await tellFindings(io, log, [...findings, ...notes.filter(isTold)]);
		if (!settings || !runtime || hasErrors(findings)) {
			tellNotStarted(io, options, findings);
			io.exit(1);
			return;
		}
		observer.loaded([...findings, ...notes], runtime.routes.length);
		services.own.listen(observer.alerted);
		const opened: Opened = {};
		const report = createReloadReport(io, log, findings);
		const first = { settings, runtime, reading };
		const serving = createServing(first, {
			log,
			services,
			load: given,
			listener: countReloads(observer.reloads(report), metrics),
			started: toStarted(settings, options),
			onSwap: (next) => continueWith(next, opened, running),
		});
		const reload = () => void notifier.reloading(serving.reload);
		const release = listenForReload(reload);
		try {
			const socket = store.socketOf(settings);
			await run({
				io,
				log,
				observer,
				openAdmin: toOpenAdmin(options, {
					...{ io, settings, log, socket, serving, observer, running },
					check: () => checkAgain({ ...io, env }, options, given),
				}),
				settings,
				serving,
				running,
				stop,
				notifier,
				socket,
				places: places ?? settings.server.listen,
				isWatched: options.watch ?? isWatchedByDefault(io),
				onOpen: (some) => void Object.assign(opened, some),
			});
		} finally {
			release();
			await serving.close();
		}
	} finally {
		await Promise.all([running?.close(), notifier.close()]);
		stop.release();
		forget();
		log.close();
	}
}

/** Returns the options of every load of this run. */
function toLoadOptions(
	io: Io,
	options: ServeOptions,
	{ choose }: StoreChoice,
): Omit<LoadOptions, "setup"> {
	return {
		configFile: resolve(io.cwd, options.config),
		env: io.env,
		envFiles: envFilesOf(io, options),
		schemes: io.schemes,
		chooseStore: choose,
	};
}

function isTold({ isToldAtStart = false }: Finding): boolean {
	return isToldAtStart;
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

/** Writes findings as text on a terminal. Elsewhere text between the lines of the log would be invalid JSON. */
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

/** Returns true for an interactive terminal outside of production. */
function isWatchedByDefault({ keyboard, env }: Io): boolean {
	return keyboard !== undefined && env.NODE_ENV !== "production";
}

/** The parts of the listeners that a reload uses. */
interface Opened {
	readonly port?: number;
	readonly tls?: Tls;
	readonly admin?: OpenAdmin;
}

/** Continues the run with a configuration that a reload brought. */
function continueWith(
	next: Runtime,
	{ port, tls, admin }: Opened,
	running: RunningInbox | undefined,
): void {
	if (port !== undefined) next.servedOn(port);
	running?.wake();
	void tls?.refresh();
	admin?.refresh();
}

/** Reads what the service manager handed over: the sockets, unless `--listen` replaces them, and the way to tell it the state. */
function readManager(
	io: Io,
	options: ServeOptions,
	log: Log,
): { places: readonly Place[] | undefined; notifier: Notifier } {
	const { env } = io;
	const { pid } = process;
	const written = placesOf(options, io);
	const handed = readSockets(env, pid);
	if (handed.problem !== undefined) log.warn(handed.problem);
	const notifier = createNotifier({ env, log, pid });
	return { places: written ?? socketsForWebhooks(handed), notifier };
}

/** Parses `--listen`. Undefined uses the file's addresses. Throws CannotRun for an invalid one. */
function placesOf(
	{ listen }: Pick<ServeOptions, "listen">,
	{ cwd }: Pick<Io, "cwd">,
): readonly ListenSettings[] | undefined {
	return listen === undefined ? undefined : [readListen(listen, cwd)];
}

/** Returns the function that opens the admin listener. Undefined without one. Throws CannotRun for an invalid `--admin`. */
function toOpenAdmin(
	options: ServeOptions,
	{ io, running, settings, log, socket, ...parts }: AdminGround,
): OpenRunAdmin | undefined {
	const choice = chooseAdmin(options.admin, settings.admin);
	if (choice === undefined) return undefined;
	const store = running?.inbox.store;
	return (facts) =>
		openAdmin({
			...{ ...facts, choice, settings, log, socket },
			source: createAloneSource({ ...parts, store }),
			full: () => running?.full(),
			loadKinds: () => loadCatalog(io, options.config),
		});
}

/** The parts of a run that its admin listener needs. */
interface AdminGround
	extends Pick<Run, "settings" | "log" | "socket" | "serving" | "observer">,
		Pick<AloneParts, "check"> {
	readonly io: Io;
	readonly running: RunningInbox | undefined;
}

function toStarted(
	settings: Settings,
	{ listen, admin }: ServeOptions,
): StartSettings {
	return {
		...settings,
		isListenTaken: listen === undefined,
		isAdminTaken: admin === undefined,
	};
}

/** Checks the configuration on disk. The variables of its files are not those of the process. */
async function checkAgain(
	io: Io,
	options: ServeOptions,
	given: Omit<LoadOptions, "setup">,
): Promise<readonly Finding[]> {
	const env = { ...io.env };
	const envFiles = envFilesOf({ ...io, env }, options);
	const { findings, notes } = await load({
		...given,
		env,
		envFiles,
		isServing: true,
		setup: false,
	});
	return [...findings, ...notes];
}

/** Creates the services. An OpenTelemetry SDK has to be registered before. */
async function openServices(
	running: RunningInbox | undefined,
	metrics: Metrics,
	log: Log,
): Promise<Services> {
	const tracing = await openTracing();
	const observers = { metrics, tracing, log };
	return createServices(running?.inbox, HANDLER_TYPES, observers);
}

/** Opens the inbox. Throws CannotRun if that fails. */
async function open(
	settings: InboxSettings,
	log: Log,
	{ settled, paused }: Pick<Observer, "settled" | "paused">,
	metrics: Metrics,
): Promise<RunningInbox | undefined> {
	try {
		return await openInbox(settings, log, {
			metrics,
			onSettled: settled,
			onPause: paused,
		});
	} catch (error) {
		if (isInboxOpenError(error)) throw new CannotRun(error.message);
		throw error;
	}
}
