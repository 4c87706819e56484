/** Parts of the room that an inbox may take, `StoreOptions.maxBytes`. */
export const ROOM = {
	/** Above this what is done is let go, down to `low`. */
	high: 0.9,
	low: 0.85,
	/** The most that dead ones of all routes have together. */
	dead: 0.25,
} as const;

/** The platform repeats SMS webhooks for 24 hours (Vonage guide to SMS webhooks): that long a delivered one is still known. */
export const RESENT_FOR_MS = 86_400_000;

/** What a row takes besides its envelope and body: its own table's, its indexes', its attempts'. */
export const ROW_BYTES = 600;
