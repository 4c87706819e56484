import type { HookEvent, Reply } from "../event/webhook.ts";
import type { Caution } from "../inbox/worker/work.ts";
import type { Journal } from "./journal.ts";

/** The time that one handling has. */
export interface Deadline {
	readonly timeoutMs: number;
	/** Aborts at the timeout and at drain. Made when first asked for: most handlers never look. */
	readonly signal: AbortSignal;
	/** The reason of the abort, known without making `signal`; undefined before it. */
	readonly abortReason: unknown;
	/** Set by a handler that settles within `timeoutMs` by itself, and never asks for `signal`: nobody else watches the time then. */
	isKept: boolean;
	/** The writes and events that commit with a success. Made when first asked for. */
	readonly journal: Journal;
}

/**
 * Handles the events of a route. A handler MAY answer at once (no promise): the hot path then has no
 * await. Undefined means that there is nothing to say: an empty 200.
 *
 * A handler MUST throw (or reject with) the error that the log shall show; the pipeline turns it into
 * the fallback or a status. It MUST return only replies that were checked for the route's kind.
 */
export interface Handler {
	handle(
		event: HookEvent,
		deadline: Deadline,
	): Reply | undefined | Promise<Reply | undefined>;
	/**
	 * Says how to try events while the service behind is known to fail; undefined means as usual. The owner of a backlog SHOULD
	 * follow it, because every other try fails at once.
	 */
	caution?(): Caution | undefined;
	/** Names of the routes that it hands on to, as far as it says; they are closed after it. */
	readonly handsOn?: readonly string[];
	/** Names of headers, in lower case, that it reads beside those that every event has. */
	readonly readsHeaders?: readonly string[];
	/** Releases what setup took. Called once. */
	close?(): Promise<void>;
}
