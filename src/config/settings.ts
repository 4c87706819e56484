import type { Level, Mode } from "../event/webhook.ts";
import type { Finding, Position } from "../finding/finding.ts";
import type { ConfiguredScheme } from "../gate/schemes/scheme.ts";
import type { RetryPolicy } from "../inbox/port/retry.ts";
import type { Kind } from "../kind/kind.ts";
import type { Match } from "../route/conditions/condition.ts";
import type { Table } from "../table/table.ts";

/** The checked and normalised form of routes.yaml: inner code never asks which spelling was used. */
export interface Settings {
	/** Absolute path of the file that was read first. */
	readonly file: string;
	/** Absolute folder that relative paths start from. */
	readonly folder: string;
	readonly server: ServerSettings;
	readonly inbox: InboxSettings;
	/** Undefined where the file has none, or its values are not used. */
	readonly platform?: PlatformSettings | undefined;
	/** Networks that the configuration defines, by name. */
	readonly networks: ReadonlyMap<string, NetworkSettings>;
	/** The tables that `match` and templates look rows up in, by name. */
	readonly tables: ReadonlyMap<string, Table>;
	/** In the order of the files; disabled routes are left out. */
	readonly routes: readonly RouteSettings[];
}

/** `platform`, every default put in. MUST NOT be shown: it holds secrets. */
export interface PlatformSettings {
	/** By name; the only account of the short form is called `default`. */
	readonly accounts: ReadonlyMap<string, AccountSettings>;
	/** True where `accounts` is written. */
	readonly isNamed: boolean;
	/** Milliseconds between two looks for drift; undefined for none. */
	readonly driftMs: number | undefined;
	/** Where the section stands. */
	readonly at: Position;
}

/** The settings of the platform that are compared and written. */
export type Managed = "account" | "numbers" | "applications";

/** An account at the platform. */
export interface AccountSettings {
	readonly name: string;
	/** MUST NOT be shown: it may come from the environment. */
	readonly apiKey: string;
	/** MUST NOT be shown. */
	readonly apiSecret: string;
	/** Ids in lower case, by name. */
	readonly applications: ReadonlyMap<string, string>;
	readonly manage: ReadonlySet<Managed>;
	/** Base URLs without a trailing slash. */
	readonly hosts: { readonly rest: string; readonly api: string };
	/** Milliseconds between two calls at least. */
	readonly paceMs: number;
	/** True where a tunnel may take its webhooks. */
	readonly isDevelopment: boolean;
}

/** A network that the configuration defines. */
export interface NetworkSettings {
	/** CIDRs with no host bits set, each once. */
	readonly ranges: readonly string[];
	/** Absolute path of the file that the ranges stand in: a list of its own, or one of the configuration. */
	readonly file: string;
}

/** Where to listen. An empty host is every address of the machine, IPv6 and IPv4. */
export type ListenSettings =
	| { readonly kind: "tcp"; readonly host: string; readonly port: number }
	| { readonly kind: "unix"; readonly path: string };

/** `server`, every default put in. */
export interface ServerSettings {
	readonly listen: readonly ListenSettings[];
	/** Without a trailing slash. */
	readonly publicUrl: string;
	/** False where `publicUrl` is a default, which follows the port that is listened on. */
	readonly isPublicUrlWritten: boolean;
	/** Names of networks, or CIDRs. */
	readonly trustedProxies: readonly string[];
	readonly bodyLimitBytes: number;
	readonly drainTimeoutMs: number;
	/** Bytes of a request line and its headers; counts from the start, as `listen` does. */
	readonly headLimitBytes: number;
	/** Over all addresses; counts from the start, as `listen` does. */
	readonly maxConnections: number;
}

/** `inbox`, every default put in. */
export interface InboxSettings {
	readonly store: InboxStoreSettings;
	/** Milliseconds that a delivered event is kept. */
	readonly retentionMs: number;
	/** Milliseconds that a dead event is kept. */
	readonly deadRetentionMs: number;
	/** Milliseconds that the body of a delivered event is kept, at most `retentionMs`; undefined for as long as the event. */
	readonly bodyRetentionMs: number | undefined;
	/** Unfinished events beyond which no more are taken. */
	readonly maxBacklog: number;
	/** Room that all of it may take; undefined for the store's default: half of the free disk, or no bound. */
	readonly maxBytes: number | undefined;
	readonly quarantine: { readonly maxCount: number; readonly maxBytes: number };
}

