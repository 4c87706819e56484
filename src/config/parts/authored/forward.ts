import type * as written from "../../../generated/authored.ts";

/** `forward` as written: the URL alone, or a mapping. */
export type AuthoredForward = written.Forward;

/** A status such as 204, a range such as `200-299`, or a list of them. */
export type AuthoredStatuses = written.Statuses;

/** One status, or a range of them. */
export type AuthoredStatus = Exclude<AuthoredStatuses, readonly unknown[]>;

/** The long form. */
export type AuthoredForwardOptions = Exclude<AuthoredForward, string>;
