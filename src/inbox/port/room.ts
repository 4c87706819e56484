/** Thresholds of `StoreOptions.maxBytes`, as fractions. */
export const ROOM = {
	/** Above this, finished deliveries are removed, down to `low`. */
	high: 0.9,
	low: 0.85,
	/** Upper bound of the dead ones of all routes. */
	dead: 0.25,
} as const;

/** The platform repeats SMS webhooks for 24 hours (Vonage guide to SMS webhooks), so delivered ones are remembered for that long. */
export const RESENT_FOR_MS = 86_400_000;

/** The bytes of a delivery in addition to its envelope and body: in its table, the indexes and its attempts. */
export const ROW_BYTES = 600;
