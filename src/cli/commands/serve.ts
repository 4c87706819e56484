import { dirname, resolve } from "node:path";
import { type Command, Option } from "commander";
import type {
	InboxSettings,
	ListenSettings,
	Settings,
} from "../../config/settings.ts";
import { type Finding, hasErrors } from "../../finding/finding.ts";
import type { StoreShare } from "../../inbox/open.ts";
import { isInboxOpenError } from "../../inbox/port/open-error.ts";
import {
	createLog,
	type Log,
	SEVERITIES,
	type Severity,
} from "../../observe/log.ts";
import { createTrace } from "../../plugin/loader/trace.ts";
import { openInbox, type RunningInbox } from "../../runtime/inbox/life.ts";
import { createServices, type Services } from "../../runtime/services.ts";
import { countWorkers } from "../../workers/count.ts";
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
	requireFile,
	writeFindings,
} from "../load.ts";
import type { Forker } from "../workers/fork.ts";
import { readListen } from "./ports.ts";
import {
	listenForReload,
	listenForStop,
	logStrayErrors,
	type StopSignals,
} from "./process.ts";
import {
	createServing,
	loadFrom,
	type ReloadOptions,
	type Served,
} from "./reload.ts";
import { createReloadReport } from "./reload-report.ts";
import { run } from "./run.ts";
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
	readonly inbox?: RunStore;
	/** Undefined if the terminal decides. */
	readonly watch?: boolean;
	readonly logPayloads: boolean;
	readonly logLevel: Severity;
}

async function serve(io: Io, options: ServeOptions): Promise<void> {
	const { supervisor } = io;
	const store = createStoreChoice(options.inbox);
	const load = {
		configFile: resolve(io.cwd, options.config),
		env: io.env,
		envFiles: envFilesOf(io, options),
		schemes: io.schemes,
		chooseStore: store.choose,
	};
	if (supervisor !== undefined) {
		const { work } = await import("../workers/work.ts");
		const createLog = (number: number) => createServeLog(io, options, number);
		await work({ io, supervisor, load, createLog });
		return;
	}
	const places = placesOf(options, io);
	await requireFile(io, options.config);
	const log = createServeLog(io, options);
	const stop = listenForStop();
	const forget = logStrayErrors(log);
	try {
		await start({ io, options, log, stop, store, load, places });
	} finally {
		stop.release();
		forget();
		log.close();
	}
}

/** The parts of a router that starts. */
interface Start {
	readonly io: Io;
	readonly options: ServeOptions;
	readonly log: Log;
	readonly stop: StopSignals;
	readonly store: StoreChoice;
	readonly load: ReloadOptions["load"];
	/** Undefined for the addresses of the file. */
	readonly places: readonly ListenSettings[] | undefined;
}

/** Loads the configuration, and runs the router in this process, or in several that this one supervises. */
async function start(parts: Start): Promise<void> {
	const { io, options, log, store, load } = parts;
	const { forker } = io;
	let running: RunningInbox | undefined;
	let services = createServices();
	const workersOf = ({ server, inbox }: Settings): number =>
		forker === undefined ? 1 : countWorkers(server.workers, inbox.store);
	const setup = {
		log,
		async open(checked: Settings) {
			// The workers set the configuration up.
			if (workersOf(checked) > 1) return undefined;
			running = await open(checked.inbox, log);
			store.warn(checked.inbox, log);
			services = createServices(running?.inbox);
			return services;
		},
	};
	try {
		const { loaded, reading } = await loadFrom({ ...load, setup });
		const { settings, runtime, findings, notes } = loaded;
		const told = notes.filter(({ isToldAtStart = false }) => isToldAtStart);
		await tellFindings(io, log, [...findings, ...told]);
		if (!settings || !runtime || hasErrors(findings)) {
			tellNotStarted(io, options, findings);
			io.exit(1);
			return;
		}
		const first = { settings, runtime, reading };
		const reload = {
			load,
			listener: createReloadReport(io, log, findings),
			started: { ...settings, isListenTaken: parts.places === undefined },
		};
		const count = workersOf(settings);
		if (forker !== undefined && count > 1)
			await runWorkers(parts, { first, reload, forker, count });
		else await runAlone(parts, { first, reload, running, services });
	} finally {
		await running?.close();
	}
}

/** The loaded configuration, and how it is reloaded. */
interface Loaded {
	readonly first: Served;
	readonly reload: Pick<ReloadOptions, "load" | "listener" | "started">;
}

async function runAlone(
	{ io, options, log, stop, store, places }: Start,
	{
		first,
		reload,
		running,
		services,
	}: Loaded & {
		readonly running: RunningInbox | undefined;
		readonly services: Services;
	},
): Promise<void> {
	const { settings } = first;
	let port: number | undefined;
	const serving = createServing(first, {
		...reload,
		log,
		services,
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
			isWatched: options.watch ?? isWatchedByDefault(io),
			onPort: (open) => {
				port = open;
			},
		});
	} finally {
		release();
		await serving.close();
	}
}

async function runWorkers(
	{ io, options, log, stop, store, places }: Start,
	{
		first,
		reload,
		forker,
		count,
	}: Loaded & { readonly forker: Forker; readonly count: number },
): Promise<void> {
	const { settings } = first;
	const { supervise } = await import("../workers/supervise.ts");
	await supervise({
		io,
		forker,
		log,
		first,
		count,
		reload,
		stop,
		socket: store.socketOf(settings),
		places: places ?? settings.server.listen,
		isWatched: options.watch ?? isWatchedByDefault(io),
		openInbox: (hub) => open(settings.inbox, log, { as: "owner", hub }),
		async onRefused(findings) {
			await tellFindings(io, log, findings);
			tellNotStarted(io, options, findings);
			io.exit(1);
		},
	});
}

function createServeLog(
	{ cwd }: Io,
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

/** Parses `--listen`. Undefined uses the file's addresses. Throws CannotRun for an invalid one. */
function placesOf(
	{ listen }: Pick<ServeOptions, "listen">,
	{ cwd }: Pick<Io, "cwd">,
): readonly ListenSettings[] | undefined {
	return listen === undefined ? undefined : [readListen(listen, cwd)];
}

/** Opens the inbox. Throws CannotRun if that fails. */
async function open(
	settings: InboxSettings,
	log: Log,
	share?: StoreShare,
): Promise<RunningInbox | undefined> {
	try {
		return await openInbox(settings, log, { share });
	} catch (error) {
		if (isInboxOpenError(error)) throw new CannotRun(error.message);
		throw error;
	}
}
