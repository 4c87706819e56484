import type { Level, Mode } from "../../event/webhook.ts";
import type { GateOutcome, UnsignedOutcome } from "../settings.ts";
import type { AuthoredForward } from "./authored-forward.ts";
import type { AuthoredSignature } from "./authored-signature.ts";

/** The words of routes.yaml as they are written; `settings.ts` has their normalised form. */

/** Where a list is expected, one text is enough. */
export type TextOrList = string | readonly string[];

/** `server` as written. */
export interface AuthoredServer {
	readonly listen?: TextOrList;
	readonly publicUrl?: string;
	readonly trustedProxies?: TextOrList;
	readonly bodyLimit?: string;
	readonly drainTimeout?: string;
	readonly headLimit?: string;
	readonly maxConnections?: number;
}

/** `inbox` as written. */
export interface AuthoredInbox {
	readonly store?: string;
	readonly retention?: string;
	readonly deadRetention?: string;
	readonly bodyRetention?: string;
	readonly maxBacklog?: number;
	readonly maxSize?: string;
	readonly quarantine?: {
		readonly maxCount?: number;
		readonly maxSize?: string;
	};
}

/** `retry` as written: `none`, one delay, a list of them, or delays that grow. */
export type AuthoredRetry = TextOrList | AuthoredBackoff;

/** Delays that grow, as written. */
export interface AuthoredBackoff {
	readonly first?: string;
	readonly factor?: number;
	readonly max?: string;
	readonly for?: string;
}

/** Fields of the payload as written: `true` for the kind's, `false` for none. */
export type AuthoredFields = boolean | TextOrList;

/** `orderBy` in its long form. */
export interface AuthoredOrder {
	readonly by: AuthoredFields;
	readonly stepAside: number;
}

/** The keys of a route that `defaults` may hold. */
export interface AuthoredDefaults {
	readonly methods?: TextOrList;
	readonly level?: Level;
	readonly firewall?: TextOrList;
	readonly signature?: AuthoredSignature;
	readonly bodyLimit?: string;
	readonly mode?: Mode;
	readonly timeout?: string;
	readonly fallback?: AuthoredHandler;
	readonly retry?: AuthoredRetry;
	readonly concurrency?: number;
	readonly orderBy?: AuthoredFields | AuthoredOrder;
	readonly dedupe?: AuthoredFields;
	readonly copyHeaders?: TextOrList;
	readonly onDenied?: GateOutcome;
	readonly onUnsigned?: UnsignedOutcome;
	readonly onInvalid?: GateOutcome;
}

/** A network as written: its ranges, or the file that lists them. */
export type AuthoredNetwork = TextOrList | { readonly file: string };

/** A table as written. */
export interface AuthoredTable {
	readonly file: string;
	readonly key: string;
}

/** A route as written; a key that the schema refuses is absent. */
export interface AuthoredRoute extends AuthoredDefaults {
	readonly name?: string;
	readonly path?: string;
	readonly kind?: string;
	readonly schema?: string;
	/** A text or a list is the short form: the values of what the route's level goes by. */
	readonly match?: Readonly<Record<string, unknown>> | TextOrList;
	readonly enabled?: boolean | "true" | "false";
	readonly handler?: AuthoredHandler;
}

/** A `handler` or `fallback` as written. */
export interface AuthoredHandler {
	readonly plugin?: string;
	readonly options?: Readonly<Record<string, unknown>>;
	readonly ncco?: string | readonly unknown[];
	readonly static?: AuthoredStatic;
	readonly forward?: AuthoredForward;
}

/** A fixed answer as written. */
export interface AuthoredStatic {
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly text?: string;
	readonly json?: unknown;
	readonly file?: string;
}

/** One text as a list of one. */
export function toList(value: TextOrList): readonly string[] {
	return typeof value === "string" ? [value] : value;
}

/** A text or a list as a list, each once. */
export function unique(value: TextOrList): readonly string[] {
	return [...new Set(toList(value))];
}
