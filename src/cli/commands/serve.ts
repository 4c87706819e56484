import { resolve } from "node:path";
import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import { type Command, Option } from "commander";
import type {
	InboxSettings,
	ListenSettings,
	Settings,
} from "../../config/settings.ts";
import { hasErrors } from "../../finding/finding.ts";
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
import { collectGarbage } from "../../runtime/collect-garbage.ts";
import { openInbox, type RunningInbox } from "../../runtime/inbox/life.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { createServices } from "../../runtime/services.ts";
import { createCommand, withConfig } from "../command.ts";
import { controlSocketOf, openControl } from "../control.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { describeFindings, requireFile } from "../load.ts";
import { startWatching } from "../watch/watch.ts";
import { interact } from "./interact.ts";
import { announce, describeOtherPort, openPorts, readListen } from "./ports.ts";
import {
	listenForReload,
	listenForStop,
	logStrayErrors,
	type StopSignals,
} from "./process.ts";
import { createServing, loadFrom, type Serving } from "./reload.ts";
import { createReloadReport } from "./reload-report.ts";

/** `switchhook serve`: runs the router until it is told to stop. Exit code 1 when the configuration has errors. */
export function serveCommand(io: Io): Command {
	const command = createCommand(
		"serve",
		"Runs the router. On a terminal it reloads the configuration whenever a file of it changes; SIGHUP does so anywhere. SIGTERM and SIGINT drain and stop.",
		["serve", "serve --config staging/routes.yaml --listen 127.0.0.1:0"],
	);
	return withConfig(command)
		.option(
			"--listen <address>",
			"host:port, :port or unix:/path, instead of the file's; port 0 takes a free one",
		)
		.option(
			"--log-payloads",
			"write telephone numbers, texts and payloads to the log as they are",
			false,
		)
		.option(
			"--watch",
			"reload whenever a file of the configuration changes (default: on a terminal, unless NODE_ENV is production)",
		)
		.option("--no-watch", "reload at SIGHUP only")
		.addOption(
			new Option("--log-level <level>", "what is logged at least")
				.choices(SEVERITIES)
				.default("info"),
		)
		.action((options: ServeOptions) => serve(io, options));
}

// --- helpers ---

interface ServeOptions {
	readonly config: string;
	readonly listen?: string;
	/** Undefined where the terminal decides. */
	readonly watch?: boolean;
	readonly logPayloads: boolean;
	readonly logLevel: Severity;
}

async function serve(io: Io, options: ServeOptions): Promise<void> {
	const places =
		options.listen === undefined
			? undefined
			: [readListen(options.listen, io.cwd)];
	await requireFile(io, options.config);
	const log = createLog({
		level: options.logLevel,
		payloads: options.logPayloads,
	});
	const stop = listenForStop();
	const forget = logStrayErrors(log);
	let running: RunningInbox | undefined;
	let services = createServices();
	try {
		const given = {
			configFile: resolve(io.cwd, options.config),
			env: io.env,
			schemes: io.schemes,
		};
		const setup = {
			log,
			async open(checked: Settings) {
				running = await open(checked.inbox, log);
				services = createServices(running?.inbox);
				return services;
			},
		};
		const { loaded, reading } = await loadFrom({ ...given, setup });
		const { settings, runtime, findings } = loaded;
		writeLines(io.stderr, describeFindings(io, findings));
		if (!settings || !runtime || hasErrors(findings)) {
			writeLines(io.stderr, [
				"the router was not started: fix the errors above",
			]);
			io.exit(1);
			return;
		}
		let port: number | undefined;
		const first = { settings, runtime, reading };
		const serving = createServing(first, {
			log,
			services,
			load: given,
			listener: createReloadReport(io, log, findings),
			started: { ...settings, isListenTaken: places === undefined },
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
	} finally {
		await running?.close();
		stop.release();
		forget();
		log.close();
	}
}

interface Run {
	readonly io: Io;
	readonly log: Log;
	readonly settings: Settings;
	readonly serving: Serving;
	/** Undefined where nothing is kept. */
	readonly running: RunningInbox | undefined;
	readonly stop: StopSignals;
	readonly places: readonly ListenSettings[];
	readonly isWatched: boolean;
	readonly onPort: (port: number) => void;
}

async function run({
	io,
	log,
	settings,
	serving,
	running,
	stop,
	places,
	isWatched,
	onPort,
}: Run): Promise<void> {
	const runtime = serving.runtime();
	const throttle = createThrottle();
	const appOptions = {
		runtime: serving.runtime,
		onVisit: createVisitLog(log, throttle),
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
		controlSocketOf(settings),
		log,
	);
	const listening = control === undefined ? ports : join(ports, control);
	if (ports.port !== undefined) {
		runtime.servedOn(ports.port);
		onPort(ports.port);
	}
	const showUrls = () =>
		announce(io, log, serving.settings(), ports, serving.runtime().publicUrl());
	showUrls();
	const advice = describeOtherPort(settings.server, ports.ports);
	if (advice !== undefined) {
		if (io.isTTY) writeLines(io.stderr, [advice]);
		else log.warn(advice);
	}
	running?.start(() => serving.runtime().work);
	const endWatch = isWatched ? watchFiles(io, log, serving) : undefined;
	const release = interact(io, {
		reload: () => void serving.reload(),
		showUrls,
		stop: stop.stop,
	});
	try {
		const signal = await stop.first;
		log.info(
			{ signal },
			"stopping: no new connections, requests under way are finished",
		);
		const unwatched = endWatch?.();
		await end({ listening, serving, running, stop });
		await unwatched;
		throttle.flush();
		log.info("stopped");
	} finally {
		release();
	}
}

/** Watches what the configuration is read from. Returns the function that stops it. */
function watchFiles(io: Io, log: Log, serving: Serving): () => Promise<void> {
	const { folder } = serving.settings();
	const watcher = startWatching({
		top: folder,
		snapshot: serving.snapshot,
		reload: serving.reload,
		onIncomplete: (code) =>
			log.info(
				{ code },
				"the system reports no changes of some folders: the files are looked at twice a second",
			),
		onFault: (error) =>
			log.error({ err: error }, "the files could not be watched"),
	});
	if (io.keyboard?.().isInForeground())
		writeLines(io.stderr, ["Edit and save to reload. Press h for help."]);
	return watcher.close;
}

/** On a terminal that a person types at, and not in production. */
function isWatchedByDefault({ keyboard, env }: Io): boolean {
	return keyboard !== undefined && env.NODE_ENV !== "production";
}

/** Finishes what is under way, for as long as the configuration says or until the second signal. */
async function end({
	listening,
	serving,
	running,
	stop,
}: Pick<Run, "serving" | "running" | "stop"> & {
	readonly listening: Listening;
}): Promise<void> {
	const { drainTimeoutMs } = serving.settings().server;
	// A second signal is the end of all waiting.
	const drained = running?.drain(drainTimeoutMs);
	void stop.second.then(() => running?.drain(0));
	await drain(listening, serving.runtime(), stop, drainTimeoutMs);
	await drained;
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
