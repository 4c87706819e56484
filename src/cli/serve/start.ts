import { dirname, resolve } from "node:path";
import type {
	InboxSettings,
	ListenSettings,
	Settings,
} from "../../config/settings.ts";
import { type Finding, hasErrors } from "../../finding/finding.ts";
import { HANDLER_TYPES } from "../../handler/types.ts";
import type { Place } from "../../http/server.ts";
import type { History } from "../../inbox/port/history.ts";
import { isInboxOpenError } from "../../inbox/port/open-error.ts";
import { createLog, type Log, type Severity } from "../../observe/log.ts";
import type { Metrics } from "../../observe/metrics/metrics.ts";
import { openTracing } from "../../observe/tracing/tracing.ts";
import { createTrace } from "../../plugin/loader/trace.ts";
import { openInbox, type RunningInbox } from "../../runtime/inbox/life.ts";
import { load } from "../../runtime/load.ts";
import { createServices, type Services } from "../../runtime/services.ts";
import { chooseAdmin } from "../admin/listen.ts";
import type { Observer } from "../admin/observer.ts";
import { type AdminSource, openAdmin } from "../admin/open.ts";
import { type ConfigOptions, DEFAULT_CONFIG } from "../command.ts";
import { countErrors } from "../findings/show.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import {
	describeFindings,
	envFilesOf,
	loadCatalog,
	writeFindings,
} from "../load.ts";
import { createNotifier, type Notifier } from "../systemd/notify.ts";
import { readSockets, socketsForWebhooks } from "../systemd/sockets.ts";
import { readListen } from "./ports.ts";
import type { StopSignals } from "./process.ts";
import type { ReloadOptions, Served } from "./reload/reload.ts";
import type { StartSettings } from "./reload/restart.ts";
import type { OpenRunAdmin, Run } from "./run.ts";
import type { RunStore, StoreChoice } from "./run-store.ts";

/** The options of `serve`. */
export interface ServeOptions extends ConfigOptions {
	readonly listen?: string;
	/** An address, or `off`. */
	readonly admin?: string;
	readonly inbox?: RunStore;
	/** Undefined if the terminal decides. */
	readonly watch?: boolean;
	readonly logPayloads: boolean;
	readonly logLevel: Severity;
}

/** The parts of a router that starts. */
export interface Start {
	readonly io: Io;
	readonly options: ServeOptions;
	readonly log: Log;
	readonly stop: StopSignals;
	readonly store: StoreChoice;
	readonly load: ReloadOptions["load"];
	/** The environment without the variables of files. */
	readonly env: NodeJS.ProcessEnv;
	/** Undefined for the addresses of the file. */
	readonly places: readonly Place[] | undefined;
	/** Tells the service manager the state of the router. */
	readonly notifier: Notifier;
}

/** A configuration that is ready to be served, and what outlives it. */
export interface Ready {
	readonly first: Served;
	readonly reload: Pick<
		ReloadOptions,
		"load" | "services" | "listener" | "started"
	>;
	/** Undefined if nothing is stored. */
	readonly running: RunningInbox | undefined;
	readonly history: History;
	readonly observer: Observer;
}

/** Creates the log of `serve`, or of one of its workers. */
export function createServeLog(
	{ cwd }: Pick<Io, "cwd">,
	{ config, logLevel, logPayloads }: ServeOptions,
	worker?: number,
): Log {
	return createLog({
		worker,
		// The supervisor lays out the lines of its workers.
		...(worker !== undefined && { pretty: false }),
		level: logLevel,
		payloads: logPayloads,
		trace: createTrace(dirname(resolve(cwd, config))),
		config: config === DEFAULT_CONFIG ? undefined : config,
	});
}

/** Writes findings as text on a terminal. Elsewhere text between the lines of the log would be invalid JSON. */
export async function tellFindings(
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

/** Tells a person that the configuration has errors. */
export function tellNotStarted(
	io: Io,
	{ config }: ServeOptions,
	findings: readonly Finding[],
): void {
	writeLines(io.stderr, [
		`${config} has ${countErrors(findings)}. The router was not started.`,
	]);
}

/** Returns true for an interactive terminal outside of production. */
export function isWatchedByDefault({ keyboard, env }: Io): boolean {
	return keyboard !== undefined && env.NODE_ENV !== "production";
}

/** Reads what the service manager handed over: the sockets, unless `--listen` replaces them, and the way to tell it the state. */
export function readManager(
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

/** Returns the settings that the process uses since its start. */
export function toStarted(
	settings: Settings,
	{ listen, admin }: ServeOptions,
): StartSettings {
	return {
		...settings,
		isListenTaken: listen === undefined,
		isAdminTaken: admin === undefined,
	};
}

/** Returns the function that opens the admin listener. Undefined without one. Throws CannotRun for an invalid `--admin`. */
export function toOpenAdmin(
	{ io, options, log }: Pick<Start, "io" | "options" | "log">,
	{ running, settings, socket, workers, isServing, source }: AdminGround,
): OpenRunAdmin | undefined {
	const choice = chooseAdmin(options.admin, settings.admin);
	if (choice === undefined) return undefined;
	return (facts) =>
		openAdmin({
			...{ ...facts, choice, settings, log, socket },
			workers: workers ?? 1,
			isServing,
			source: source(),
			full: () => running?.full(),
			loadKinds: () => loadCatalog(io, options.config),
		});
}

/** The parts of a run that its admin listener needs. */
interface AdminGround extends Pick<Run, "settings" | "socket" | "running"> {
	/** Default 1. */
	readonly workers?: number;
	readonly isServing?: () => boolean;
	/** Called only if there is a listener. */
	source(): AdminSource;
}

/** Checks the configuration on disk. The variables of its files are not those of the process. */
export async function checkAgain({
	io,
	options,
	load: given,
	env: before,
}: Start): Promise<readonly Finding[]> {
	const env = { ...before };
	const envFiles = envFilesOf({ ...io, env }, options);
	const { findings, notes } = await load({
		...given,
		env,
		envFiles,
		setup: false,
	});
	return [...findings, ...notes];
}

/** Creates the services. An OpenTelemetry SDK has to be registered before. */
export async function openServices(
	running: RunningInbox | undefined,
	metrics: Metrics,
	log: Log,
): Promise<Services> {
	const tracing = await openTracing();
	const observers = { metrics, tracing, log };
	return createServices(running?.inbox, HANDLER_TYPES, observers);
}

/** Opens the inbox. Throws CannotRun if that fails. */
export async function openServeInbox(
	settings: InboxSettings,
	log: Log,
	parts: Parameters<typeof openInbox>[2],
): Promise<RunningInbox | undefined> {
	try {
		return await openInbox(settings, log, parts);
	} catch (error) {
		if (isInboxOpenError(error)) throw new CannotRun(error.message);
		throw error;
	}
}

// --- helpers ---

/** Parses `--listen`. Undefined uses the file's addresses. Throws CannotRun for an invalid one. */
function placesOf(
	{ listen }: Pick<ServeOptions, "listen">,
	{ cwd }: Pick<Io, "cwd">,
): readonly ListenSettings[] | undefined {
	return listen === undefined ? undefined : [readListen(listen, cwd)];
}
