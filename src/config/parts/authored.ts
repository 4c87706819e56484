import type * as written from "../../generated/authored.ts";
import type { AuthoredSignature } from "./authored-signature.ts";

/** The words of routes.yaml as they are written, of its schema; `settings.ts` has their normalised form. */

/** Where a list is expected, one text is enough. */
export type TextOrList = written.TextOrList;

/** `server` as written. */
export type AuthoredServer = written.Server;

/** `inbox` as written. */
export type AuthoredInbox = written.Inbox;

/** `platform` as written. */
export type AuthoredPlatform = written.Platform;

/** One account of `platform` as written. */
export type AuthoredAccount = Omit<AuthoredPlatform, "accounts" | "drift">;

/** `retry` as written: `none`, one delay, a list of them, or delays that grow. */
export type AuthoredRetry = written.Retry;

/** Delays that grow, as written. */
export type AuthoredBackoff = Exclude<AuthoredRetry, TextOrList>;

/** Fields of the payload as written: `true` for the kind's, `false` for none. */
export type AuthoredFields = written.Fields;

/** `orderBy` in its long form. */
export type AuthoredOrder = Exclude<written.OrderBy, AuthoredFields>;

/** The keys of a route that `defaults` may hold. */
export type AuthoredDefaults = Signed<written.Defaults>;

/** A network as written: its ranges, or the file that lists them. */
export type AuthoredNetwork = written.Network;

/** A table as written. */
export type AuthoredTable = written.Table;

/** A route as written; a key that the schema refuses is absent. */
export type AuthoredRoute = Partial<Signed<written.Route>>;

/** One text as a list of one. */
export function toList(value: TextOrList): readonly string[] {
	return typeof value === "string" ? [value] : value;
}

/** A text or a list as a list, each once. */
export function unique(value: TextOrList): readonly string[] {
	return [...new Set(toList(value))];
}

// --- helpers ---

/** Each scheme knows its own options, of which the schema tells by conditions, and types hear nothing. */
type Signed<T> = Omit<T, "signature"> & {
	readonly signature?: AuthoredSignature;
};
