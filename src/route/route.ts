import type { Level } from "../event/webhook.ts";
import type { Kind } from "../kind/kind.ts";

/** A route as resolution sees it; the runtime adds the handlers. */
export interface Route {
	readonly name: string;
	/** Literal segments and `:name` segments, with a leading slash. */
	readonly path: string;
	readonly methods: readonly string[];
	readonly kind: Kind;
	readonly level: Level;
	/** Field to accepted values, all of which must fit; undefined fits every payload. */
	readonly match: ReadonlyMap<string, readonly string[]> | undefined;
}
