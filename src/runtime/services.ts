import type {
	HandlerResources,
	HandlerTypes,
} from "../handler/handler-type.ts";
import { createNccoChecker, type NccoChecker } from "../handler/ncco/check.ts";
import type { StateKeeper } from "../handler/plugin/store.ts";
import { HANDLER_TYPES } from "../handler/types.ts";
import type { Inbox } from "./inbox/inbox.ts";
import { createMemoryState } from "./inbox/memory-state.ts";
import { type RepeatMemory, Repeats } from "./repeats.ts";

/** The services of a router. They outlive a configuration: each load passes them to the next. */
export interface Services {
	/** Remembers the signed webhooks that were accepted. */
	readonly repeats: RepeatMemory;
	/** Undefined if nothing is stored. */
	readonly inbox: Inbox | undefined;
	/** The state of plugins. */
	readonly state: StateKeeper;
	/** Checks NCCOs, and compiles its schema once. */
	readonly checker: NccoChecker;
	/** The resources of handler types, such as connections and the health of services. */
	readonly resources: HandlerResources;
	/** Closes the resources. Called once, after the router has stopped. */
	closeResources(): Promise<void>;
}

/** The services and the signal of their end: everything that a request uses besides its stack. */
export interface Surroundings extends Services {
	/** Aborts when the router stops. */
	readonly drain: AbortSignal;
}

/**
 * Creates the services of a router. Without an inbox the state of plugins ends with the process.
 *
 * @param repeats default: a memory of this process alone
 */
export function createServices(
	inbox?: Inbox,
	types: HandlerTypes = HANDLER_TYPES,
	repeats: RepeatMemory = new Repeats(),
): Services {
	const resources = new Map(
		[...types].map(([name, type]) => [name, type.createResource?.()]),
	);
	return {
		repeats,
		inbox,
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
