import { HookError } from "../../errors.ts";
import type { HookEvent, Reply } from "../../event/webhook.ts";
import type { Caution } from "../../inbox/worker/work.ts";
import { isHeard, type ReplyRule } from "../../kind/kind.ts";
import { RetryLater } from "../../plugin/steer.ts";
import type { Deadline, Handler } from "../handler.ts";
import { isAmong, REASON_BYTES } from "./answer.ts";
import { ForwardAttempt, type ForwardParts } from "./attempt.ts";
import type { Want } from "./exchange.ts";

/** Sends each event to one upstream, and reads from the answer what became of it. */
export class ForwardHandler implements Handler {
	readonly readsHeaders: readonly string[];
	readonly #parts: ForwardParts;
	readonly #unheard: ForwardParts;
	readonly #rule: ReplyRule;

	constructor(parts: Omit<ForwardParts, "want">, rule: ReplyRule) {
		this.#parts = { ...parts, want: createWant(parts) };
		const unheard = { ...parts, read: undefined };
		this.#unheard = { ...unheard, want: createWant(unheard) };
		this.#rule = rule;
		this.readsHeaders = parts.settings.copyHeaders ?? [];
	}

	caution(): Caution | undefined {
		return this.#parts.upstream.circuit.caution();
	}

	handle(event: HookEvent, deadline: Deadline): Promise<Reply | undefined> {
		const parts = isHeard(this.#rule, event.payload)
			? this.#parts
			: this.#unheard;
		const { upstream, mode } = parts;
		const pass = upstream.circuit.enter(event.id);
		if (typeof pass !== "number")
			return new ForwardAttempt(parts, deadline, pass).send(event);
		const why = `${upstream.name} fails again and again: it is not tried for another ${pass} ms`;
		if (mode === "reply") throw new HookError("UPSTREAM_FAILED", why);
		throw new RetryLater(why, undefined, {
			uncounted: true,
			restMs: pass,
		});
	}

	close(): Promise<void> {
		return this.#parts.upstream.close();
	}
}

// --- helpers ---

const REASON: Want = { bytes: REASON_BYTES, isNeeded: false };
const NOTHING: Want = { bytes: 0, isNeeded: false };

function createWant({ settings, read }: Omit<ForwardParts, "want">) {
	const { successStatus, maxBodyBytes } = settings;
	const taken: Want =
		read === undefined ? NOTHING : { bytes: maxBodyBytes, isNeeded: true };
	return (status: number): Want =>
		isAmong(status, successStatus) ? taken : REASON;
}
