import type { NewDelivery } from "../inbox/port/queue.ts";
import type { StateWrite } from "../inbox/port/state.ts";

/**
 * Collects the writes and events of a handler. They commit together with the outcome of the event, and only if that is a
 * success, so that a second attempt never sees half of the first.
 */
export class Journal {
	/** In the order in which they were made. The last write of a key counts. */
	readonly writes: StateWrite[] = [];
	/** The events that were handed on. */
	readonly events: NewDelivery[] = [];

	get isEmpty(): boolean {
		return this.writes.length === 0 && this.events.length === 0;
	}
}
