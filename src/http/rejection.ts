import type { ErrorCode } from "../errors.ts";

/** A connection or a request that was rejected before routing. */
export interface Rejection {
	/** The peer of the socket. Undefined if it is unknown. */
	readonly peer: string | undefined;
	/** The status of the answer. Undefined if the connection was closed without one. */
	readonly status: number | undefined;
	/** Undefined if the connection was closed because of its peer, or because of a limit. */
	readonly code?: ErrorCode;
	/** `CODE: sentence`, or a sentence. */
	readonly reason: string;
	readonly severity: "warn" | "info" | "debug";
}

/** Called for every rejection. MUST NOT throw. */
export type OnRejection = (rejection: Rejection) => void;
