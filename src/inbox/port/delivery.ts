import type { Budget, Doubt } from "./doubt.ts";

/** The states of a delivery. One that waits waits for an earlier one with its order key is `received` or `waiting` as well. */
export const DELIVERY_STATES = [
	"received",
	"leased",
	"waiting",
	"delivered",
	"dead",
	"quarantined",
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A number of deliveries, and the bytes of their envelopes and bodies. */
export interface Amount {
	readonly count: number;
	readonly bytes: number;
}

/** One past try. */
export interface Attempt {
	readonly attempt: number;
	readonly startedAt: number;
	readonly durationMs: number;
	readonly outcome: "delivered" | "waiting" | "dead";
	/** Undefined for a success. */
	readonly reason: string | undefined;
	/** Lines that tell where the handler threw; absent where it did not. */
	readonly stack?: string | undefined;
}

/** A delivery as lists show it. */
export interface DeliveryRow {
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	readonly state: DeliveryState;
	/** Tries begun so far. */
	readonly attempts: number;
	readonly dedupeKey: string | undefined;
	readonly orderKey: string | undefined;
	readonly receivedAt: number;
	/** When it may be tried next; undefined where no try is due. */
	readonly dueAt: number | undefined;
	/** When its state last changed. */
	readonly updatedAt: number;
	/** The last failure, or why it is quarantined. After a replay it is `replayed`, with the failure before that. */
	readonly reason: string | undefined;
	/** Bytes of the envelope, and of the body and the answer while those are kept. */
	readonly sizeBytes: number;
	/** True where another of its order key is before it. */
	readonly isBlocked: boolean;
}

/** Returns the bytes that a delivery counts for: its envelope, and its body and its answer while those are kept. */
export function sizeOf({
	envelope,
	body,
	answer,
}: {
	readonly envelope: string;
	readonly body: Uint8Array | undefined;
	readonly answer?: string | undefined;
}): number {
	return (
		Buffer.byteLength(envelope) +
		(body?.byteLength ?? 0) +
		(answer === undefined ? 0 : Buffer.byteLength(answer))
	);
}

/** A delivery whole. */
export interface DeliveryDetail extends DeliveryRow {
	readonly envelope: string;
	/** Undefined once the body was pruned. */
	readonly body: Uint8Array | undefined;
	/** JSON text of the answer that its sender got; absent where there was none, and once the body was pruned. */
	readonly answer?: string | undefined;
	readonly history: readonly Attempt[];
	/** The doubts of the gates, in their order; empty unless it is quarantined. */
	readonly doubts: readonly Doubt[];
}

/** Chooses deliveries; every key narrows. */
export interface DeliveryFilter {
	readonly states?: readonly DeliveryState[];
	readonly route?: string;
	readonly kind?: string;
	readonly dedupeKey?: string;
	readonly orderKey?: string;
	/** Received at or after, milliseconds since the epoch. */
	readonly from?: number;
	/** Received before. */
	readonly to?: number;
}

/** A page of a list, the newest first. */
export interface DeliveryPage {
	readonly rows: readonly DeliveryRow[];
	/** The cursor for the next call; undefined at the end. */
	readonly next: string | undefined;
}

/** Chooses the deliveries that a command works on. */
export type Selection =
	| { readonly ids: readonly string[] }
	| { readonly filter: DeliveryFilter; readonly max: number };

/** Counts over the whole inbox. */
export interface InboxStats {
	readonly byState: Readonly<Record<DeliveryState, number>>;
	readonly byRoute: readonly {
		readonly route: string;
		readonly state: DeliveryState;
		readonly count: number;
	}[];
	/** When the oldest unfinished delivery was received; undefined where there is none. */
	readonly oldestUnfinishedAt: number | undefined;
	/** Bytes that the engine takes on disk. */
	readonly sizeBytes: number;
	/** The quarantine, by its budgets. */
	readonly quarantine: Readonly<Record<Budget, Amount>>;
}

/** The retention that `prune` applies. */
export interface PruneRules {
	/** Milliseconds that a delivered one is kept. */
	readonly deliveredMs: number;
	readonly deadMs: number;
	/** Milliseconds that the body of a delivered one is kept, where that is shorter. */
	readonly bodyMs: number | undefined;
	/** Deliveries removed at most in one call. */
	readonly max: number;
}

/** A record of an export: a whole delivery, which is one line of JSON. */
export interface ExportedDelivery extends DeliveryDetail {
	readonly body: Uint8Array | undefined;
}
