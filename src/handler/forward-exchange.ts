import type { IncomingHttpHeaders } from "node:http";
import { type Dispatcher, errors } from "undici";

/** A request as it is sent; names and values of headers stand in turn. */
export interface OutgoingRequest {
	readonly method: string;
	/** The path with the query. */
	readonly path: string;
	readonly headers: string[];
	readonly body: Uint8Array | string | undefined;
}

/** What an upstream answered. */
export interface UpstreamAnswer {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
	/** False where the body is longer than was asked for, or broke off. */
	readonly isWhole: boolean;
}

/** How an exchange ended. */
export type Ending =
	| { readonly as: "answer"; readonly answer: UpstreamAnswer }
	/** The connection failed; `isUnanswered` where it had served before and not a byte came back this time. */
	| {
			readonly as: "fault";
			readonly error: Error;
			readonly isUnanswered: boolean;
	  }
	/** No answer within the time. */
	| { readonly as: "late" }
	/** The signal aborted. */
	| { readonly as: "aborted"; readonly reason: unknown };

/** How much of a body is wanted. */
export interface Want {
	/** 0 ends the exchange at the status: what follows is thrown away. */
	readonly bytes: number;
	/** True where a body that breaks off is a fault; else what came of it is enough. */
	readonly isNeeded: boolean;
}

export interface ExchangeOptions {
	/** Milliseconds for all of it: waiting for a connection, sending, the answer with its body. */
	readonly timeoutMs: number;
	readonly signal: AbortSignal;
	/** Told by the answer's status. */
	want(status: number): Want;
}

/**
 * Sends a request and resolves with how that ended; it never rejects. What is left of a body is read to
 * its end, so that the connection can be used again, but for no longer than the exchange may take and at
 * most 256 KiB.
 */
export function exchange(
	upstream: Pick<Dispatcher, "dispatch">,
	request: OutgoingRequest,
	options: ExchangeOptions,
): Promise<Ending> {
	if (options.signal.aborted) {
		return Promise.resolve({ as: "aborted", reason: options.signal.reason });
	}
	return new Promise((resolve) => {
		const { method, path, headers, body } = request;
		const receiver = new Receiver(options, resolve);
		upstream.dispatch(
			{
				method: method as Dispatcher.HttpMethod,
				path,
				headers,
				// An empty view of a larger buffer would count as a body.
				body: body === undefined || body.length === 0 ? null : body,
			},
			receiver,
		);
	});
}

// --- helpers ---

/** What may be read of a body that nobody wants. */
const DRAIN_BYTES = 256 * 1024;

const NOTHING = Buffer.alloc(0);
const ABORTED = new errors.RequestAbortedError("the exchange is over");

/** Takes one answer. Its timer runs until undici has let go of the connection or it was destroyed. */
class Receiver implements Dispatcher.DispatchHandler {
	readonly #options: ExchangeOptions;
	#resolve: ((ending: Ending) => void) | undefined;
	#controller: Dispatcher.DispatchController | undefined;
	readonly #timer: NodeJS.Timeout;
	#isOver = false;
	#status: number | undefined;
	#headers: IncomingHttpHeaders = {};
	#want: Want = { bytes: 0, isNeeded: true };
	readonly #chunks: Buffer[] = [];
	#length = 0;
	#left = DRAIN_BYTES;

	constructor(options: ExchangeOptions, resolve: (ending: Ending) => void) {
		this.#options = options;
		this.#resolve = resolve;
		this.#timer = setTimeout(this.#onTimeout, options.timeoutMs);
		options.signal.addEventListener("abort", this.#onAbort);
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.#controller = controller;
		// It waited for a connection longer than it had time.
		if (this.#isOver) controller.abort(ABORTED);
	}

	onResponseStart(
		_controller: Dispatcher.DispatchController,
		status: number,
		headers: IncomingHttpHeaders,
	): void {
		// Interim answers (RFC 9110 section 15.2) are none.
		if (status < 200) return;
		this.#status = status;
		this.#headers = headers;
		this.#want = this.#options.want(status);
		if (this.#want.bytes === 0) this.#finish(false);
	}

	onResponseData(
		controller: Dispatcher.DispatchController,
		chunk: Buffer,
	): void {
		if (this.#resolve === undefined) {
			this.#left -= chunk.length;
			if (this.#left < 0) this.#breakOff(controller);
			return;
		}
		const room = this.#want.bytes - this.#length;
		this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
		this.#length += Math.min(chunk.length, room);
		if (chunk.length > room) this.#finish(false);
	}

	onResponseEnd(): void {
		this.#finish(true);
		this.#release();
	}

	onResponseError(
		_controller: Dispatcher.DispatchController,
		error: Error,
	): void {
		if (this.#status !== undefined && !this.#want.isNeeded) this.#finish(false);
		else {
			const isUnanswered = this.#status === undefined && isWorn(error);
			this.#settle({ as: "fault", error, isUnanswered });
		}
		this.#release();
	}

	readonly #onTimeout = (): void => {
		if (this.#status !== undefined && !this.#want.isNeeded) this.#finish(false);
		else this.#settle({ as: "late" });
		this.#breakOff(this.#controller);
	};

	readonly #onAbort = (): void => {
		this.#settle({ as: "aborted", reason: this.#options.signal.reason });
		this.#breakOff(this.#controller);
	};

	/** Hands over what came; what is left of the body is read under the same timer. */
	#finish(isWhole: boolean): void {
		if (this.#resolve === undefined || this.#status === undefined) return;
		const body =
			this.#chunks.length === 0 ? NOTHING : Buffer.concat(this.#chunks);
		const { status, headers } = {
			status: this.#status,
			headers: this.#headers,
		};
		this.#settle({
			as: "answer",
			answer: { status, headers, body, isWhole },
		});
	}

	#settle(ending: Ending): void {
		const resolve = this.#resolve;
		this.#resolve = undefined;
		this.#options.signal.removeEventListener("abort", this.#onAbort);
		resolve?.(ending);
	}

	#release(): void {
		this.#isOver = true;
		clearTimeout(this.#timer);
	}

	#breakOff(controller: Dispatcher.DispatchController | undefined): void {
		this.#release();
		controller?.abort(ABORTED);
	}
}

/**
 * True where a kept connection was closed from the other side just as it was used again, which no
 * client can foresee.
 */
function isWorn(error: Error): boolean {
	return (
		error instanceof errors.SocketError && (error.socket?.bytesRead ?? 0) > 0
	);
}
