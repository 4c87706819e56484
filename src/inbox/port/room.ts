/** Thresholds of `StoreOptions.maxBytes`, as fractions. */
export const ROOM = {
	/** Above this, finished deliveries are removed, down to `low`. */
	high: 0.9,
	low: 0.85,
	/** Upper bound of the dead ones of all routes. */
	dead: 0.25,
} as const;

/**
 * The longest `webhook.retry.for` of the built-in kinds: delivery receipts of SMS may come again for 72 hours. Delivered events are
 * remembered for at least that long, whatever room is left. A test compares it with the kinds.
 */
export const RESENT_FOR_MS = 259_200_000;

/** The bytes of a delivery in addition to its envelope and body: in its table, the indexes and its attempts. */
export const ROW_BYTES = 600;
