import type { ErrorCode } from "../errors.ts";
import type { HookEvent, Reply } from "../event/webhook.ts";
import type { Toll } from "../inbox/port/rate.ts";
import type { Caution } from "../inbox/worker/work.ts";
import type { Journal } from "./journal.ts";

/** The time limit of one handling. */
export interface Deadline {
	readonly timeoutMs: number;
	/** Aborts at the timeout and at drain. Created at its first use, because most handlers never read it. */
	readonly signal: AbortSignal;
	/** The reason of the abort, available without creating `signal`. Undefined before the abort. */
	readonly abortReason: unknown;
	/** Set by a handler that always settles within `timeoutMs` and never reads `signal`. Then there is no timer for it. */
	isKept: boolean;
	/** The writes and events that commit with a success. Created at its first use. */
	readonly journal: Journal;
}

/** How a service fetches the events of a route. */
export interface PullTerms {
	readonly tokens: readonly PullToken[];
	/** The milliseconds that a service has for an event. */
	readonly leaseMs: number;
}

/** A token of the services of a route. The token itself is nowhere in the settings. */
export interface PullToken {
	/** For the log. */
	readonly name: string;
	/** The SHA-256 of the token in lower-case hexadecimal. */
	readonly sha256: string;
}

/**
 * Handles the events of a route. A handler MAY answer synchronously (without a promise), which keeps the hot path free of
 * await. Undefined means an empty 200.
 *
 * A handler MUST throw (or reject with) the error that the log should show. The pipeline turns it into the fallback or a
 * status. It MUST only return replies that were checked for the route's kind.
 */
export interface Handler {
	handle(
		event: HookEvent,
		deadline: Deadline,
	): Reply | undefined | Promise<Reply | undefined>;
	/**
	 * Returns how to try events while the service is known to fail. Undefined means as usual. The owner of a backlog SHOULD
	 * follow it, because every other attempt fails at once.
	 */
	caution?(): Caution | undefined;
	/** The rate of the service that it calls. Undefined for no limit. */
	readonly toll?: Toll | undefined;
	/** The names of the routes that it hands events on to, if it declares them. They are closed after it. */
	readonly handsOn?: readonly string[];
	/** Leaves the events for a service that fetches them: the worker takes none. */
	readonly pull?: PullTerms;
	/** The code of its failures that name none. Default HANDLER_FAILED. */
	readonly failureCode?: ErrorCode;
	/** The names of additional headers, in lower case, that it reads. */
	readonly readsHeaders?: readonly string[];
	/** Releases the resources of setup. Called once. */
	close?(): Promise<void>;
}
