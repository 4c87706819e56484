import { resolve } from "node:path";
import type { Settings } from "../../config/settings.ts";
import { hasErrors } from "../../finding/finding.ts";
import { HANDLER_TYPES } from "../../handler/types.ts";
import { createApp, type Visit } from "../../http/app.ts";
import { serveControl, shortenSocketPath } from "../../http/control-socket.ts";
import { boundsOf } from "../../http/descriptors.ts";
import { type Listening, listen } from "../../http/server.ts";
import type { Tls } from "../../http/tls.ts";
import type { Log } from "../../observe/log.ts";
import { Metrics } from "../../observe/metrics/metrics.ts";
import { createMetricsReport } from "../../observe/metrics/report.ts";
import { createThrottle, type Throttle } from "../../observe/throttle.ts";
import { openTracing } from "../../observe/tracing/tracing.ts";
import { openInbox, type RunningInbox } from "../../runtime/inbox/life.ts";
import { SharedRepeats } from "../../runtime/request/shared-repeats.ts";
import { createServices } from "../../runtime/services.ts";
import { SupervisorClaims } from "../../workers/claims.ts";
import { WorkerConnections } from "../../workers/connections.ts";
import { SupervisorLimits } from "../../workers/limit-claims.ts";
import type { Supervisor, WorkerStart } from "../../workers/protocol.ts";
import { createObserver, type Observer } from "../admin/observer.ts";
import type { Io } from "../io.ts";
import { openCertificate } from "../serve/certificate.ts";
import { watchDenied } from "../serve/own-events.ts";
import {
	ignoreSignals,
	logStrayErrors,
	type StopSignals,
} from "../serve/process.ts";
import {
	createServing,
	loadFrom,
	type ReloadListener,
	type Serving,
} from "../serve/reload/reload.ts";
import { createObservers, end, joinListening } from "../serve/run.ts";
import { identify } from "../watch/reading.ts";
import { watchEventLoop } from "../watchdog/log.ts";
import { type Answerer, answerFor } from "./answers.ts";
import { DeniedReport } from "./denied-report.ts";
import { createFeedSwitch } from "./feed-switch.ts";

/** The parts of the start that a worker shares with a router of one process. */
export interface WorkOptions {
	readonly io: Io;
	readonly supervisor: Supervisor;
	/** The options of the load, except the setup. */
	readonly load: Omit<Parameters<typeof loadFrom>[0], "setup">;
	/** Creates the log of this worker. */
	createLog(number: number): Log;
}

/** Serves as one worker of several, until the supervisor says otherwise. */
export async function work(options: WorkOptions): Promise<void> {
	const { io, supervisor } = options;
	const release = ignoreSignals();
	const orders = new Orders(supervisor);
	const start = await orders.started;
	const log = options.createLog(start.number);
	const forget = logStrayErrors(log);
	const beat = setInterval(() => supervisor.send({ type: "beat" }), BEAT_MS);
	try {
		await serve(options, { orders, start, log });
	} catch (error) {
		io.exit(2);
		const reason = error instanceof Error ? error.message : String(error);
		supervisor.send({ type: "failed", reason });
	} finally {
		clearInterval(beat);
		forget();
		release();
		log.close();
		supervisor.disconnect();
	}
}

// --- helpers ---

const BEAT_MS = 1000;

/** Hears of the reloads of this process. The supervisor reports those of all workers. */
const SILENT: ReloadListener = {
	reloaded() {},
	refused() {},
	failed() {},
};

/** Carries out what the supervisor orders. */
class Orders {
	readonly connections: WorkerConnections;
	readonly claims: SupervisorClaims;
	readonly limits: SupervisorLimits;
	readonly started: Promise<WorkerStart>;
	readonly stop: StopSignals;
	/** The port of the addresses. Undefined until they are open. */
	port: number | undefined;
	serving: Serving | undefined;
	running: RunningInbox | undefined;
	/** Undefined until this process serves. */
	answerer: Answerer | undefined;
	readonly #supervisor: Supervisor;

	constructor(supervisor: Supervisor) {
		this.#supervisor = supervisor;
		this.connections = new WorkerConnections(supervisor);
		this.claims = new SupervisorClaims(supervisor);
		this.limits = new SupervisorLimits(supervisor);
		const waiting: ((signal: NodeJS.Signals) => void)[] = [];
		const next = (): Promise<NodeJS.Signals> =>
			new Promise((resolve) => waiting.push(resolve));
		this.stop = {
			first: next(),
			second: next(),
			stop: (signal) => waiting.shift()?.(signal),
			release: () => {},
		};
		this.started = new Promise((resolve) => {
			supervisor.onMessage((message, socket) => {
				switch (message.type) {
					case "start":
						this.port = message.start.port;
						resolve(message.start);
						return;
					case "opened":
						this.port = message.port;
						if (message.port !== undefined)
							this.serving?.runtime().servedOn(message.port);
						return;
					case "connection":
						this.connections.arrive(message.place, socket);
						return;
					case "claimed":
						this.claims.take(message.answers);
						return;
					case "limited":
						this.limits.hear(message.answers);
						return;
					case "prepare":
						void this.#prepare(message.id);
						return;
					case "commit":
						void this.serving?.commit();
						return;
					case "discard":
						void this.serving?.discard();
						return;
					case "ask":
						void this.#answer(message.id, message.question, message.value);
						return;
					case "drain":
						this.stop.stop("SIGTERM");
						return;
					case "end":
						this.stop.stop("SIGTERM");
						this.stop.stop("SIGTERM");
				}
			});
		});
	}

