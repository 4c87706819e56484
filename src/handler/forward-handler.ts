import type { ForwardSettings } from "../config/forward-settings.ts";
import { HookError } from "../errors.ts";
import type { HookEvent, Reply } from "../event/webhook.ts";
import { giveUp, RetryLater } from "../plugin/steer.ts";
import type { Pass, Sign } from "./circuit.ts";
import {
	type AnswerReader,
	describeAnswer,
	isAmong,
	REASON_BYTES,
	readRetryAfter,
} from "./forward-answer.ts";
import {
	type Ending,
	exchange,
	type OutgoingRequest,
	type UpstreamAnswer,
	type Want,
} from "./forward-exchange.ts";
import { blameFor, describeFault } from "./forward-fault.ts";
import type { RequestWriter } from "./forward-request.ts";
import type { Deadline, Handler } from "./handler.ts";
import type { Upstream } from "./upstream.ts";

/** What a handler that forwards is made of. */
export interface ForwardParts {
	readonly settings: ForwardSettings;
	readonly upstream: Upstream;
	readonly write: RequestWriter;
	/** Undefined in accept mode: nobody hears the answer. */
	readonly read: AnswerReader | undefined;
	readonly now: () => number;
}

/** Sends each event to one upstream, and reads from the answer what became of it. */
export class ForwardHandler implements Handler {
	readonly type = "forward";
	readonly #parts: ForwardParts;

	constructor(parts: ForwardParts) {
		this.#parts = parts;
	}

	pauseMs(): number {
		return this.#parts.upstream.circuit.pauseMs();
	}

	handle(event: HookEvent, deadline: Deadline): Promise<Reply | undefined> {
		const { upstream } = this.#parts;
		const pass = upstream.circuit.enter();
		if (typeof pass !== "number") return this.#send(event, deadline, pass);
		throw this.#toError({
			why: `${upstream.name} fails again and again: it is not tried for another ${pass} ms`,
			afterMs: pass,
			uncounted: true,
		});
	}

	close(): Promise<void> {
		return this.#parts.upstream.close();
	}

	async #send(
		event: HookEvent,
		deadline: Deadline,
		pass: Pass,
	): Promise<Reply | undefined> {
		const { settings, upstream, write, now } = this.#parts;
		let sign: Sign = "nothing";
		try {
			const request = write(event, now());
			const timeoutMs = timeOf(settings, deadline);
			const begun = performance.now();
			const { signal } = deadline;
			const options = { timeoutMs, signal, want: this.#want };
			let ending = await exchange(upstream.pool, request, options);
			if (ending.as === "fault" && ending.isUnanswered) {
				// The event's id stays the same, so that a service which took it after all can tell.
				const leftMs = Math.max(1, timeoutMs - (performance.now() - begun));
				const again = { ...options, timeoutMs: leftMs };
				ending = await exchange(upstream.pool, request, again);
			}
			sign = toSign(ending, settings);
			return this.#finish(ending, request, deadline);
		} finally {
			pass.end(sign);
		}
	}

	readonly #want = (status: number): Want => {
		const { settings, read } = this.#parts;
		if (!isAmong(status, settings.successStatus)) return REASON;
		if (read === undefined) return NOTHING;
		return { bytes: settings.maxBodyBytes, isNeeded: true };
	};

	#finish(
		ending: Ending,
		request: OutgoingRequest,
		deadline: Deadline,
	): Reply | undefined {
		const { settings, upstream, read } = this.#parts;
		const call = `${request.method} ${upstream.name}`;
		switch (ending.as) {
			case "answer":
				if (!isAmong(ending.answer.status, settings.successStatus)) {
					throw this.#toError(this.#refused(ending.answer, call));
				}
				if (read === undefined) return undefined;
				if (ending.answer.isWhole) return read(ending.answer);
				throw this.#toError({
					why: `${call} answered more than \`maxBody\` allows, ${settings.maxBodyBytes} bytes`,
					isFinal: true,
				});
			case "late":
				throw this.#toError({
					why: `${call} did not answer within ${timeOf(settings, deadline)} ms`,
				});
			case "aborted":
				// Late by the route's own time, or the router stops.
				if (isTimeout(ending.reason)) throw ending.reason;
				throw this.#toError({
					why: `${call} was broken off, as the router stops`,
					uncounted: true,
					cause: ending.reason,
				});
			case "fault":
				throw this.#toError({
					why: `${call}: ${describeFault(ending.error)}`,
					isFinal: blameFor(ending.error) === "request",
					uncounted: blameFor(ending.error) === "router",
					cause: ending.error,
				});
		}
	}

	#refused(answer: UpstreamAnswer, call: string): Failure {
		const { settings, now } = this.#parts;
		const why = `${call} ${describeAnswer(answer)}`;
		if (!isAmong(answer.status, settings.retryStatus)) {
			return { why, isFinal: true };
		}
		const afterMs = readRetryAfter(answer.headers["retry-after"], now());
		return { why, afterMs };
	}

	/** In reply mode somebody waits: there is no later. */
	#toError({ why, isFinal, afterMs, uncounted, cause }: Failure): Error {
		if (this.#parts.read !== undefined) {
			return new HookError("UPSTREAM_FAILED", why, { cause });
		}
		if (isFinal) return giveUp(why);
		return new RetryLater(why, afterMs, {
			uncounted: uncounted ?? false,
			cause,
		});
	}
}

// --- helpers ---

/** Why an attempt failed, and whether another one may succeed. */
interface Failure {
	readonly why: string;
	readonly isFinal?: boolean;
	/** Undefined leaves it to the route's own delays. */
	readonly afterMs?: number | undefined;
	/** True where the upstream was not tried. */
	readonly uncounted?: boolean;
	readonly cause?: unknown;
}

const REASON: Want = { bytes: REASON_BYTES, isNeeded: false };
const NOTHING: Want = { bytes: 0, isNeeded: false };

function timeOf(settings: ForwardSettings, { timeoutMs }: Deadline): number {
	return Math.min(settings.timeoutMs ?? timeoutMs, timeoutMs);
}

function toSign(ending: Ending, { successStatus }: ForwardSettings): Sign {
	switch (ending.as) {
		case "answer": {
			const { status } = ending.answer;
			const isFine = status < 500 || isAmong(status, successStatus);
			return isFine ? "alive" : "failing";
		}
		case "fault":
			return blameFor(ending.error) === "upstream" ? "failing" : "nothing";
		case "late":
			return "failing";
		case "aborted":
			return isTimeout(ending.reason) ? "failing" : "nothing";
	}
}

function isTimeout(reason: unknown): boolean {
	return reason instanceof HookError && reason.code === "HANDLER_TIMEOUT";
}
