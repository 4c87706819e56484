import { createReadiness } from "../../admin/readiness.ts";
import type { AdminRouter } from "../../admin/router.ts";
import type { Settings } from "../../config/settings.ts";
import { SYSTEM_TIMING } from "../../inbox/worker/timing.ts";
import type { KindCatalog } from "../../kind/kind.ts";
import { memoLast } from "../../memo.ts";
import type { Log } from "../../observe/log.ts";
import { createPhone } from "../../phone/phone.ts";
import { createSwitchboard } from "../../phone/switchboard.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { createRouterLine } from "../request/router-line.ts";
import { samplesOf } from "../request/sample.ts";
import { openAdminCertificate } from "../serve/certificate.ts";
import { createAnnouncement } from "./announcement.ts";
import { createCounts } from "./counts.ts";
import { explainWebhook } from "./explain.ts";
import { adminFileOf } from "./file.ts";
import type { AdminChoice } from "./listen.ts";
import { openListener } from "./listener.ts";
import { sendWebhook } from "./send.ts";

/** The parts of a router that its admin listener needs. */
export interface AdminParts {
	readonly choice: AdminChoice;
	/** The settings of the start. */
	readonly settings: Settings;
	readonly log: Log;
	/** The path of the control socket. */
	readonly socket: string;
	readonly version: string;
	/** The store of events, for people. */
	readonly inbox: string;
	/** The number of worker processes. Default 1. */
	readonly workers?: number;
	/** Returns false while nobody handles requests. Default: the router serves from its start to its end. */
	readonly isServing?: (() => boolean) | undefined;
	readonly source: AdminSource;
	/** Returns the reason why the inbox takes no more events. Undefined while it does. */
	readonly full: () => string | undefined;
	readonly loadKinds: () => Promise<KindCatalog>;
}

/** The facts and functions that only the router has: one process, or a supervisor for its workers. */
export type AdminSource = Pick<
	AdminRouter,
	| "settings"
	| "runtime"
	| "store"
	| "history"
	| "pulls"
	| "findings"
	| "check"
	| "reload"
	| "lastReload"
	| "files"
	| "drift"
	| "tallies"
	| "stream"
	| "copies"
	| "tell"
	| "metrics"
>;

/** The admin listener of a router. */
export interface OpenAdmin {
	/** Without a trailing slash, such as `http://127.0.0.1:8081`. */
	readonly url: string;
	/** The URL for a browser, with the token. MUST NOT be logged. */
	readonly pageUrl: string;
	/** Announces that webhooks are served on these addresses, and lets commands find the listener. */
	serves(addresses: readonly string[]): Promise<void>;
	/** Reads the certificate again, because a reload may have changed its paths. */
	refresh(): void;
	/** Announces that the router stops: it is no longer ready. */
	stops(): void;
	close(): Promise<void>;
}

/** Opens the admin listener of a router. Throws CannotRun. */
export async function openAdmin(parts: AdminParts): Promise<OpenAdmin> {
	const { choice, socket, source } = parts;
	const log = parts.log.of("admin");
	const state: State = { addresses: [], isServing: false };
	const router = createAdminRouter(parts, state);
	const tls = await openAdminCertificate(log, source.settings, () =>
		announcement.renew(),
	);
	const listener = await openListener(router, choice, tls).catch(
		(error: unknown) => {
			tls?.close();
			throw error;
		},
	);
	const { url, token, pageUrl } = listener;
	const announcement = createAnnouncement(adminFileOf(socket), log, () => ({
		url,
		token,
		pid: process.pid,
		certificate: tls?.leaf(),
	}));
	return {
		url,
		pageUrl,
		async serves(addresses) {
			state.addresses = addresses;
			state.isServing = true;
			await announcement.begin();
		},
		refresh: () => void tls?.refresh(),
		stops() {
			state.isServing = false;
		},
		async close() {
			tls?.close();
			router.phone.close();
			await announcement.end();
			await listener.close();
		},
	};
}

// --- helpers ---

interface State {
	addresses: readonly string[];
	isServing: boolean;
}

function createAdminRouter(
	{
		source,
		log,
		version,
		inbox,
		socket,
		workers = 1,
		isServing,
		full,
		loadKinds,
	}: AdminParts,
	state: State,
): AdminRouter {
	const startedAt = Math.round(performance.timeOrigin);
	const { settings, runtime } = source;
	// A reload may bring other kinds.
	const kinds = memoLast((_: Runtime) => loadKinds());
	return {
		...source,
		phone: createPhone({
			line: createRouterLine({ settings, runtime, socket }),
			board: createSwitchboard({ runtime, addresses: () => state.addresses }),
			clock: SYSTEM_TIMING,
		}),
		log: log.of("admin"),
		about: () => ({
			mode: "router",
			version,
			startedAt,
			pid: process.pid,
			addresses: state.addresses,
			inbox,
			workers,
		}),
		kinds: () => kinds(source.runtime()),
		samplesOf: (kind) => samplesOf(kind, new Date()),
		send: (webhook) =>
			sendWebhook(webhook, {
				settings: source.settings(),
				runtime: source.runtime(),
				socket,
				loadKinds: () => kinds(source.runtime()),
			}),
		counts: createCounts(() => source.store),
		explain: (webhook) =>
			explainWebhook(webhook, {
				settings: source.settings(),
				runtime: source.runtime(),
				store: source.store,
				socket,
				loadKinds,
			}),
		readiness: createReadiness({
			isServing: () => state.isServing && (isServing?.() ?? true),
			store: source.store,
			full,
		}),
	};
}
