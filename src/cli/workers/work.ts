import { resolve } from "node:path";
import type { Settings } from "../../config/settings.ts";
import { hasErrors } from "../../finding/finding.ts";
import { createApp } from "../../http/app.ts";
import { serveControl, shortenSocketPath } from "../../http/control-socket.ts";
import { boundsOf } from "../../http/descriptors.ts";
import { createRejectionLog } from "../../http/log-rejection.ts";
import { createVisitLog } from "../../http/log-visit.ts";
import { type Listening, listen } from "../../http/server.ts";
import type { Log } from "../../observe/log.ts";
import { createThrottle } from "../../observe/throttle.ts";
import { collectGarbage } from "../../runtime/collect-garbage.ts";
import { openInbox, type RunningInbox } from "../../runtime/inbox/life.ts";
import { createServices } from "../../runtime/services.ts";
import { SharedRepeats } from "../../runtime/shared-repeats.ts";
import { SupervisorClaims } from "../../workers/claims.ts";
import { WorkerConnections } from "../../workers/connections.ts";
import type { Supervisor, WorkerStart } from "../../workers/protocol.ts";
import {
	ignoreSignals,
	logStrayErrors,
	type StopSignals,
} from "../commands/process.ts";
import {
	createServing,
	loadFrom,
	type ReloadListener,
	type Serving,
} from "../commands/reload.ts";
import { end, joinListening, pathsOf } from "../commands/run.ts";
import type { Io } from "../io.ts";
import { identify } from "../watch/reading.ts";
import { answerFor } from "./answers.ts";

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

/** The supervisor reports the reloads of all workers. */
const SILENT: ReloadListener = {
	reloaded: () => {},
	refused: () => {},
	failed: () => {},
};

/** Carries out what the supervisor orders. */
class Orders {
	readonly connections: WorkerConnections;
	readonly claims: SupervisorClaims;
	readonly started: Promise<WorkerStart>;
	readonly stop: StopSignals;
	/** The port of the addresses. Undefined until they are open. */
	port: number | undefined;
	serving: Serving | undefined;
	running: RunningInbox | undefined;
	readonly #supervisor: Supervisor;

	constructor(supervisor: Supervisor) {
		this.#supervisor = supervisor;
		this.connections = new WorkerConnections(supervisor);
		this.claims = new SupervisorClaims(supervisor);
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
						void this.#answer(message.id, message.question);
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

	async #answer(id: number, question: string): Promise<void> {
		try {
			const value = await answerFor(question, this.running);
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

async function serve(
	{ io, supervisor, load }: WorkOptions,
	{ orders, start, log }: Work,
): Promise<void> {
	const { hub, maxBytes } = start;
	let services = createServices();
	const short = hub === "" ? undefined : await shortenSocketPath(hub);
	const setup = {
		log,
		async open(checked: Settings) {
			const share = { as: "guest", hub: short?.path ?? "", maxBytes } as const;
			orders.running = await openInbox(checked.inbox, log, { share });
			const repeats = new SharedRepeats(orders.claims);
			services = createServices(orders.running?.inbox, undefined, repeats);
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
		const serving = createServing(
			{ settings, runtime, reading },
			{
				log,
				services,
				load,
				listener: SILENT,
				started: { ...settings, isListenTaken: false },
				onSwap(next) {
					if (orders.port !== undefined) next.servedOn(orders.port);
					orders.running?.wake();
				},
			},
		);
		orders.serving = serving;
		try {
			const throttle = createThrottle({ burst: 1 });
			const listening = await open(serving, { orders, start, log }, throttle);
			if (orders.port !== undefined) runtime.servedOn(orders.port);
			orders.running?.start(() => serving.runtime().work);
			const inputs = identify(await reading.settle());
			supervisor.send({ type: "ready", inputs });
			await orders.stop.first;
			const { running, stop } = orders;
			await end({ listening, serving, running, stop });
			throttle.flush();
		} finally {
			await serving.close();
		}
	} finally {
		await orders.running?.close();
		await short?.release();
	}
}

/** Serves the connections of all addresses and of the control socket. */
async function open(
	serving: Serving,
	{ orders, start, log }: Work,
	throttle: ReturnType<typeof createThrottle>,
): Promise<Listening> {
	const appOptions = {
		runtime: serving.runtime,
		onVisit: createVisitLog(log, throttle, () => pathsOf(serving.runtime())),
		onFault: (error: unknown) =>
			log.error({ err: error }, "an answer could not be sent in full"),
	};
	collectGarbage();
	const { connections } = orders;
	const { headLimitBytes, maxConnections } = boundsOf(
		serving.settings().server,
	);
	const ports = await listen(createApp(appOptions), start.places, {
		...(headLimitBytes !== undefined && { headLimitBytes }),
		// The connections are handed out in turns, so each worker gets its share.
		maxConnections: Math.ceil((maxConnections ?? 10_000) / start.count),
		peers: () => serving.runtime().peers,
		onRejection: createRejectionLog(log, throttle, (peer) =>
			serving.runtime().findClient(peer, {}),
		),
		handed: connections.from(0),
	});
	const control = await serveControl(
		createApp({ ...appOptions, isControl: true }),
		resolve(start.control),
		connections.from(start.places.length),
	);
	return joinListening(ports, control);
}
