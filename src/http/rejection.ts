/** A connection or a request that was turned away before a route was looked for. */
export interface Rejection {
	/** The socket's other end; undefined where it cannot be told. */
	readonly peer: string | undefined;
	/** Holds the status of the answer; undefined where the connection was closed without one. */
	readonly status: number | undefined;
	/** `CODE: sentence`, or a sentence. */
	readonly reason: string;
	readonly severity: "warn" | "info" | "debug";
}

/** Is told of every rejection; MUST NOT throw. */
export type OnRejection = (rejection: Rejection) => void;
