import type { FeedEvent } from "../observe/feed.ts";

/** Limits the events of one client that are as many as the traffic, so that a stream costs the same however busy the router is. */
export interface EventBudget {
	/** Returns false for an event beyond the limit of its type. */
	admits(event: Pick<FeedEvent, "type" | "at">): boolean;
	/** Returns the same, and takes nothing from the budget. */
	hasRoom(event: Pick<FeedEvent, "type" | "at">): boolean;
}

/** The default limits: more than a person can read, and little enough that a client costs a busy router some 1 percent of a core. */
export const EVENTS_A_SECOND = 500;
export const EVENTS_AT_ONCE = 1000;

/**
 * Creates a budget in which each type has a bucket of its own: many webhooks displace no refusals. Types that do not grow with
 * the traffic have no limit. The time is that of the events.
 */
export function createEventBudget(
	perSecond = EVENTS_A_SECOND,
	atOnce = EVENTS_AT_ONCE,
): EventBudget {
	const buckets = new Map(
		TRAFFIC.map((type) => [type, { left: atOnce, at: 0 }]),
	);
	const leftOf = (bucket: Bucket, at: number): number => {
		// A clock that was set back adds nothing.
		const passedMs = Math.max(0, at - bucket.at);
		return Math.min(atOnce, bucket.left + (passedMs * perSecond) / 1000);
	};
	return {
		admits({ type, at }) {
			const bucket = buckets.get(type);
			if (bucket === undefined) return true;
			bucket.left = leftOf(bucket, at);
			bucket.at = at;
			if (bucket.left < 1) return false;
			bucket.left -= 1;
			return true;
		},
		hasRoom({ type, at }) {
			const bucket = buckets.get(type);
			return bucket === undefined || leftOf(bucket, at) >= 1;
		},
	};
}

// --- helpers ---

interface Bucket {
	left: number;
	at: number;
}

const TRAFFIC: readonly FeedEvent["type"][] = [
	"webhook",
	"refusal",
	"delivery",
];