	/** Errors of a load become findings, and an unexpected one ends this process, which counts as a refusal. */
	async #prepare(id: number): Promise<void> {
		const { serving } = this;
		if (serving === undefined) return;
		const findings = await serving.prepare();
		const inputs = identify(await serving.snapshot());
		this.#supervisor.send({ type: "prepared", id, inputs, findings });
	}

	async #answer(id: number, question: string, given: unknown): Promise<void> {
		const { answerer } = this;
		try {
			if (answerer === undefined) throw new Error("it does not serve yet");
			const value = await answerFor(question, given, answerer);
			this.#supervisor.send({ type: "answer", id, value });
		} catch (error) {
			const text = error instanceof Error ? error.message : String(error);
			this.#supervisor.send({ type: "answer", id, error: text });
		}
	}
}

interface Work {
	readonly orders: Orders;
	readonly start: WorkerStart;
	readonly log: Log;
}

async function serve(options: WorkOptions, work: Work): Promise<void> {
	const { io, supervisor, load } = options;
	const { orders, start, log } = work;
	const { hub, maxBytes } = start;
	const metrics = new Metrics();
	const observer = createObserver(metrics);
	let services = createServices();
	const short = hub === "" ? undefined : await shortenSocketPath(hub);
	const setup = {
		log,
		async open(checked: Settings) {
			orders.running = await openInbox(checked.inbox, log, {
				metrics,
				onSettled: observer.settled,
				share: { as: "guest", hub: short?.path ?? "", maxBytes },
			});
			services = createServices(orders.running?.inbox, HANDLER_TYPES, {
				metrics,
				tracing: await openTracing(),
				log,
				repeats: new SharedRepeats(orders.claims),
				limits: orders.limits,
			});
			return services;
		},
	};
	try {
		const { loaded, reading } = await loadFrom({ ...load, setup });
		const { settings, runtime, findings } = loaded;
		if (!settings || !runtime || hasErrors(findings)) {
			io.exit(1);
			supervisor.send({ type: "refused", findings });
			return;
		}
		services.own.listen(observer.alerted);
		let tls: Tls | undefined;
		const serving = createServing(
			{ settings, runtime, reading },
			{
				log,
				services,
				load,
				listener: SILENT,
				started: { ...settings, isListenTaken: false, isAdminTaken: false },
				onSwap(next) {
					if (orders.port !== undefined) next.servedOn(orders.port);
					orders.running?.wake();
					void tls?.refresh();
				},
			},
		);
		orders.serving = serving;
		try {
			tls = await openCertificate(log, serving.settings);
			const inputs = identify(await reading.settle());
			await serveConnections(options, work, { serving, observer, tls, inputs });
		} finally {
			tls?.close();
			await serving.close();
		}
	} finally {
		await orders.running?.close();
		await short?.release();
	}
}

/** The parts of a worker that serves. */
interface Served {
	readonly serving: Serving;
	readonly observer: Observer;
	readonly tls: Tls | undefined;
	/** Identifies the files of the configuration. */
	readonly inputs: string;
}

/** Serves until the supervisor says otherwise. */
async function serveConnections(
	{ supervisor }: WorkOptions,
	work: Work,
	served: Served,
): Promise<void> {
	const { orders, log } = work;
	const { serving, observer, inputs } = served;
	const { running, stop } = orders;
	const throttle = createThrottle({ burst: 1 });
	const denied = new DeniedReport(supervisor);
	const listening = await open(work, served, { throttle, denied });
	const runtime = serving.runtime();
	if (orders.port !== undefined) runtime.servedOn(orders.port);
	const watch = createFeedSwitch(observer.feed, supervisor);
	observer.copies.watch((copy) => supervisor.send({ type: "seen", copy }));
	orders.answerer = {
		running,
		observer,
		report: createMetricsReport(runtime.metrics),
		watch,
		copy: observer.copies.choose,
	};
	const watchdog = watchEventLoop(log, serving.settings());
	running?.start(() => serving.runtime().work);
	supervisor.send({ type: "ready", inputs });
	await stop.first;
	await end({ listening, serving, running, stop });
	await watchdog?.close();
	watch(undefined);
	observer.copies.choose([]);
	denied.flush();
	throttle.flush();
}

/** Serves the connections of all addresses and of the control socket. */
async function open(
	{ orders, start, log }: Work,
	{ serving, observer, tls }: Served,
	{
		throttle,
		denied,
	}: { readonly throttle: Throttle; readonly denied: DeniedReport },
): Promise<Listening> {
	const observers = createObservers(log, throttle, serving);
	const noteDenied = watchDenied(serving, (one) => denied.add(one));
	const appOptions = {
		runtime: serving.runtime,
		onVisit(visit: Visit) {
			observer.visited(visit);
			observers.onVisit(visit);
			noteDenied(visit);
		},
		onFault: (error: unknown) =>
			log.error({ err: error }, "an answer could not be sent in full"),
	};
	const { connections } = orders;
	const { headLimitBytes, maxConnections } = boundsOf(
		serving.settings().server,
	);
	const ports = await listen(createApp(appOptions), start.places, {
		...(headLimitBytes !== undefined && { headLimitBytes }),
		// The connections are handed out in turns, so each worker gets its share.
		maxConnections: Math.ceil((maxConnections ?? 10_000) / start.count),
		peers: () => serving.runtime().peers,
		onRejection: observers.onRejection,
		handed: connections.from(0),
		tls,
	});
	const control = await serveControl(
		createApp({ ...appOptions, isControl: true }),
		resolve(start.control),
		connections.from(start.places.length),
	);
	return joinListening(ports, control);
}
