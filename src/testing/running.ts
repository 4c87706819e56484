import { setTimeout as wait } from "node:timers/promises";
import type { Request } from "../cli/request/encode.ts";
import type { HookEvent } from "../event/webhook.ts";
import { formatFinding } from "../finding/finding.ts";
import type { Visit } from "../http/app.ts";
import { createVisitLog } from "../http/log-visit.ts";
import type { DeliveryDetail, DeliveryRow } from "../inbox/port/delivery.ts";
import { createLog, type Log } from "../observe/log.ts";
import { createTrace, type Trace } from "../plugin/loader/trace.ts";
import { compile } from "../runtime/compile/compile.ts";
import { openInbox, type RunningInbox } from "../runtime/inbox/life.ts";
import { type Runtime, toOwnSite } from "../runtime/runtime.ts";
import { createServices, type Services } from "../runtime/services.ts";
import { createWorldHandlers } from "./handlers.ts";
import type { Prepared } from "./prepare.ts";
import { receiveRequest } from "./receive.ts";
import { installGlobals } from "./world/globals.ts";
import { createWorld, inWorld, type World } from "./world/world.ts";

/** A line of the log, as its JSON form has it. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A router in this process, in a world of its own. It listens nowhere. */
export interface RunningRouter {
	readonly world: World;
	readonly runtime: Runtime;
	readonly lines: readonly LogLine[];
	/** Every event that a handler got, in order. A retry is listed again. */
	readonly handled: readonly HookEvent[];
	/** Writes where a handler threw. */
	readonly trace: Trace;
	/** Runs work as the router's own: with its clock. */
	run<T>(work: () => T): T;
	/** Passes a request through the pipeline. The inbox continues its work afterwards. */
	send(request: Request, from?: string): Promise<Visit>;
	/** Resolves when no handler is at work and nothing is due. */
	settle(): Promise<void>;
	/** Moves the clock, and runs what becomes due on the way. */
	advance(ms: number): Promise<void>;
	delivery(id: string): Promise<DeliveryDetail | undefined>;
	/** The oldest first; empty without an inbox. */
	deliveries(): Promise<readonly DeliveryRow[]>;
	/** The value that a plugin keeps under a key. */
	state(plugin: string, key: string): Promise<unknown>;
	/** Stops it, and tears its plugins down. Called once. */
	close(): Promise<void>;
}

/** Thrown if a router cannot be started: its configuration has errors, or a plugin's setup fails. */
export class CannotStart extends Error {
	override readonly name = "CannotStart";
}

/**
 * Starts a router of a prepared configuration: its plugins are set up, its inbox is empty, and its clock stands at `at`. Throws
 * CannotStart.
 */
export async function startRouter(
	prepared: Prepared,
	{ at }: { readonly at: number },
): Promise<RunningRouter> {
	const world = createWorld(at);
	const release = installGlobals();
	try {
		return await inWorld(world, () => start(prepared, world, release));
	} catch (error) {
		world.timers.clear();
		release();
		throw error;
	}
}

// --- helpers ---

async function start(
	prepared: Prepared,
	world: World,
	release: () => void,
): Promise<RunningRouter> {
	const { settings, findings } = prepared;
	if (settings === undefined)
		throw new CannotStart(findings.map(formatFinding).join("\n"));
	const lines: LogLine[] = [];
	const handled: HookEvent[] = [];
	const log = createLog({
		level: "trace",
		pretty: false,
		payloads: true,
		destination: { write: (line) => void lines.push(JSON.parse(line)) },
	});
	const types = createWorldHandlers(world, (event) => handled.push(event));
	const inbox = await openInbox(settings.inbox, log, { timing: world.clock });
	const services = createTestServices(prepared, { world, log }, inbox, types);
	const { runtime, findings: found } = await compile(settings, prepared.kinds, {
		log,
		handlerTypes: types,
		services,
		schemes: prepared.schemes,
		// The longest that it may be: a retry comes when its delay is over, and never before.
		random: () => 1,
	});
	if (runtime === undefined) {
		await services.closeResources();
		await inbox?.close();
		throw new CannotStart(found.map(formatFinding).join("\n"));
	}
	services.own.serve(toOwnSite(runtime));
	inbox?.start(() => runtime.work);
	const note = createVisitLog(log);
	const settle = (): Promise<void> => settleAll(inbox);
	const within = <T>(work: () => T): T => inWorld(world, work);
	return {
		world,
		runtime,
		lines,
		handled,
		trace: createTrace(settings.folder),
		run: within,
		send: (request, from) =>
			within(async () => {
				const visit = await receiveRequest(runtime, request, from);
				note(visit);
				return visit;
			}),
		settle: () => within(settle),
		advance: (ms) => within(() => world.clock.advance(ms, settle)),
		delivery: async (id) => inbox?.inbox.store.get(id),
		async deliveries() {
			// A reply is recorded after it was given.
			await inbox?.inbox.settled();
			const page = await inbox?.inbox.store.list({}, { max: 10_000 });
			return [...(page?.rows ?? [])].reverse();
		},
		async state(plugin, key) {
			const text = await services.state.readState(plugin, key);
			return text === undefined ? undefined : (JSON.parse(text) as unknown);
		},
		close: () =>
			within(async () => {
				try {
					await stop(world, runtime, services, inbox);
				} finally {
					world.timers.clear();
					release();
				}
			}),
	};
}

/** Creates the services of a router. Plugins get the same description of their state as in production. */
function createTestServices(
	{ isDurable }: Prepared,
	{ world, log }: { readonly world: World; readonly log: Log },
	inbox: RunningInbox | undefined,
	types: ReturnType<typeof createWorldHandlers>,
): Services {
	const timing = world.clock;
	const services = createServices(inbox?.inbox, types, { log, timing });
	const { state } = services;
	return {
		...services,
		state: {
			isVolatile: !isDurable,
			readState: (plugin, key) => state.readState(plugin, key),
			listState: (plugin, prefix, max) => state.listState(plugin, prefix, max),
			writeState: (writes) => state.writeState(writes),
		},
	};
}

/** The turns of the event loop without work after which no more work can come: work that a turn started has appeared by then. */
const QUIET_TURNS = 8;

/** The turns after which a handler probably waits for the system, so that more turns would only waste its time. */
const BUSY_TURNS = 50;

async function settleAll(inbox: RunningInbox | undefined): Promise<void> {
	for (let quiet = 0, turns = 0; quiet < QUIET_TURNS; turns++) {
		await inbox?.inbox.settled();
		if (turns > BUSY_TURNS) await wait(1);
		else await new Promise((resolve) => setImmediate(resolve));
		quiet = inbox === undefined || inbox.stats().leased === 0 ? quiet + 1 : 0;
	}
}

async function stop(
	world: World,
	runtime: Runtime,
	services: Services,
	inbox: RunningInbox | undefined,
): Promise<void> {
	let isDrained = inbox === undefined;
	const drained = inbox?.drain(0).then(() => {
		isDrained = true;
	});
	// The clock stands still: what the end waits for is run by hand.
	while (!isDrained) {
		world.clock.runDue();
		await new Promise((resolve) => setImmediate(resolve));
	}
	await drained;
	runtime.abort(new Error("the router stops"));
	await runtime.close();
	await services.closeResources();
	await inbox?.close();
}
