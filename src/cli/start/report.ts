import { relative } from "node:path";
import type { InboxStoreSettings, Settings } from "../../config/settings.ts";
import { toShown } from "../../finding/shown-path.ts";
import type { InboxStats } from "../../inbox/port/delivery.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import type { Inbox } from "../../runtime/inbox/inbox.ts";
import type { Runtime } from "../../runtime/runtime.ts";

/** The facts of a start, for the terminal and for the log's line `start`. */
export interface StartReport extends UrlReport {
	readonly version: string;
	/** The milliseconds since the process began. */
	readonly readyInMs: number;
	/** The addresses that the router listens on. */
	readonly addresses: readonly string[];
	/** The number of processes that serve. Absent for one. */
	readonly workers?: number;
	/** True if the configuration has a public URL, false if it is derived from the port. */
	readonly isPublicUrlWritten: boolean;
	readonly inbox: InboxReport;
}

/** The addresses of the admin listener. */
export interface AdminReport {
	readonly url: string;
	/** With the token, which no log may have. Shown on a terminal only. */
	readonly pageUrl: string;
}

/** The URLs that are served. */
export interface UrlReport {
	/** The URL that the platform calls, without a trailing slash. */
	readonly publicUrl: string;
	/** The number of all routes. `shown` has the first ones. */
	readonly routes: number;
	readonly shown: readonly RouteReport[];
	/** The admin listener. Undefined without one. */
	readonly admin?: AdminReport | undefined;
}

/** The inbox at the start. */
export interface InboxReport {
	/** A file, or the host and name of a database. `none` if nothing is stored. */
	readonly store: string;
	/** The events of an earlier run, by their next step. Undefined if there is no inbox, or it cannot tell. */
	readonly earlier: EarlierEvents | undefined;
	/** The names of the paused routes. Absent if there are none. */
	readonly paused?: readonly string[];
}

/** Counts of events that an earlier run left. */
export interface EarlierEvents {
	readonly waiting: number;
	readonly dead: number;
	readonly quarantined: number;
}

/** A route at the start. */
export interface RouteReport {
	readonly name: string;
	/** Undefined for an internal route, like its level. */
	readonly path: string | undefined;
	readonly methods: readonly string[];
	readonly kind: string;
	readonly level: string | undefined;
	readonly handler: string;
}

/** Routes that a start shows; `switchhook routes` has all. */
export const ROUTES_SHOWN = 50;

/** Counts the events of an earlier run. Never rejects, because a start must not fail because of a count. */
export async function countEarlier(
	store: Pick<InboxStore, "stats"> | undefined,
): Promise<EarlierEvents | undefined> {
	try {
		return store && toEarlier(await store.stats());
	} catch {
		return undefined;
	}
}

/** Reports the inbox at the start. */
export async function reportInbox(
	store: string,
	inbox: Pick<Inbox, "store" | "pauses"> | undefined,
): Promise<InboxReport> {
	const paused = inbox?.pauses.list().map(({ route }) => route) ?? [];
	return {
		store,
		earlier: await countEarlier(inbox?.store),
		...(paused.length > 0 && { paused }),
	};
}

/** Names a store for people, without the password in its URL. */
export function nameStore(store: InboxStoreSettings, cwd: string): string {
	if (store.type === "none" || store.type === "memory") return store.type;
	if (store.type === "sqlite") {
		const near = relative(cwd, store.file);
		return near.startsWith("..") ? store.file : near;
	}
	try {
		// The URL of a Unix socket has its host among the parameters.
		const { hostname, port, pathname, searchParams } = new URL(store.url);
		const host = hostname || (searchParams.get("host") ?? "localhost");
		return `postgres ${host}${port && `:${port}`}${pathname}`;
	} catch {
		return "postgres";
	}
}

/** Reports the first routes in the order of the files. */
export function reportRoutes(
	{ folder }: Pick<Settings, "folder">,
	{ routes }: Pick<Runtime, "routes">,
): readonly RouteReport[] {
	return routes.slice(0, ROUTES_SHOWN).map((route) => ({
		name: route.name,
		path: route.path,
		methods: route.methods,
		kind: route.kind.name,
		level: route.level,
		handler: route.describe("handler", (path) => toShown(folder, path)) ?? "-",
	}));
}

// --- helpers ---

function toEarlier({ byState }: InboxStats): EarlierEvents {
	const { received, waiting, leased, dead, quarantined } = byState;
	return { waiting: received + waiting + leased, dead, quarantined };
}
