import type { Services } from "./services.ts";

/** What a request meets besides its stack. */
export interface Surroundings extends Services {
	/** Aborts when the router stops. */
	readonly drain: AbortSignal;
}
