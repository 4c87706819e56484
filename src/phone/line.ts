import type { Encoding, Payload } from "../event/webhook.ts";

/** A webhook as the phone makes it. The line encodes and signs it. */
export interface LineWebhook {
	readonly method: string;
	readonly path: string;
	/** The query that is part of the URL, without `?`. */
	readonly query: string;
	/** Undefined for a download, such as the audio of `stream`. */
	readonly payload: Payload | undefined;
	readonly encoding: Encoding;
	/** The most bytes of the answer. Default no limit. */
	readonly maxBytes?: number;
}

/** An answer that is longer than its limit. */
export class AnswerTooLong extends Error {
	override readonly name = "AnswerTooLong";

	constructor(maxBytes: number) {
		super(`The answer has more than ${maxBytes} bytes.`);
	}
}

/** The answer of the router, and the outcome of the webhook. */
export interface LineAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Uint8Array;
	/** Milliseconds until the last byte. */
	readonly ms: number;
	/** In the log's words. */
	readonly outcome: string;
	readonly route?: string | undefined;
	/** The event's id, as in the inbox. */
	readonly event?: string | undefined;
	readonly error?: string | undefined;
	readonly reason?: string | undefined;
}

/**
 * The line to a router. An implementation MUST send each webhook through all gates, as from a client that the firewall
 * admits, signed if its route wants a signature.
 */
export interface Line {
	/** Rejects without an answer, and with AnswerTooLong for one over the limit. */
	send(webhook: LineWebhook): Promise<LineAnswer>;
}