/** Where events are kept. */
export type InboxStoreSettings =
	/** `file` is an absolute path, which need not exist. */
	| { readonly type: "sqlite"; readonly file: string }
	/** MUST NOT be shown: the URL may hold a password. */
	| { readonly type: "postgres"; readonly url: string }
	/** Everything is kept as long as the process lives, and no longer. */
	| { readonly type: "memory" }
	/** Nothing is kept: the handlers of accept routes run inside the request. */
	| { readonly type: "none" };

/**
 * Decides what becomes of a webhook that a gate refuses: `reject` refuses it, `quarantine` answers 200 and keeps it until
 * a person releases it, and `report` lets it pass and logs it.
 */
export type GateOutcome = "reject" | "quarantine" | "report";

/** Decides what becomes of a webhook that does not prove its origin; `retry` asks for it again, by 503. */
export type UnsignedOutcome = GateOutcome | "retry";

/** An enabled route over the `defaults`. */
export interface RouteSettings {
	readonly name: string;
	/** Literal segments and `:name` segments, with a leading slash. */
	readonly path: string;
	/** The kind's name; for a route with `schema` alone the name of that schema. */
	readonly kind: string | undefined;
	/** Absolute path of the schema. */
	readonly schema: string | undefined;
	/** True where the schema narrows an open kind; default false. */
	readonly isNarrowed?: boolean;
	/** Upper case, as written; undefined takes the kind's, and never is where there is no kind. */
	readonly methods: readonly string[] | undefined;
	readonly level: Level;
	/** Names of accounts of `platform`; undefined where nobody says. */
	readonly accounts?: readonly string[];
	/** Names of applications of `platform`; undefined where nobody says, and below a level that has none. */
	readonly apps?: readonly string[];
	/** Undefined matches everything. */
	readonly match: Match | undefined;
	/** Names of networks, or CIDRs; `any` admits every address. */
	readonly firewall: readonly string[];
	/**
	 * Any one of them proves origin; one `none` for a route that asks for no proof. Routes that say the
	 * same share one list, and lists share their entries.
	 */
	readonly signature: readonly ConfiguredScheme[];
	readonly bodyLimitBytes: number;
	/** Headers of the sender, in lower case, that an event has beside the usual ones; undefined for none. */
	readonly copyHeaders: readonly string[] | undefined;
	/** Undefined takes the kind's, and never is where there is no kind. */
	readonly mode: Mode | undefined;
	/** Milliseconds; undefined takes the kind's. */
	readonly timeoutMs: number | undefined;
	readonly handler: HandlerSettings;
	readonly fallback: HandlerSettings | undefined;
	/** When a failed delivery is tried again; it counts in mode `accept`, as the next three do. */
	readonly retry: RetryPolicy;
	/** Deliveries that are handled at once. */
	readonly concurrency: number;
	/** Fields whose values are handled one at a time, in order of arrival; empty for no order. */
	readonly orderBy: readonly string[];
	/** Failed tries after which an event leaves its place in that order; undefined keeps it there. */
	readonly stepAside: number | undefined;
	/** Fields that tell one webhook from another; empty for none, undefined takes the kind's. */
	readonly dedupe: readonly string[] | undefined;
	/** Never `quarantine` where a route of the path replies, or nothing is kept. */
	readonly onDenied: GateOutcome;
	/** Never `quarantine` where a route of the path replies, or nothing is kept. */
	readonly onUnsigned: UnsignedOutcome;
	/** Undefined where nobody says: `quarantine` in mode `accept` with an inbox, else `reject`. */
	readonly onInvalid: GateOutcome | undefined;
	/** Checks the route against the kind that its own `schema` makes, once that is read; undefined where there is nothing to check. */
	readonly checkSchema: ((kind: Kind) => readonly Finding[]) | undefined;
	/**
	 * Where a key of this route stands: `locate("handler", "plugin")`; in `defaults` when it was
	 * inherited, the nearest parent when it is nowhere.
	 */
	locate(...keys: (string | number)[]): Position;
}

/** The settings of a handler, of which only its type knows the rest; every path in them is absolute. */
export interface HandlerSettings {
	/** The name of its type. */
	readonly type: string;
}
