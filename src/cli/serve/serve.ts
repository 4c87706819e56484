import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { Settings } from "../../config/settings.ts";
import { hasErrors } from "../../finding/finding.ts";
import { SEVERITIES } from "../../observe/log.ts";
import { Metrics } from "../../observe/metrics/metrics.ts";
import type { RunningInbox } from "../../runtime/inbox/life.ts";
import { createServices } from "../../runtime/services.ts";
import { countWorkers } from "../../workers/count.ts";
import { createObserver } from "../admin/observer.ts";
import { createCommand, withConfig } from "../command.ts";
import type { Io } from "../io.ts";
import { envFilesOf, requireFile } from "../load.ts";
import { type HubPlace, makeHub, NO_HUB } from "../workers/hub-place.ts";
import { serveAlone } from "./alone.ts";
import { chooseHistory, markReloads, markStart } from "./history.ts";
import { listenForStop, logStrayErrors } from "./process.ts";
import { countReloads } from "./reload/count.ts";
import { loadFrom } from "./reload/reload.ts";
import { createReloadReport } from "./reload/report.ts";
import { createStoreChoice, RUN_STORES } from "./run-store.ts";
import {
	createServeLog,
	openServeInbox,
	openServices,
	readManager,
	type ServeOptions,
	type Start,
	tellFindings,
	tellNotStarted,
	toStarted,
} from "./start.ts";

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

async function serve(io: Io, options: ServeOptions): Promise<void> {
	const { supervisor } = io;
	const store = createStoreChoice(options.inbox);
	// Files of variables change the environment of the process.
	const env = { ...io.env };
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
	await requireFile(io, options.config);
	const log = createServeLog(io, options);
	const { places, notifier } = readManager(io, options, log);
	const stop = listenForStop();
	const forget = logStrayErrors(log);
	const parts = { io, options, log, stop, store, load, env, places, notifier };
	try {
		await start(parts);
	} finally {
		await notifier.close();
		stop.release();
		forget();
		log.close();
	}
}

/** Loads the configuration, and runs the router in this process, or in several that this one supervises. */
async function start(parts: Start): Promise<void> {
	const { io, options, log, store, load } = parts;
	const metrics = new Metrics();
	const observer = createObserver(metrics);
	let running: RunningInbox | undefined;
	let services = createServices();
	let hub: HubPlace = NO_HUB;
	const countOf = ({ server, inbox }: Settings): number =>
		io.forker === undefined ? 1 : countWorkers(server.workers, inbox.store);
	const setup = {
		log,
		async open(checked: Settings) {
			const isOwner = countOf(checked) > 1;
			const place = isOwner ? await makeHub(checked) : NO_HUB;
			running = await openServeInbox(checked.inbox, log, {
				metrics,
				onSettled: observer.settled,
				onPause: observer.paused,
				share: isOwner ? { as: "owner", hub: place.path } : undefined,
			});
			// Only now is it known that no other router uses the folder.
			hub = place;
			store.warn(checked.inbox, log);
			services = await openServices(running, metrics, log);
			return services;
		},
		isElsewhere: (checked: Settings) => countOf(checked) > 1,
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
		observer.loaded([...findings, ...notes], runtime.routes.length);
		services.own.listen(observer.alerted);
		const report = createReloadReport(io, log, findings);
		const kept = chooseHistory(running, metrics);
		await markStart(kept, reading);
		const ready = {
			first: { settings, runtime, reading },
			reload: {
				load,
				services,
				listener: countReloads(
					observer.reloads(markReloads(report, kept)),
					metrics,
				),
				started: toStarted(settings, options),
			},
			running,
			history: kept.history,
			observer,
		};
		const count = countOf(settings);
		if (io.forker === undefined || count === 1) {
			await serveAlone(parts, ready);
			return;
		}
		const { supervise } = await import("../workers/supervise.ts");
		const { workerPath } = hub;
		await supervise(parts, ready, {
			forker: io.forker,
			count,
			hub: workerPath,
		});
	} finally {
		await running?.close();
		await hub.remove();
	}
}
