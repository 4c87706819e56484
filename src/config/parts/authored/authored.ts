import type * as written from "../../../generated/authored.ts";
import type { AuthoredSignature } from "./signature.ts";

/** The types of routes.yaml as written, from its schema. `settings.ts` has the normalised form. */

/** A list of strings, or one string alone. */
export type TextOrList = written.TextOrList;

/** `server` as written. */
export type AuthoredServer = written.Server;

/** `tls` as written. */
export type AuthoredTls = written.Tls;

/** `admin` as written. */
export type AuthoredAdmin = Exclude<written.Admin, string>;

/** `inbox` as written. */
export type AuthoredInbox = written.Inbox;
export type AuthoredAlerts = written.Alerts;

/** `platform` as written. */
export type AuthoredPlatform = written.Platform;

/** One account of `platform` as written. */
export type AuthoredAccount = Omit<AuthoredPlatform, "accounts" | "drift">;

/** `retry` as written: `none`, one delay, a list of them, or delays that grow. */
export type AuthoredRetry = written.Retry;

/** Growing delays, as written. */
export type AuthoredBackoff = Exclude<AuthoredRetry, TextOrList>;

/** `rate` as written: a limit, or one with a burst. */
export type AuthoredRate = written.Rate;

/** Fields of the payload as written: `true` for the kind's, `false` for none. */
export type AuthoredFields = written.Fields;

/** `orderBy` in its long form. */
export type AuthoredOrder = Exclude<written.OrderBy, AuthoredFields>;

/** The keys of a route that `defaults` can have. */
export type AuthoredDefaults = Signed<written.Defaults>;

/** A network as written: its ranges, or a file with them. */
export type AuthoredNetwork = written.Network;

/** A table as written. */
export type AuthoredTable = written.Table;

/** A route as written; a key that the schema refuses is absent. */
export type AuthoredRoute = Partial<Signed<written.Route>>;

/** Wraps one string in a list. */
export function toList(value: TextOrList): readonly string[] {
	return typeof value === "string" ? [value] : value;
}

/** Returns a string or a list as a list without duplicates. */
export function unique(value: TextOrList): readonly string[] {
	return [...new Set(toList(value))];
}

// --- helpers ---

/** Replaces the generated type of `signature`: the schema describes the options of schemes with conditions that types cannot express. */
type Signed<T> = Omit<T, "signature"> & {
	readonly signature?: AuthoredSignature;
};
