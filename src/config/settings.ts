import type { Level, Mode } from "../event/webhook.ts";
import type { Finding, Position } from "../finding/finding.ts";
import type { ConfiguredScheme } from "../gate/schemes/scheme.ts";
import type { Rate } from "../inbox/port/rate.ts";
import type { RetryPolicy } from "../inbox/port/retry.ts";
import type { Kind } from "../kind/kind.ts";
import type { Match } from "../route/conditions/condition.ts";
import type { Table } from "../table/table.ts";
import type { TlsSettings } from "../tls/files.ts";

/** The checked and normalised form of routes.yaml, so that other code does not handle its different notations. */
export interface Settings {
	/** Absolute path of the first file. */
	readonly file: string;
	/** Absolute folder of relative paths. */
	readonly folder: string;
	readonly server: ServerSettings;
	/** Undefined for `admin: off`. */
	readonly admin: AdminSettings | undefined;
	readonly inbox: InboxSettings;
	readonly alerts: AlertSettings;
	/** Undefined where the file has none, or its values are not used. */
	readonly platform?: PlatformSettings | undefined;
	/** Networks that the configuration defines, by name. */
	readonly networks: ReadonlyMap<string, NetworkSettings>;
	/** The tables for `match` and templates, by name. */
	readonly tables: ReadonlyMap<string, Table>;
	/** The enabled routes, in the order of the files. */
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
	/** CIDRs without host bits and without duplicates. */
	readonly ranges: readonly string[];
	/** Absolute path of the file with the ranges: a list, or a file of the configuration. */
	readonly file: string;
}

/** An address to listen on. An empty host means all addresses of the machine, IPv6 and IPv4. */
export type ListenSettings =
	| { readonly kind: "tcp"; readonly host: string; readonly port: number }
	| { readonly kind: "unix"; readonly path: string };

/** The normalised `server`, with defaults. */
export interface ServerSettings {
	readonly listen: readonly ListenSettings[];
	/** Without a trailing slash. */
	readonly publicUrl: string;
	/** False if `publicUrl` is a default, which depends on the actual port. */
	readonly isPublicUrlWritten: boolean;
	/** Names of networks, or CIDRs. */
	readonly trustedProxies: readonly string[];
	readonly bodyLimitBytes: number;
	readonly drainTimeoutMs: number;
	/** Bytes of a request line and its headers. Takes effect at a restart, like `listen`. */
	readonly headLimitBytes: number;
	/** The total over all addresses. Takes effect at a restart, like `listen`. */
	readonly maxConnections: number;
	/** The number of processes that serve, `auto` for one a core. Takes effect at a restart, like `listen`. */
	readonly workers: number | "auto";
	/** Undefined to serve HTTP. */
	readonly tls?: TlsSettings | undefined;
}

/** The normalised `admin`, with defaults. */
export interface AdminSettings {
	/** Takes effect at a restart. */
	readonly listen: { readonly host: string; readonly port: number };
	/** False if `listen` is the default, whose port may be replaced by a free one. */
	readonly isListenWritten: boolean;
	readonly tokens: readonly AdminTokenSettings[];
	/** The names in lower case that requests may call the listener by, besides its addresses. */
	readonly hosts: readonly string[];
	/** Undefined for HTTP. */
	readonly tls: TlsSettings | undefined;
}

/** A token of `admin`. The token itself is nowhere in the settings. */
export interface AdminTokenSettings {
	readonly name: string;
	/** The SHA-256 of the token in lower-case hexadecimal. */
	readonly sha256: string;
	readonly scopes: readonly ("read" | "operate" | "reveal")[];
}

/** The normalised `inbox`, with defaults. */
export interface InboxSettings {
	readonly store: InboxStoreSettings;
	/** The absolute path of the file that takes events while PostgreSQL is away. Undefined for none, and with any other store. */
	readonly spoolFile: string | undefined;
	/** The maximum size of that file. Undefined for half of the free disk. */
	readonly spoolMaxBytes: number | undefined;
	/** Milliseconds that a delivered event is kept. */
	readonly retentionMs: number;
	/** Milliseconds that a dead event is kept. */
	readonly deadRetentionMs: number;
	/** Milliseconds that the body of a delivered event is kept, at most `retentionMs`; undefined for as long as the event. */
	readonly bodyRetentionMs: number | undefined;
	/** The maximum number of unfinished events. */
	readonly maxBacklog: number;
	/** The maximum size. Undefined for the store's default: half of the free disk, or no limit. */
	readonly maxBytes: number | undefined;
	readonly quarantine: { readonly maxCount: number; readonly maxBytes: number };
}

