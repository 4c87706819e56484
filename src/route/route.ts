import type { Level } from "../event/webhook.ts";
import type { Kind } from "../kind/kind.ts";
import type { Match } from "./conditions/condition.ts";

/** A route, as far as its selection needs it. The runtime adds the handlers. */
export interface Route {
	readonly name: string;
	/** Literal segments and `:name` segments, with a leading slash. */
	readonly path: string;
	readonly methods: readonly string[];
	readonly kind: Kind;
	readonly level: Level;
	/** Undefined matches every webhook. */
	readonly match: Match | undefined;
}
