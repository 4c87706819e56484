/** A connection or a request that was turned away before a route was looked for. */
export interface Rejection {
	/** The socket's other end; undefined where it cannot be told. */
	readonly peer: string | undefined;
	/** What was answered; undefined where the connection was closed without a word. */
	readonly status: number | undefined;
	/** `CODE: sentence`, or a sentence. */
	readonly reason: string;
	readonly severity: "warn" | "info" | "debug";
}

/** Is told of every rejection; MUST NOT throw. */
export type OnRejection = (rejection: Rejection) => void;
