import { HookError } from "../errors.ts";
import { isRecord } from "../event/is-record.ts";
import type { Encoding, Payload } from "../event/webhook.ts";
import type { Kind } from "../kind/kind.ts";
import type { Subject } from "./field.ts";
import { groupBy } from "./group.ts";
import { compileMatcher, type Matcher } from "./match.ts";
import type { Route } from "./route.ts";

/**
 * The routes of one path and method. It uses classes instead of closures: with 10,000 routes, each request uses another
 * one, and every object on the way is another cache miss.
 */
export class Branch<R extends Route> {
	/** The encodings of all kinds of the branch. */
	readonly encodings: readonly Encoding[];
	/** The branch's kinds, in the order in which they are tried. */
	readonly kinds: readonly KindBranch<R>[];
	readonly #only: KindBranch<R> | undefined;

	constructor(routes: readonly R[]) {
		this.kinds = toKinds(routes);
		this.#only = this.kinds.length === 1 ? this.kinds[0] : undefined;
		this.encodings = this.#only?.kind.contentTypes ?? [
			...new Set(this.kinds.flatMap(({ kind }) => kind.contentTypes)),
		];
	}

	/** Finds the kind of a payload. Throws PAYLOAD_UNRECOGNIZED when no kind recognizes it. */
	identify(payload: Payload): KindBranch<R> {
		return this.#only ?? this.#ask(payload);
	}

	#ask(payload: Payload): KindBranch<R> {
		// JSON may be a list or a bare value; marks are fields.
		const branch = isRecord(payload)
			? this.kinds.find(({ kind }) => kind.recognizes(payload))
			: undefined;
		if (branch !== undefined) return branch;
		const names = this.kinds.map(({ kind }) => kind.name).join(", ");
		throw new HookError(
			"PAYLOAD_UNRECOGNIZED",
			`the payload has the marks of none of: ${names}`,
		);
	}
}

/** The routes of one path, method and kind. */
export class KindBranch<R extends Route> implements Matcher<R> {
	readonly kind: Kind;
	readonly routes: readonly R[];
	readonly #only: R | undefined;
	readonly #matcher: Matcher<R> | undefined;

	constructor(kind: Kind, routes: readonly R[]) {
		this.kind = kind;
		this.routes = routes;
		const [first] = routes;
		if (routes.length === 1 && first?.match === undefined) this.#only = first;
		else this.#matcher = compileMatcher(routes);
	}

	/** Returns the route for a webhook, or undefined if no route's `match` matches. */
	select(subject: Subject): R | undefined {
		return this.#only ?? this.#matcher?.select(subject);
	}
}

// --- helpers ---

function toKinds<R extends Route>(
	routes: readonly R[],
): readonly KindBranch<R>[] {
	const [first] = routes;
	// Thousands of paths have a single route.
	if (first !== undefined && routes.length === 1) {
		return [new KindBranch(first.kind, routes)];
	}
	return [...groupBy(routes, (route) => route.kind)]
		.map(([kind, group]) => new KindBranch(kind, group))
		.sort((a, b) => b.kind.precedence - a.kind.precedence);
}
