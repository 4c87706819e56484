import { type ErrorCode, HookError } from "../../errors.ts";
import { isAmong } from "../../event/status-range.ts";
import type { HookEvent, Mode, Reply } from "../../event/webhook.ts";
import { withAside } from "../../observe/private-text.ts";
import { parseRetryAfter } from "../../plugin/retry-after.ts";
import type { Pass, Sign } from "../circuit.ts";
import { describeFault } from "../fault.ts";
import type { Deadline } from "../handler.ts";
import {
	describeRest,
	type FailedAttempt,
	isTimeout,
	toResting,
	toRetry,
	toUnwritten,
	withoutRest,
} from "../outcome.ts";
import { type AnswerReader, describeAnswer } from "./answer.ts";
import { isEgressDenied } from "./egress.ts";
import {
	type Ending,
	type ExchangeOptions,
	exchange,
	type OutgoingRequest,
	type UpstreamAnswer,
	type Want,
} from "./exchange.ts";
import { blameFor } from "./fault.ts";
import { createHiding } from "./hiding.ts";
import type { RequestWriter } from "./request.ts";
import type { ForwardSettings } from "./settings.ts";
import type { Upstream } from "./upstream.ts";

/** The parts of a forwarding handler. */
export interface ForwardParts {
	readonly settings: ForwardSettings;
	readonly upstream: Upstream;
	readonly write: RequestWriter;
	/** In reply mode the sender waits for the outcome, so there is no retry. */
	readonly mode: Mode;
	/** Undefined if the content of the answer does not matter, only whether the upstream took the event. */
	readonly read: AnswerReader | undefined;
	/** Returns how much of an answer is needed, by its status. */
	readonly want: (status: number) => Want;
	readonly now: () => number;
	/** True if the route sends to other services, too, so that it does not rest with this one. Default false. */
	readonly isOneOfMany?: boolean;
}

/** Sends one event to the upstream, unless its circuit is open. Throws what the event fails with then. */
export function attempt(
	parts: ForwardParts,
	event: HookEvent,
	deadline: Deadline,
): Promise<Reply | undefined> {
	const { upstream, mode } = parts;
	const pass = upstream.circuit.enter(event.id, event.isOwn);
	if (typeof pass !== "number")
		return new ForwardAttempt(parts, deadline, pass).send(event);
	const why = describeRest(upstream.name, pass);
	if (mode === "reply") throw new HookError("UPSTREAM_FAILED", why);
	throw toResting(why, pass);
}

// --- helpers ---

/** Sends one event to the upstream. It settles within the deadline, and then returns its pass. */
class ForwardAttempt implements ExchangeOptions {
	readonly deadline: Deadline;
	readonly dueMs: number;
	readonly want: (status: number) => Want;
	readonly #parts: ForwardParts;
	readonly #pass: Pass;
	readonly #nowMs: number;
	readonly #timeoutMs: number;
	#request: OutgoingRequest | undefined;
	#isAgain = false;
	/** True for a probe that found the upstream down. The probe served all events, so it does not count as an attempt of this one. */
	#isLostProbe = false;
	#resolve: (reply: Reply | undefined) => void = unset;
	#reject: (error: unknown) => void = unset;

	constructor(parts: ForwardParts, deadline: Deadline, pass: Pass) {
		const { timeoutMs } = parts.settings;
		this.#parts = parts;
		this.deadline = deadline;
		this.want = parts.want;
		this.#pass = pass;
		this.#timeoutMs = Math.min(timeoutMs ?? Infinity, deadline.timeoutMs);
		this.#nowMs = performance.now();
		this.dueMs = this.#nowMs + this.#timeoutMs;
		deadline.isKept = true;
	}

	/** Sends the event. Called once. */
	send(event: HookEvent): Promise<Reply | undefined> {
		return new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
			const { upstream, write, now } = this.#parts;
			try {
				this.#request = write(event, now());
				exchange(upstream, this.#request, this, this.#nowMs);
			} catch (error) {
				this.#pass.end("nothing");
				reject(this.#parts.mode === "reply" ? error : toUnwritten(error));
			}
		});
	}

