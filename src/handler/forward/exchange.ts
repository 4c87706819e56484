import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { once } from "../../memo.ts";
import type { Deadline } from "../handler.ts";
import type { Watch, Watched } from "../watch.ts";
import { loadClient } from "./client.ts";
import type { Upstream } from "./upstream.ts";

/** A request as it is sent. Names and values of headers alternate. */
export interface OutgoingRequest {
	readonly method: string;
	/** The path with the query. */
	readonly path: string;
	readonly headers: string[];
	readonly body: Uint8Array | string | undefined;
}

/** The answer of an upstream. */
export interface UpstreamAnswer {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
	/** False if the body is longer than requested or was interrupted. */
	readonly isWhole: boolean;
}

/** The result of an exchange. */
export type Ending =
	| { readonly as: "answer"; readonly answer: UpstreamAnswer }
	/** The connection failed. `isUnanswered` if it had been used before and no byte came back this time. */
	| {
			readonly as: "fault";
			readonly error: Error;
			readonly isUnanswered: boolean;
	  }
	/** No answer came within the time limit. */
	| { readonly as: "late" }
	/** The signal aborted. */
	| { readonly as: "aborted"; readonly reason: unknown };

/** Says how much of a body is needed. */
export interface Want {
	/** 0 ends the exchange at the status, and the rest is discarded. */
	readonly bytes: number;
	/** True if an interrupted body is a fault. Otherwise its received part is enough. */
	readonly isNeeded: boolean;
}

export interface ExchangeOptions {
	/** The deadline by `performance.now` for the whole exchange: waiting for a connection, sending, and the answer with its body. */
	readonly dueMs: number;
	readonly deadline: Pick<Deadline, "abortReason">;
	/** Returns the part to read, by the answer's status. */
	want(status: number): Want;
	/** Called once, possibly before `exchange` returns. MUST NOT throw. */
	done(ending: Ending): void;
}

/**
 * Sends a request and reports the result. Never throws. Reads the rest of a body to its end, so that the connection can be
 * reused, but not after the exchange's deadline and at most 256 KiB.
 *
 * @param nowMs `performance.now`
 */
export function exchange(
	{ pool, watch }: Pick<Upstream, "pool" | "watch">,
	{ method, path, headers, body }: OutgoingRequest,
	options: ExchangeOptions,
	nowMs: number,
): void {
	const reason = options.deadline.abortReason;
	if (reason !== undefined) {
		options.done({ as: "aborted", reason });
		return;
	}
	const receiver = new Receiver(options, watch);
	watch.add(receiver, nowMs);
	pool.dispatch(
		{
			method: method as Dispatcher.HttpMethod,
			path,
			headers,
			// Undici would treat an empty view of a larger buffer as a body.
			body: body === undefined || body.length === 0 ? null : body,
		},
		receiver,
	);
}

// --- helpers ---

/** The most bytes to read of an unused body. */
const DRAIN_BYTES = 256 * 1024;

const NOTHING = Buffer.alloc(0);
/** The state until the status arrives. */
const UNKNOWN: Want = { bytes: 0, isNeeded: true };
const aborted = once(() => {
	const { errors } = loadClient();
	return new errors.RequestAbortedError("the exchange is over");
});

/** Receives one answer. It is watched until undici has released the connection or the connection was destroyed. */
class Receiver implements Dispatcher.DispatchHandler, Watched {
	readonly dueMs: number;
	readonly #options: ExchangeOptions;
	readonly #watch: Watch;
	#controller: Dispatcher.DispatchController | undefined;
	#isTold = false;
	#isOver = false;
	#status: number | undefined;
	#headers: IncomingHttpHeaders | undefined;
	#want = UNKNOWN;
	#chunks: Buffer[] | undefined;
	#length = 0;
	#left = DRAIN_BYTES;

	constructor(options: ExchangeOptions, watch: Watch) {
		this.dueMs = options.dueMs;
		this.#options = options;
		this.#watch = watch;
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.#controller = controller;
		// It waited longer for a connection than its deadline allows.
		if (this.#isOver) controller.abort(aborted());
	}

	onResponseStart(
		_controller: Dispatcher.DispatchController,
		status: number,
		headers: IncomingHttpHeaders,
	): void {
		// Skips interim answers (RFC 9110 section 15.2).
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
		if (this.#isTold) {
			this.#left -= chunk.length;
			if (this.#left < 0) this.#breakOff(controller);
			return;
		}
		const room = this.#want.bytes - this.#length;
		this.#chunks ??= [];
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
			this.#tell({ as: "fault", error, isUnanswered });
		}
		this.#release();
	}

	look(nowMs: number): void {
		if (nowMs >= this.dueMs) {
			if (this.#status !== undefined && !this.#want.isNeeded)
				this.#finish(false);
			else this.#tell({ as: "late" });
			this.#breakOff(this.#controller);
			return;
		}
		// The handler has its answer, so its abort changes nothing. The rest of the body is read as far as allowed.
		if (this.#isTold) return;
		const reason = this.#options.deadline.abortReason;
		if (reason === undefined) return;
		this.#tell({ as: "aborted", reason });
		this.#breakOff(this.#controller);
	}

	/** Returns the received part. The rest of the body is read within the same deadline. */
	#finish(isWhole: boolean): void {
		const status = this.#status;
		const headers = this.#headers;
		if (this.#isTold || status === undefined || headers === undefined) return;
		const body =
			this.#chunks === undefined ? NOTHING : Buffer.concat(this.#chunks);
		this.#tell({ as: "answer", answer: { status, headers, body, isWhole } });
	}

	#tell(ending: Ending): void {
		if (this.#isTold) return;
		this.#isTold = true;
		this.#options.done(ending);
	}

	#release(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.#watch.delete(this);
	}

	#breakOff(controller: Dispatcher.DispatchController | undefined): void {
		this.#release();
		controller?.abort(aborted());
	}
}

/** Returns true if the other side closed an idle connection just as it was reused. No client can foresee that. */
function isWorn(error: Error): boolean {
	const { errors } = loadClient();
	return (
		error instanceof errors.SocketError && (error.socket?.bytesRead ?? 0) > 0
	);
}
