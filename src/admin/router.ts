import type { Settings } from "../config/settings.ts";
import type { ExplanationReport } from "../desk/explained/report.ts";
import type { Encoding, Payload } from "../event/webhook.ts";
import type { Finding } from "../finding/finding.ts";
import type { History } from "../inbox/port/history.ts";
import type { InboxStore } from "../inbox/port/store.ts";
import type { Kind, KindCatalog } from "../kind/kind.ts";
import type { FeedEvent } from "../observe/feed.ts";
import type { Log } from "../observe/log.ts";
import type { InboxSample } from "../observe/metrics/inbox-sampler.ts";
import type { RouteTally } from "../observe/tally.ts";
import type { Phone } from "../phone/phone.ts";
import type { Pulls } from "../runtime/inbox/pulls.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { CopyStream } from "./copies/stream.ts";
import type { EventStream } from "./event-stream.ts";

/**
 * The running router as the admin API sees it. With several workers the supervisor implements it: it has a configuration
 * and the store of its own, and asks its workers for the rest. So whatever a worker alone knows is asked for with a promise.
 */
export interface AdminRouter {
	/** The configuration that serves. */
	readonly settings: () => Settings;
	readonly runtime: () => Runtime;
	/** Undefined if nothing is stored. */
	readonly store: InboxStore | undefined;
	/** The counts of the last days. Without a store they end with the process. */
	readonly history: Pick<History, "readHistory" | "readTotals">;
	/** Hands events out to services that fetch them. Undefined if nothing is stored. */
	readonly pulls: Pulls | undefined;
	/** Writes lines of the type `admin`. */
	readonly log: AdminLog;
	readonly about: () => RouterFacts;
	/** The findings of the configuration that serves: warnings and notes. */
	readonly findings: () => readonly Finding[];
	/** Checks the configuration on disk, without setting it up. */
	readonly check: () => Promise<readonly Finding[]>;
	/** The files of the configuration that serves, and what differs on disk. */
	readonly files: () => Promise<ServingFiles>;
	/** The result of the latest look for drift at the platform. */
	readonly drift: () => DriftState;
	/** Reloads the configuration, after a reload that runs. Resolves when it serves or was refused. */
	readonly reload: () => Promise<ReloadState>;
	/** The state after the latest reload. Undefined if there was none since the start. */
	readonly lastReload: () => ReloadState | undefined;
	/** The numbers of webhooks and attempts since the start, by route. */
	readonly tallies: () => Promise<ReadonlyMap<string, RouteTally>>;
	/** Streams what happens in the router as server-sent events. */
	readonly stream: EventStream["stream"];
	/** Streams copies of events with their content as server-sent events. Costs nothing while nobody listens. */
	readonly copies: CopyStream["stream"];
	/** Adds an event to the stream. Costs nothing while nobody watches. */
	readonly tell: (event: FeedEvent) => void;
	/** The built-in kinds, and those of the folder of the configuration. */
	readonly kinds: () => Promise<KindCatalog>;
	/** Returns the examples of a kind with new ids and times. */
	readonly samplesOf: (kind: Kind) => readonly Payload[];
	/** Sends a webhook through all gates, as a client that the firewall admits. Throws an `AdminProblem` for a bad request. */
	readonly send: (webhook: WebhookToSend) => Promise<SentWebhook>;
	/** Explains a webhook, without sending it. Throws an `AdminProblem` for one that cannot be made. */
	readonly explain: (webhook: WebhookToExplain) => Promise<ExplanationReport>;
	/** Plays calls and messages against the router, like the command `phone`. */
	readonly phone: Phone;
	/** The metrics in the text format of Prometheus. */
	readonly metrics: () => Promise<{
		readonly type: string;
		readonly text: string;
	}>;
	/**
	 * Counts the inbox. A count of the last second, or a slow one of the last minutes, is used again. Undefined if nothing is
	 * stored.
	 */
	readonly counts: () => Promise<InboxSample | undefined>;
	/** Checks whether the router serves and its store takes events. */
	readonly readiness: () => Promise<readonly ReadinessCheck[]>;
}

/** The log of the admin listener. */
export type AdminLog = ReturnType<Log["of"]>;

/** The kinds of process behind an admin listener: a router, or only the inbox of one. */
export const ROUTER_MODES = ["router", "inbox"] as const;
export type RouterMode = (typeof ROUTER_MODES)[number];

