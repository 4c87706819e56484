import type { HookEvent } from "../../event/webhook.ts";
import type { Lease, NewDelivery } from "../../inbox/port/queue.ts";
import type { ServedRoute } from "../served-route.ts";

/** An event as the store would return it, and its route. */
export interface FreshEvent {
	readonly event: HookEvent;
	readonly route: ServedRoute;
}

/** The first lease of a delivery that was leased by its own put, so that its event need not be read again. */
export class FreshLease implements Lease {
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	readonly orderKey: string | undefined;
	readonly attempt = 1;
	readonly receivedAt: number;
	readonly envelope: string;
	readonly body: Uint8Array;
	readonly #fresh: FreshEvent;

	constructor(delivery: NewDelivery, fresh: FreshEvent) {
		this.id = delivery.id;
		this.route = delivery.route;
		this.kind = delivery.kind;
		this.orderKey = delivery.orderKey;
		this.receivedAt = delivery.receivedAt;
		this.envelope = delivery.envelope;
		this.body = delivery.body;
		this.#fresh = fresh;
	}

	/** Returns its event. Undefined for a route of a later configuration, which may read the webhook differently. */
	eventFor(route: ServedRoute): HookEvent | undefined {
		return this.#fresh.route === route ? this.#fresh.event : undefined;
	}
}
