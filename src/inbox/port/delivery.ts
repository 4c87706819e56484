import type { ErrorCode } from "../../errors.ts";
import type { Budget, Doubt } from "./doubt.ts";

/** The states of a delivery. A delivery behind an earlier one with its order key is also `received` or `waiting`. */
export const DELIVERY_STATES = [
	"received",
	"leased",
	"waiting",
	"delivered",
	"dead",
	"quarantined",
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A number of deliveries, and the size of their envelopes and bodies in bytes. */
export interface Amount {
	readonly count: number;
	readonly bytes: number;
}

/** One past attempt. */
export interface Attempt {
	readonly attempt: number;
	readonly startedAt: number;
	readonly durationMs: number;
	readonly outcome: "delivered" | "waiting" | "dead";
	/** Undefined for a success. */
	readonly reason: string | undefined;
	/** The stack of the handler's error. Absent if there was none. */
	readonly stack?: string | undefined;
}

/** The things that people do with a stored delivery, and that stay in its history. */
export const ACTIONS = [
	"replayed",
	"released",
	"copied",
	"edited",
	"redacted",
] as const;
export type ActionName = (typeof ACTIONS)[number];

/** Who does something with a delivery, and why. */
export interface Note {
	/** The user of a command, or the name of a token. */
	readonly actor: string | undefined;
	readonly reason: string | undefined;
}

/** A delivery that somebody dropped. Nothing else is left of it. */
export interface Dropped extends Note {
	readonly id: string;
	readonly route: string;
	/** Milliseconds since the epoch. */
	readonly at: number;
}

/** The latest dropped deliveries that are remembered. */
export const DROPPED_MAX = 10_000;

/** One thing that somebody did with a delivery. */
export interface Action extends Note {
	readonly action: ActionName;
	/** Milliseconds since the epoch. */
	readonly at: number;
}

/** A delivery as lists show it. */
export interface DeliveryRow {
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	readonly state: DeliveryState;
	/** The number of attempts so far. */
	readonly attempts: number;
	readonly dedupeKey: string | undefined;
	readonly orderKey: string | undefined;
	readonly receivedAt: number;
	/** The time of the next attempt. Undefined if none is due. */
	readonly dueAt: number | undefined;
	/** The time of the last change of state. */
	readonly updatedAt: number;
	/** The last failure, or the reason of the quarantine. After a replay it is `replayed`, followed by the failure before that. */
	readonly reason: string | undefined;
	/** The bytes of the envelope, and of the body and the answer while they are stored. */
	readonly sizeBytes: number;
	/** True if an earlier delivery with its order key is unfinished. */
	readonly isBlocked: boolean;
}

/** Returns the size of a delivery in bytes: its envelope, and its body and answer while they are stored. */
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

/** A delivery with all its parts. */
export interface DeliveryDetail extends DeliveryRow {
	readonly envelope: string;
	/** Undefined once the body was pruned. */
	readonly body: Uint8Array | undefined;
	/** The answer that its sender got, as JSON text. Absent if there was none, and after the body was pruned. */
	readonly answer?: string | undefined;
	readonly history: readonly Attempt[];
	/** The doubts of the gates, in their order. Empty unless it is quarantined. */
	readonly doubts: readonly Doubt[];
	/** The things that people did with it, oldest first. Absent if there were none. */
	readonly actions?: readonly Action[];
}

/** A delivery with its content, but without its history. */
export interface DeliveryContent extends DeliveryRow {
	readonly envelope: string;
	/** Undefined once the body was pruned. */
	readonly body: Uint8Array | undefined;
	/** The answer that its sender got, as JSON text. */
	readonly answer: string | undefined;
	/** The cursor with which a scan or a list continues after it. */
	readonly cursor: string;
}

/**
 * The result of the last attempt: `delivered`, `failed` (it waits for another, or is dead), or `untried`. Or the error code of
 * its failure.
 */
export type DeliveryOutcome = "delivered" | "failed" | "untried" | ErrorCode;

/** Selects deliveries. Each key narrows the selection. */
export interface DeliveryFilter {
	readonly states?: readonly DeliveryState[];
	readonly route?: string;
	/** Any of these routes. */
	readonly routes?: readonly string[];
	readonly kind?: string;
	readonly outcome?: DeliveryOutcome;
	readonly dedupeKey?: string;
	readonly orderKey?: string;
	/** Received at or after, milliseconds since the epoch. */
	readonly from?: number;
	/** Received before. */
	readonly to?: number;
}

/** A page of a list, newest first. */
export interface DeliveryPage {
	readonly rows: readonly DeliveryRow[];
	/** The cursor for the next call; undefined at the end. */
	readonly next: string | undefined;
}

/** A part of a scan, newest first. It may be empty and still have a next part. */
export interface ContentPage {
	readonly rows: readonly DeliveryContent[];
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
	/** The arrival of the oldest unfinished delivery. Undefined if there is none. */
	readonly oldestUnfinishedAt: number | undefined;
	/** The arrival of the oldest unfinished delivery of each route that has one. */
	readonly oldestByRoute: readonly {
		readonly route: string;
		readonly at: number;
	}[];
	/** The bytes that the engine uses on disk. */
	readonly sizeBytes: number;
	/** The quarantine, by its budgets. */
	readonly quarantine: Readonly<Record<Budget, Amount>>;
}

/** The retention that `prune` applies. */
export interface PruneRules {
	/** The milliseconds for which a delivered one is stored. */
	readonly deliveredMs: number;
	readonly deadMs: number;
	/** The milliseconds for which the body of a delivered one is stored, if that is shorter. */
	readonly bodyMs: number | undefined;
	/** The maximum number of deliveries that one call removes. */
	readonly max: number;
}

/** A record of an export: a complete delivery, as one line of JSON. */
export interface ExportedDelivery extends DeliveryDetail {
	readonly body: Uint8Array | undefined;
}
