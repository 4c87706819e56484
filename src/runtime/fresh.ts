import type { HookEvent } from "../event/webhook.ts";
import type { Lease } from "../inbox/store.ts";
import type { ServedRoute } from "./served-route.ts";

/** An event as the store would give it back, and the route that it was resolved to. */
export interface FreshEvent {
	readonly event: HookEvent;
	readonly route: ServedRoute;
}

/** The events of deliveries that were leased as they were put: nobody has to read those again. */
export class FreshEvents {
	readonly #events = new WeakMap<Lease, FreshEvent>();

	note(lease: Lease, fresh: FreshEvent): void {
		this.#events.set(lease, fresh);
	}

	/** The event of a lease; undefined where it is to be read, by this route as it is now. */
	find(lease: Lease, route: ServedRoute): HookEvent | undefined {
		const fresh = this.#events.get(lease);
		return fresh?.route === route ? fresh.event : undefined;
	}
}
