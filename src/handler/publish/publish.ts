import type { HookEvent, Reply } from "../../event/webhook.ts";
import type { Caution } from "../../inbox/worker/work.ts";
import type { Pass, Sign } from "../circuit.ts";
import type { Deadline, Handler } from "../handler.ts";
import {
	describeRest,
	type FailedAttempt,
	isTimeout,
	toResting,
	toRetry,
	toUnwritten,
} from "../outcome.ts";
import type { Watched } from "../watch.ts";
import { BrokerFault } from "./driver.ts";
import type { Link } from "./links.ts";
import type { MessageWriter } from "./message.ts";

/** The parts of the handler of one route. */
export interface PublishParts {
	readonly link: Link;
	readonly write: MessageWriter;
	/** Undefined uses the route's timeout. */
	readonly timeoutMs: number | undefined;
	/** The names of headers that its templates read, in lower case. */
	readonly readsHeaders: readonly string[];
}

/**
 * Sends each event to a broker, and ends when the broker has confirmed that it keeps the message. Throws RetryLater for everything that
 * a retry may change, and GiveUp for a message that no broker takes.
 */
export class PublishHandler implements Handler {
	readonly failureCode = "PUBLISH_FAILED";
	readonly readsHeaders: readonly string[];
	readonly #parts: PublishParts;

	constructor(parts: PublishParts) {
		this.#parts = parts;
		this.readsHeaders = parts.readsHeaders;
	}

	caution(): Caution | undefined {
		return this.#parts.link.circuit.caution();
	}

	handle(event: HookEvent, deadline: Deadline): Promise<Reply | undefined> {
		const { link } = this.#parts;
		const pass = link.circuit.enter(event.id, event.isOwn);
		if (typeof pass === "number")
			throw toResting(describeRest(link.name, pass), pass);
		return new PublishAttempt(this.#parts, deadline, pass).send(event);
	}

	close(): Promise<void> {
		return this.#parts.link.close();
	}
}

// --- helpers ---

/** The result of an attempt. */
type Ending =
	| { readonly as: "kept" }
	| { readonly as: "fault"; readonly fault: BrokerFault }
	| { readonly as: "late" }
	/** The signal aborted. */
	| { readonly as: "aborted"; readonly reason: unknown };

/** Sends one event to the broker. It settles within the deadline, and then returns its pass. */
class PublishAttempt implements Watched {
	readonly dueMs: number;
	readonly #parts: PublishParts;
	readonly #deadline: Deadline;
	readonly #pass: Pass;
	readonly #timeoutMs: number;
	#isOver = false;
	#resolve: (reply: undefined) => void = unset;
	#reject: (error: unknown) => void = unset;

	constructor(parts: PublishParts, deadline: Deadline, pass: Pass) {
		this.#parts = parts;
		this.#deadline = deadline;
		this.#pass = pass;
		this.#timeoutMs = Math.min(parts.timeoutMs ?? Infinity, deadline.timeoutMs);
		this.dueMs = performance.now() + this.#timeoutMs;
		deadline.isKept = true;
	}

	/** Sends the event. Called once. */
	send(event: HookEvent): Promise<undefined> {
		const { link, write } = this.#parts;
		return new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
			let message: ReturnType<MessageWriter>;
			try {
				message = write(event);
			} catch (error) {
				this.#pass.end("nothing");
				reject(this.#toUnwritten(error));
				return;
			}
			link.watch.add(this, performance.now());
			link.send(message, this.#timeoutMs).then(
				() => this.#end({ as: "kept" }),
				(error) => this.#end({ as: "fault", fault: error }),
			);
		});
	}

	look(nowMs: number): void {
		const reason = this.#deadline.abortReason;
		if (nowMs >= this.dueMs) this.#end({ as: "late" });
		else if (reason !== undefined) this.#end({ as: "aborted", reason });
	}

	#end(ending: Ending): void {
		if (this.#isOver) return;
		this.#isOver = true;
		const { link } = this.#parts;
		link.watch.delete(this);
		if (ending.as === "kept") {
			this.#pass.end("alive");
			this.#resolve(undefined);
			return;
		}
		const failed = this.#toFailed(ending);
		const sign = signOf(ending);
		this.#pass.end(sign, failed.why);
		const isLostProbe = this.#pass.isProbe && sign === "failing";
		const why = `${link.name}: ${failed.why}`;
		this.#reject(toRetry({ ...failed, why }, link.circuit, isLostProbe));
	}

	#toFailed(ending: Exclude<Ending, { readonly as: "kept" }>): FailedAttempt {
		switch (ending.as) {
			case "fault":
				return {
					why: ending.fault.message,
					isFinal: ending.fault.isFinal,
					cause: ending.fault,
				};
			case "late":
				return { why: this.#lateness() };
			case "aborted":
				return isTimeout(ending.reason)
					? { why: this.#lateness() }
					: {
							why: "the attempt was broken off, as the router stops",
							uncounted: true,
							cause: ending.reason,
						};
		}
	}

	#lateness(): string {
		const { trouble } = this.#parts.link;
		const why = `no confirmation within ${this.#timeoutMs} ms`;
		return trouble === undefined ? why : `${why}: ${trouble}`;
	}

	#toUnwritten(error: unknown): unknown {
		const { link } = this.#parts;
		return error instanceof BrokerFault
			? toRetry(
					{ why: `${link.name}: ${error.message}`, isFinal: error.isFinal },
					link.circuit,
					false,
				)
			: toUnwritten(error);
	}
}

function signOf(ending: Ending): Sign {
	switch (ending.as) {
		case "kept":
			return "alive";
		case "fault":
			// The broker is there, and the message is bad.
			return ending.fault.isFinal ? "alive" : "failing";
		case "late":
			return "failing";
		case "aborted":
			return isTimeout(ending.reason) ? "failing" : "nothing";
	}
}

function unset(): void {}
