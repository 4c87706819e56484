import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { once } from "../../memo.ts";
import type { Deadline } from "../handler.ts";
import { loadClient } from "./client.ts";
import type { Upstream } from "./upstream.ts";
import type { Watch, Watched } from "./watch.ts";

/** A request as it is sent; names and values of headers stand in turn. */
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
	/** When all of it is over, by `performance.now`: waiting for a connection, sending, the answer with its body. */
	readonly dueMs: number;
	readonly deadline: Pick<Deadline, "abortReason">;
	/** Told by the answer's status. */
	want(status: number): Want;
	/** Called once, perhaps before `exchange` returns; MUST NOT throw. */
	done(ending: Ending): void;
}

/**
 * Sends a request and tells how that ended; it never throws. What is left of a body is read to its end,
 * so that the connection can be used again, but for no longer than the exchange may take and at most
 * 256 KiB.
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
			// An empty view of a larger buffer would count as a body.
			body: body === undefined || body.length === 0 ? null : body,
		},
		receiver,
	);
}

// --- helpers ---

/** The most that is read of a body that nobody wants. */
const DRAIN_BYTES = 256 * 1024;

const NOTHING = Buffer.alloc(0);
/** Until the status is there. */
const UNKNOWN: Want = { bytes: 0, isNeeded: true };
const aborted = once(() => {
	const { errors } = loadClient();
	return new errors.RequestAbortedError("the exchange is over");
});

/** Takes one answer. It is watched until undici has let go of the connection or that was destroyed. */
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
		// It waited for a connection longer than it had time.
		if (this.#isOver) controller.abort(aborted());
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
		// The handler has its answer, so its abort changes nothing: the rest of the body is read as far as allowed.
		if (this.#isTold) return;
		const reason = this.#options.deadline.abortReason;
		if (reason === undefined) return;
		this.#tell({ as: "aborted", reason });
		this.#breakOff(this.#controller);
	}

	/** Hands over what came; what is left of the body is read in the same time. */
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

/**
 * True where a kept connection was closed from the other side just as it was used again, which no
 * client can foresee.
 */
function isWorn(error: Error): boolean {
	const { errors } = loadClient();
	return (
		error instanceof errors.SocketError && (error.socket?.bytesRead ?? 0) > 0
	);
}
