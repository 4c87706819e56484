import type { Level, Mode } from "../event/webhook.ts";

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
}

/** The keys of a route that `defaults` may hold. */
export interface AuthoredDefaults {
	readonly methods?: TextOrList;
	readonly level?: Level;
	readonly firewall?: TextOrList;
	readonly signature?: "none";
	readonly bodyLimit?: string;
	readonly mode?: Mode;
	readonly timeout?: string;
	readonly fallback?: AuthoredHandler;
	readonly onDenied?: "reject" | "report";
	readonly onInvalid?: "reject" | "report";
}

/** A route as written; a key that the schema refuses is absent. */
export interface AuthoredRoute extends AuthoredDefaults {
	readonly name?: string;
	readonly path?: string;
	readonly kind?: string;
	readonly schema?: string;
	readonly match?: Readonly<Record<string, TextOrList>>;
	readonly enabled?: boolean | "true" | "false";
	readonly handler?: AuthoredHandler;
}

/** A `handler` or `fallback` as written. */
export interface AuthoredHandler {
	readonly plugin?: string;
	readonly options?: Readonly<Record<string, unknown>>;
	readonly ncco?: string | readonly unknown[];
	readonly static?: AuthoredStatic;
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
