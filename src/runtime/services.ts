import {
	createUpstreams,
	type Upstreams,
} from "../handler/forward/upstream.ts";
import type { StateKeeper } from "../handler/plugin/store.ts";
import type { Inbox } from "./inbox/inbox.ts";
import { createMemoryState } from "./inbox/memory-state.ts";
import { Repeats } from "./repeats.ts";

/** What outlives a configuration: whoever loads the next one passes it on. */
export interface Services {
	/** The signed webhooks that were accepted already. */
	readonly repeats: Repeats;
	/** Undefined where nothing is kept. */
	readonly inbox: Inbox | undefined;
	/** The state of plugins. */
	readonly state: StateKeeper;
	/** The services behind: their connections, and whether they fail. */
	readonly upstreams: Upstreams;
}

/** Makes the services of a router; without an inbox the state of plugins ends with the process. */
export function createServices(inbox?: Inbox): Services {
	return {
		repeats: new Repeats(),
		inbox,
		state: inbox?.store ?? createMemoryState(),
		upstreams: createUpstreams(),
	};
}