/** The normalised `alerts`, with defaults. */
export interface AlertSettings {
	/** The part of `maxBacklog` from which on the backlog is high, above 0 and at most 1. */
	readonly backlogShare: number;
	/** Milliseconds that an event may wait. */
	readonly oldestMs: number;
	/** The refused requests of a route with one code in a window that are a burst. */
	readonly denied: number;
}

/** The store of events. */
export type InboxStoreSettings =
	/** `file` is an absolute path, which need not exist. */
	| { readonly type: "sqlite"; readonly file: string }
	/** MUST NOT be shown: the URL may hold a password. */
	| { readonly type: "postgres"; readonly url: string }
	/** Keeps everything until the process ends. */
	| { readonly type: "memory" }
	/** Stores nothing. The handlers of accept routes run inside the request. */
	| { readonly type: "none" };

/**
 * The outcome for a webhook that a gate rejects: `reject` drops it, `quarantine` answers 200 and stores it until it is
 * released, and `report` accepts it and logs it.
 */
export type GateOutcome = "reject" | "quarantine" | "report";

/** The outcome for a webhook without a valid signature. `retry` requests it again, with 503. */
export type UnsignedOutcome = GateOutcome | "retry";

/** An enabled route, merged with the `defaults`. */
export interface RouteSettings {
	readonly name: string;
	/** The name of the route whose handler fans out to this one, if it is written there. */
	readonly parent?: string;
	/** Literal segments and `:name` segments, with a leading slash. Undefined for an internal route, which no request reaches. */
	readonly path: string | undefined;
	/** The kind's name, or the name of the schema for a route with only `schema`. */
	readonly kind: string | undefined;
	/** Absolute path of the schema. */
	readonly schema: string | undefined;
	/** True if the schema narrows an open kind. Default false. */
	readonly isNarrowed?: boolean;
	/** The methods as written, in upper case. Undefined means the kind's; always defined without a kind. */
	readonly methods: readonly string[] | undefined;
	/** Undefined for an internal route. */
	readonly level: Level | undefined;
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
	/** The requests that each client may send to the path. Undefined without a limit. */
	readonly limit: Rate | undefined;
	/** Headers of the sender, in lower case, that an event has beside the usual ones; undefined for none. */
	readonly copyHeaders: readonly string[] | undefined;
	/** Undefined means the kind's. Always defined without a kind. */
	readonly mode: Mode | undefined;
	/** Milliseconds. Undefined means the kind's. */
	readonly timeoutMs: number | undefined;
	readonly handler: HandlerSettings;
	readonly fallback: HandlerSettings | undefined;
	/** When a failed delivery is retried. Only for mode `accept`, like the next three. */
	readonly retry: RetryPolicy;
	/** The number of deliveries that are handled at the same time. */
	readonly concurrency: number;
	/** How many handlers start in a time. Absent without a limit, and if nothing waits: on reply routes and without an inbox. */
	readonly rate?: Rate;
	/** Milliseconds between the arrival of an event and its first attempt. Absent for none, and like `rate`. */
	readonly delayMs?: number;
	/** The fields whose events are handled one at a time, in order of arrival. Empty for no order. */
	readonly orderBy: readonly string[];
	/** The number of failed attempts after which an event leaves that order. Undefined for never. */
	readonly stepAside: number | undefined;
	/** The fields that identify a webhook. Empty for none, undefined means the kind's. */
	readonly dedupe: readonly string[] | undefined;
	/** Never `quarantine` if a route of the path replies or nothing is stored. */
	readonly onDenied: GateOutcome;
	/** Never `quarantine` if a route of the path replies or nothing is stored. */
	readonly onUnsigned: UnsignedOutcome;
	/** Undefined if not set: `quarantine` in mode `accept` with an inbox, else `reject`. */
	readonly onInvalid: GateOutcome | undefined;
	/** Checks the route against the kind of its `schema`, after that is read. Undefined if there is nothing to check. */
	readonly checkSchema: ((kind: Kind) => readonly Finding[]) | undefined;
	/**
	 * Where a key of this route stands: `locate("handler", "plugin")`; in `defaults` when it was
	 * inherited, the nearest parent when it is nowhere.
	 */
	locate(...keys: (string | number)[]): Position;
}

/** The settings of a handler. Only its type knows the other properties. All paths are absolute. */
export interface HandlerSettings {
	/** The name of its type. */
	readonly type: string;
}
