/** Fractions of the room that an inbox may take, `StoreOptions.maxBytes`. */
export const ROOM = {
	/** Above this, finished deliveries are removed, down to `low`. */
	high: 0.9,
	low: 0.85,
	/** Upper bound of the dead ones of all routes. */
	dead: 0.25,
} as const;

/** The platform repeats SMS webhooks for 24 hours (Vonage guide to SMS webhooks): that long a delivered one is still known. */
export const RESENT_FOR_MS = 86_400_000;

/** Bytes that a delivery takes besides its envelope and body: in its table, the indexes and its attempts. */
export const ROW_BYTES = 600;