/** Facts about the process that never change, and its addresses. */
export interface RouterFacts {
	/** `inbox` if no router runs in this process. Operations that need one are then not available. */
	readonly mode: RouterMode;
	readonly version: string;
	/** Milliseconds since the epoch. */
	readonly startedAt: number;
	readonly pid: number;
	/** The addresses that webhooks are served on. */
	readonly addresses: readonly string[];
	/** The store of events, for people. */
	readonly inbox: string;
	readonly workers: number;
}

/** The files of a configuration as they were read. */
export interface ServingFiles {
	/** Milliseconds since the epoch. */
	readonly readAt: number;
	/** The texts by absolute path: routes.yaml first, and what it includes. MUST NOT be shown before secrets are hidden. */
	readonly texts: ReadonlyMap<string, string>;
	/** All files that were read and differ on disk now, such as plugins and schemas too. */
	readonly changes: readonly FileChange[];
	/** Keys whose value takes effect at the next start. */
	readonly restart: readonly string[];
}

/** A file that changed since it was read. */
export interface FileChange {
	/** Absolute path. */
	readonly file: string;
	readonly what: "changed" | "created" | "removed" | "emptied";
}

/** A look for drift: whether the platform is as the routes say. */
export type DriftState =
	/** `platform.drift` is not set, so nobody looks. */
	| { readonly state: "off" }
	/** The first look is not done yet. */
	| { readonly state: "pending"; readonly everyMs: number }
	/** Another router of the same inbox looks. */
	| {
			readonly state: "elsewhere";
			readonly everyMs: number;
			readonly at: number;
	  }
	| {
			readonly state: "same" | "drifted";
			readonly everyMs: number;
			/** Milliseconds since the epoch. */
			readonly at: number;
			readonly differences: readonly {
				readonly account?: string | undefined;
				readonly what: string;
				/** A sentence. */
				readonly text: string;
			}[];
	  }
	| {
			readonly state: "failed";
			readonly everyMs: number;
			readonly at: number;
			readonly reason: string;
	  };

/** The result of a reload. */
export interface ReloadState {
	readonly outcome: "reloaded" | "refused" | "failed";
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly ms: number;
	/** The number of routes that serve now. */
	readonly routes: number;
	/** The names of the routes that the reload touched. Empty unless it was reloaded. */
	readonly added: readonly string[];
	readonly changed: readonly string[];
	readonly removed: readonly string[];
	/** Keys whose new value takes effect at the next start. */
	readonly restart: readonly string[];
	/** The findings of the configuration that was read. */
	readonly findings: readonly Finding[];
	/** The reason of `failed`. */
	readonly reason?: string;
}

/** A condition of readiness. */
export interface ReadinessCheck {
	/** `serving`, `store` or `room`. */
	readonly name: string;
	readonly isOk: boolean;
	/** The reason for operators. */
	readonly reason?: string | undefined;
}

/** A webhook that the API is asked to send. The kind's example fills in the rest. */
export interface WebhookToSend {
	/** Default: the kind of the route in `to`. */
	readonly kind?: string;
	/** A route or a path. Default: the first route of the kind. */
	readonly to?: string;
	/** The client's address that the firewall sees. */
	readonly from?: string;
	/** The payload. Default: the kind's example. */
	readonly payload?: Payload;
	/** How the payload is encoded. Default: the kind's usual encoding. */
	readonly as?: Encoding;
	/** Values by field path. */
	readonly set?: Readonly<Record<string, unknown>>;
	readonly unset?: readonly string[];
	/** The values of the `:name` segments of the path. */
	readonly params?: Readonly<Record<string, string>>;
	readonly query?: Readonly<Record<string, string>>;
	readonly headers?: Readonly<Record<string, string>>;
	readonly claims?: Readonly<Record<string, unknown>>;
}

/** A webhook that the API is asked to explain. */
export interface WebhookToExplain extends Omit<WebhookToSend, "payload"> {
	/** The payload instead of the example: JSON, or a form or query as text. Its kind is recognized unless `kind` names it. */
	readonly payload?: Payload | string;
	/** Leaves the signature out. Default: it is signed as the platform does. */
	readonly unsigned?: boolean;
}

/** The answer to a sent webhook, and its outcome. */
export interface SentWebhook {
	readonly request: {
		readonly method: string;
		readonly path: string;
		readonly query: string;
		readonly body: string;
	};
	readonly response: {
		readonly status: number;
		readonly headers: Readonly<Record<string, string>>;
		readonly body: string;
		readonly ms: number;
	};
	readonly outcome: {
		readonly outcome: string;
		readonly route?: string | undefined;
		readonly event?: string | undefined;
		readonly client?: string | undefined;
		readonly error?: string | undefined;
		readonly reason?: string | undefined;
	};
}
