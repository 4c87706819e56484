import type { NewDelivery } from "../inbox/port/queue.ts";
import type { StateWrite } from "../inbox/port/state.ts";

/**
 * Collects what a handler did besides its answer. It commits together with the outcome of the event, and only
 * when that is a success: a second try never sees half of the first.
 */
export class Journal {
	/** In the order in which they were made; of one key the last counts. */
	readonly writes: StateWrite[] = [];
	/** Events that were handed on. */
	readonly events: NewDelivery[] = [];

	get isEmpty(): boolean {
		return this.writes.length === 0 && this.events.length === 0;
	}
}
