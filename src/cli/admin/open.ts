import type { AdminRouter } from "../../admin/router.ts";
import type { Settings } from "../../config/settings.ts";
import type { KindCatalog } from "../../kind/kind.ts";
import type { Log } from "../../observe/log.ts";
import { openAdminCertificate } from "../serve/certificate.ts";
import { createAnnouncement } from "./announcement.ts";
import { adminFileOf } from "./file.ts";
import type { AdminChoice } from "./listen.ts";
import { openListener } from "./listener.ts";

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
	/** Announces that the router stops: it is no longer ready, and its jobs end. */
	stops(): void;
	close(): Promise<void>;
}

/** The facts about a run that change. */
export interface AdminState {
	addresses: readonly string[];
	isServing: boolean;
}

/** Opens the admin listener of a router. Throws CannotRun. */
export async function openAdmin(parts: AdminParts): Promise<OpenAdmin> {
	const { choice, socket, source } = parts;
	const log = parts.log.of("admin");
	const state: AdminState = { addresses: [], isServing: false };
	let router: AdminRouter | undefined;
	const open = async (): Promise<AdminRouter> => {
		const { createAdminRouter } = await import("./router.ts");
		router = createAdminRouter(parts, state);
		return router;
	};
	let ended: Promise<void> | undefined;
	const endJobs = async (): Promise<void> => {
		// Nobody has asked for anything yet.
		if (router === undefined) return;
		const { stopJobs } = await import("../../admin/api/deliveries/jobs.ts");
		await stopJobs(router);
	};
	const tls = await openAdminCertificate(log, source.settings, () =>
		announcement.renew(),
	);
	const listener = await openListener(open, log, choice, tls).catch(
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
			ended = endJobs();
		},
		async close() {
			await ended;
			// A first request may have started one since.
			await endJobs();
			tls?.close();
			router?.phone.close();
			await announcement.end();
			await listener.close();
		},
	};
}
