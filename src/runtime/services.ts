import { ClientLimits, type LimitMemory } from "../gate/client-limits.ts";
import type {
	HandlerResources,
	HandlerTypes,
} from "../handler/handler-type.ts";
import { createNccoChecker, type NccoChecker } from "../handler/ncco/check.ts";
import type { StateKeeper } from "../handler/plugin/store.ts";
import { HANDLER_TYPES } from "../handler/types.ts";
import { NO_PAUSES, type PauseView } from "../inbox/worker/pauses.ts";
import type { Timing } from "../inbox/worker/timing.ts";
import type { Log } from "../observe/log.ts";
import { Metrics } from "../observe/metrics/metrics.ts";
import type { Tracing } from "../observe/tracing/tracing.ts";
import type { Inbox } from "./inbox/inbox.ts";
import { createMemoryState } from "./inbox/memory-state.ts";
import type { Occupancy } from "./occupancy.ts";
import { createOwnEvents, type OwnEvents } from "./own/own-events.ts";
import { type RepeatMemory, Repeats } from "./request/repeats.ts";

/** The services of a router. They outlive a configuration: each load passes them to the next. */
export interface Services {
	/** Remembers the signed webhooks that were accepted. */
	readonly repeats: RepeatMemory;
	/** Counts the requests of clients. */
	readonly limits: LimitMemory;
	/** Undefined if nothing is stored. */
	readonly inbox: Inbox | undefined;
	/** The pauses of routes. Empty without an inbox. */
	readonly pauses: PauseView;
	/** The state of plugins. */
	readonly state: StateKeeper;
	/** Checks NCCOs, and compiles its schema once. */
	readonly checker: NccoChecker;
	/** The resources of handler types, such as connections and the health of services. */
	readonly resources: HandlerResources;
	/** The counters for `/metrics`. */
	readonly metrics: Metrics;
	/** Creates spans. Undefined if no OpenTelemetry SDK is registered. */
	readonly tracing: Tracing | undefined;
	/** The router's own events. */
	readonly own: OwnEvents;
	/** Closes the resources. Called once, after the router has stopped. */
	closeResources(): Promise<void>;
}

/** The services and the signal of their end: everything that a request uses besides its stack. */
export interface Surroundings extends Services {
	/** Aborts when the router stops. */
	readonly drain: AbortSignal;
	/** Counts what runs in the configuration. */
	readonly occupancy: Occupancy;
}

/** The parts that observe a router, and the tools of own events that no inbox keeps. */
export interface ServicesOptions {
	/** Default: new counters that nobody reads. */
	readonly metrics?: Metrics;
	/** Default: no spans. */
	readonly tracing?: Tracing | undefined;
	/** Gets the failures of own events. Default: they are not logged. */
	readonly log?: Log;
	/** Default: the system's clock. */
	readonly timing?: Timing;
	/** Default: a memory of this process alone. */
	readonly repeats?: RepeatMemory;
	/** Default: a count of this process alone. */
	readonly limits?: LimitMemory;
}

/** Creates the services of a router. Without an inbox the state of plugins ends with the process. */
export function createServices(
	inbox?: Inbox,
	types: HandlerTypes = HANDLER_TYPES,
	{
		metrics = new Metrics(),
		tracing,
		log,
		timing,
		repeats = new Repeats(),
		limits = new ClientLimits(),
	}: ServicesOptions = {},
): Services {
	const resources = new Map(
		[...types].map(([name, type]) => [name, type.createResource?.()]),
	);
	metrics.connect({
		circuits: () =>
			[...types].flatMap(
				([name, type]) => type.circuits?.(resources.get(name)) ?? [],
			),
	});
	const own = inbox?.own ?? createOwnEvents({ log, timing });
	own.listen(({ kind }) => metrics.ownEvent(kind));
	return {
		metrics,
		tracing,
		own,
		repeats,
		limits,
		inbox,
		pauses: inbox?.pauses ?? NO_PAUSES,
		state: inbox?.store ?? createMemoryState(),
		checker: createNccoChecker(),
		resources,
		async closeResources() {
			await Promise.all(
				[...types].map(([name, type]) =>
					type.closeResource?.(resources.get(name)),
				),
			);
		},
	};
}