	done(ending: Ending): void {
		const request = this.#request;
		if (request === undefined) return;
		if (ending.as === "fault" && ending.isUnanswered && !this.#isAgain) {
			this.#isAgain = true;
			// Undici may still use the connection. The event's id stays the same, so that a service which took the event after all
			// can recognise it.
			// which took it after all can tell.
			queueMicrotask(() =>
				exchange(this.#parts.upstream, request, this, performance.now()),
			);
			return;
		}
		const sign = toSign(ending, this.#parts.settings);
		this.#pass.end(sign, sign === "alive" ? "" : this.#why(ending));
		this.#isLostProbe = this.#pass.isProbe && sign === "failing";
		try {
			this.#resolve(this.#read(ending, request));
		} catch (error) {
			this.#reject(error);
		}
	}

	/** Describes the failure without any part of the answer's body, which may contain personal text. */
	#why(ending: Ending): string {
		switch (ending.as) {
			case "answer":
				return `answered ${ending.answer.status}`;
			case "fault":
				return describeFault(ending.error);
			case "late":
			case "aborted":
				return `did not answer within ${this.#timeoutMs} ms`;
		}
	}

	#read(ending: Ending, { method }: OutgoingRequest): Reply | undefined {
		const { settings, upstream, read } = this.#parts;
		const isTaken =
			ending.as === "answer" &&
			isAmong(ending.answer.status, settings.successStatus);
		if (isTaken && read === undefined) return undefined;
		const call = `${method} ${upstream.name}`;
		switch (ending.as) {
			case "answer":
				if (!isTaken || read === undefined)
					throw this.#toError(this.#refused(ending.answer, call));
				if (ending.answer.isWhole) return read(ending.answer);
				throw this.#toError({
					why: `${call} answered more than \`maxBody\` allows, ${settings.maxBodyBytes} bytes`,
					isFinal: true,
				});
			case "late":
				throw this.#toError({ why: `${call} ${this.#why(ending)}` });
			case "aborted":
				// The route's own timeout has passed, or the router is stopping.
				if (isTimeout(ending.reason)) {
					if (!this.#isLostProbe) throw ending.reason;
					throw this.#toError({ why: `${call} ${this.#why(ending)}` });
				}
				throw this.#toError({
					why: `${call} was broken off, as the router stops`,
					uncounted: true,
					cause: ending.reason,
				});
			case "fault":
				throw this.#toError({
					why: `${call}: ${describeFault(ending.error)}`,
					isFinal: blameFor(ending.error) === "request",
					code: isEgressDenied(ending.error) ? "EGRESS_DENIED" : undefined,
					uncounted: blameFor(ending.error) === "router",
					cause: ending.error,
				});
		}
	}

	#refused(answer: UpstreamAnswer, call: string): Failure {
		const { settings, now } = this.#parts;
		const { text, said } = describeAnswer(answer, createHiding(settings));
		const why = `${call} ${text}`;
		if (!isAmong(answer.status, settings.retryStatus)) {
			return { why, said, isFinal: true };
		}
		const afterMs = parseRetryAfter(answer.headers["retry-after"], now());
		return { why, said, afterMs };
	}

	/** In reply mode the sender waits, so there is no retry. */
	#toError(failure: Failure): Error {
		return withAside(this.#errorOf(failure), failure.said ?? "");
	}

	#errorOf(failure: Failure): Error {
		const { mode, upstream, isOneOfMany } = this.#parts;
		const { why, code, cause } = failure;
		if (mode === "reply") {
			return new HookError(code ?? "UPSTREAM_FAILED", why, { cause });
		}
		const coded =
			code === undefined ? failure : { ...failure, why: `${code}: ${why}` };
		const retry = toRetry(coded, upstream.circuit, this.#isLostProbe);
		return isOneOfMany ? withoutRest(retry) : retry;
	}
}

interface Failure extends FailedAttempt {
	/** The part of the reason that comes from the upstream. For an operator who asks for it, not for a log. */
	readonly said?: string;
	/** Default UPSTREAM_FAILED. */
	readonly code?: ErrorCode | undefined;
}

/** Statuses that mean that the upstream is unavailable. Any other status, even a 500, concerns only the event. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);

function toSign(ending: Ending, { successStatus }: ForwardSettings): Sign {
	switch (ending.as) {
		case "answer": {
			const { status } = ending.answer;
			const isAway = AWAY.has(status) && !isAmong(status, successStatus);
			return isAway ? "failing" : "alive";
		}
		case "fault":
			return blameFor(ending.error) === "upstream" ? "failing" : "nothing";
		case "late":
			return "failing";
		case "aborted":
			return isTimeout(ending.reason) ? "failing" : "nothing";
	}
}

function unset(): void {}
