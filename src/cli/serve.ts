import { resolve } from "node:path";
import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import { type Command, Option } from "commander";
import { hasErrors } from "../config/finding.ts";
import { parseListen } from "../config/server.ts";
import type { ListenSettings, Settings } from "../config/settings.ts";
import { createApp } from "../http/app.ts";
import { createVisitLog } from "../http/log-visit.ts";
import { type Listening, listen } from "../http/server.ts";
import {
	createLog,
	type Log,
	SEVERITIES,
	type Severity,
} from "../observe/log.ts";
import { collectGarbage } from "../runtime/collect-garbage.ts";
import { load } from "../runtime/load.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { createCommand, withConfig } from "./command.ts";
import { CannotRun, type Io, writeLines } from "./io.ts";
import { describeFindings, requireFile } from "./load.ts";
import { listenForStop, type StopSignals } from "./signals.ts";
import { logStrayErrors } from "./stray-errors.ts";

/** `switchhook serve`: runs the router until it is told to stop. Exit code 1 when the configuration has errors. */
export function serveCommand(io: Io): Command {
	const command = createCommand("serve", "Runs the router.", [
		"serve",
		"serve --config staging/routes.yaml --listen 127.0.0.1:0",
	]);
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
	try {
		const configFile = resolve(io.cwd, options.config);
		const { settings, runtime, findings } = await load({
			configFile,
			env: io.env,
			setup: { log },
		});
		writeLines(io.stderr, describeFindings(io, findings));
		if (
			settings === undefined ||
			runtime === undefined ||
			hasErrors(findings)
		) {
			writeLines(io.stderr, [
				"the router was not started: mend the errors above",
			]);
			io.exit(1);
			return;
		}
		try {
			await run({
				io,
				log,
				settings,
				runtime,
				stop,
				places: places ?? settings.server.listen,
			});
		} finally {
			await runtime.close();
		}
	} finally {
		stop.release();
		forget();
		log.close();
	}
}

interface Run {
	readonly io: Io;
	readonly log: Log;
	readonly settings: Settings;
	readonly runtime: Runtime;
	readonly stop: StopSignals;
	readonly places: readonly ListenSettings[];
}

async function run({
	io,
	log,
	settings,
	runtime,
	stop,
	places,
}: Run): Promise<void> {
	const app = createApp({
		runtime: () => runtime,
		onVisit: createVisitLog(log),
		onFault: (error) =>
			log.error({ err: error }, "an answer could not be finished"),
	});
	collectGarbage();
	const listening = await open(app, places);
	if (listening.port !== undefined) runtime.servedOn(listening.port);
	announce(io, log, settings, listening, runtime.publicUrl());
	const signal = await stop.first;
	log.info(
		{ signal },
		"stopping: no new connections, requests under way are finished",
	);
	await drain(listening, runtime, stop, settings.server.drainTimeoutMs);
	log.info("stopped");
}

async function open(
	app: Parameters<typeof listen>[0],
	places: readonly ListenSettings[],
): Promise<Listening> {
	try {
		return await listen(app, places);
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		const hint =
			code === "EADDRINUSE"
				? ": another program listens there; stop it, or name another address with --listen"
				: "";
		throw new CannotRun(`cannot listen: ${message}${hint}`);
	}
}

/** For a person on standard error, for a program in the log. */
function announce(
	io: Io,
	log: Log,
	{ routes }: Settings,
	{ addresses }: Listening,
	publicUrl: string,
): void {
	const line = `switchhook listens on ${addresses.join(", ")}`;
	const shown = routes.slice(0, SHOWN_MAX);
	const width = Math.max(...shown.map(({ name }) => name.length), 0);
	writeLines(io.stderr, [
		line,
		...shown.map(
			({ name, path }) => `  ${name.padEnd(width)}  ${publicUrl}${path}`,
		),
		...(routes.length > shown.length
			? [
					`  and ${routes.length - shown.length} more: see \`switchhook routes\``,
				]
			: []),
	]);
	if (!io.isTTY) log.info({ addresses, routes: routes.length }, line);
}

const SHOWN_MAX = 50;

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

function readListen(text: string, cwd: string): ListenSettings {
	const place = parseListen(text, cwd);
	if (place !== undefined) return place;
	throw new CannotRun(
		`--listen: cannot read \`${text}\`, expected host:port, :port or unix:/path`,
	);
}
