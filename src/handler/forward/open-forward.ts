import { HookError } from "../../errors.ts";
import type { HookEvent, Mode, Reply } from "../../event/webhook.ts";
import { isHeard, type ReplyRule } from "../../kind/kind.ts";
import { RetryLater } from "../../plugin/steer.ts";
import type { Deadline, Handler } from "../handler.ts";
import { toUnwritten, withoutRest } from "../outcome.ts";
import { attempt, type ForwardParts } from "./attempt.ts";
import type { Origins, UsedUpstream } from "./origins.ts";
import type { UrlWriter, WrittenUrl } from "./url-writer.ts";

/** The parts of a handler whose events go to different hosts. */
export interface OpenForwardInit {
	readonly heard: OpenParts;
	/** The parts for an event whose answer does not matter. */
	readonly unheard: OpenParts;
	readonly rule: ReplyRule;
	readonly url: UrlWriter;
	readonly origins: Origins;
	readonly readsHeaders: readonly string[];
}

/** The parts of an attempt, without those that the URL decides on. */
export type OpenParts = Omit<ForwardParts, "upstream">;

/** Sends each event to the host that its URL names, with a circuit for each host. */
export class OpenForwardHandler implements Handler {
	readonly failureCode = "UPSTREAM_FAILED";
	readonly readsHeaders: readonly string[];
	readonly #init: OpenForwardInit;

	constructor(init: OpenForwardInit) {
		this.#init = init;
		this.readsHeaders = init.readsHeaders;
	}

	handle(event: HookEvent, deadline: Deadline): Promise<Reply | undefined> {
		const { heard, unheard, rule, url, origins } = this.#init;
		const parts = isHeard(rule, event.payload) ? heard : unheard;
		const { mode, write } = parts;
		let written: WrittenUrl;
		let used: UsedUpstream | undefined;
		try {
			written = url(event);
			used = origins.take(written.origin);
		} catch (error) {
			throw mode === "reply" ? error : toUnwritten(error);
		}
		if (used === undefined) throw toBusy(mode);
		const { upstream, release } = used;
		const { path } = written;
		const one: ForwardParts = {
			...parts,
			upstream,
			write: (other, now) => write(other, now, path),
			isOneOfMany: true,
		};
		try {
			return attempt(one, event, deadline).finally(release);
		} catch (error) {
			release();
			throw error instanceof Error ? withoutRest(error) : error;
		}
	}

	close(): Promise<void> {
		return this.#init.origins.close();
	}
}

// --- helpers ---

const BUSY_MS = 1000;

function toBusy(mode: Mode): Error {
	const why = "too many other hosts are in use at the moment";
	return mode === "reply"
		? new HookError("UPSTREAM_FAILED", why)
		: new RetryLater(why, BUSY_MS, { uncounted: true, restMs: 0 });
}
