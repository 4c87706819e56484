import { dirname, resolve } from "node:path";
import { type Command, Option } from "commander";
import type {
	InboxSettings,
	ListenSettings,
	Settings,
} from "../../config/settings.ts";
import { type Finding, hasErrors } from "../../finding/finding.ts";
import type { Place } from "../../http/server.ts";
import type { Tls } from "../../http/tls.ts";
import { isInboxOpenError } from "../../inbox/port/open-error.ts";
import {
	createLog,
	type Log,
	SEVERITIES,
	type Severity,
} from "../../observe/log.ts";
import { createTrace } from "../../plugin/loader/trace.ts";
import { openInbox, type RunningInbox } from "../../runtime/inbox/life.ts";
import { createServices } from "../../runtime/services.ts";
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
import { createNotifier, type Notifier } from "../systemd/notify.ts";
import { readSockets, socketsForWebhooks } from "../systemd/sockets.ts";
import { readListen } from "./ports.ts";
import { listenForReload, listenForStop, logStrayErrors } from "./process.ts";
import { createServing, loadFrom } from "./reload.ts";
import { createReloadReport } from "./reload-report.ts";
import { run } from "./run.ts";
import { createStoreChoice, RUN_STORES, type RunStore } from "./run-store.ts";

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
	await requireFile(io, options.config);
	const log = createServeLog(io, options);
	const { places, notifier } = readManager(io, options, log);
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
		const setup = {
			log,
			async open(checked: Settings) {
				running = await open(checked.inbox, log);
				store.warn(checked.inbox, log);
				services = createServices(running?.inbox);
				return services;
			},
		};
		const { loaded, reading } = await loadFrom({ ...given, setup });
		const { settings, runtime, findings, notes } = loaded;
		const told = notes.filter(({ isToldAtStart = false }) => isToldAtStart);
		await tellFindings(io, log, [...findings, ...told]);
		if (!settings || !runtime || hasErrors(findings)) {
			tellNotStarted(io, options, findings);
			io.exit(1);
			return;
		}
		const opened: { port?: number; tls?: Tls } = {};
		const first = { settings, runtime, reading };
		const serving = createServing(first, {
			log,
			services,
			load: given,
			listener: createReloadReport(io, log, findings),
			started: { ...settings, isListenTaken: places === undefined },
			onSwap(next) {
				if (opened.port !== undefined) next.servedOn(opened.port);
				running?.wake();
				void opened.tls?.refresh();
			},
		});
		const release = listenForReload(
			() => void notifier.reloading(serving.reload),
		);
		try {
			await run({
				io,
				log,
				settings,
				serving,
				running,
				stop,
				notifier,
				socket: store.socketOf(settings),
				places: places ?? settings.server.listen,
				isWatched: options.watch ?? isWatchedByDefault(io),
				onOpen: (some) => void Object.assign(opened, some),
			});
		} finally {
			release();
			await serving.close();
		}
	} finally {
		await running?.close();
		await notifier.close();
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

/** Opens the inbox. Throws CannotRun if that fails. */
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
