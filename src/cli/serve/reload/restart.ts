import { isDeepStrictEqual } from "node:util";
import type {
	AdminSettings,
	InboxSettings,
	ServerSettings,
	Settings,
} from "../../../config/settings.ts";

/** The settings that the process reads once, at its start. */
export interface StartSettings {
	readonly server: ServerSettings;
	readonly admin: AdminSettings | undefined;
	readonly inbox: InboxSettings;
	/** Undefined if the file does not configure the platform. */
	readonly platform?: Settings["platform"];
	/** False if `--listen` overrides the file. */
	readonly isListenTaken: boolean;
	/** False if `--admin` overrides the file. */
	readonly isAdminTaken: boolean;
}

/**
 * Names the keys whose value differs from the one at the start. All other keys take effect with a reload. These are the ports,
 * the open inbox, and the interval of the watch for drift.
 */
export function needsRestart(
	started: StartSettings,
	{
		server,
		admin,
		inbox,
		platform,
	}: Pick<Settings, "server" | "admin" | "inbox" | "platform">,
): readonly string[] {
	const ofServer = differing(SERVER_KEYS, started.server, server).filter(
		(key) => key !== "server.listen" || started.isListenTaken,
	);
	return [
		...ofServer,
		...(isOtherTls(started.server, server) ? ["server.tls"] : []),
		...differingAdmin(started, admin),
		...differing(INBOX_KEYS, started.inbox, inbox),
		...(started.platform?.driftMs === platform?.driftMs
			? []
			: ["platform.drift"]),
	];
}

// --- helpers ---

/** Names the keys of `admin` that need a restart. */
function differingAdmin(
	{ admin: before, isAdminTaken }: StartSettings,
	after: AdminSettings | undefined,
): readonly string[] {
	if (!isAdminTaken) return [];
	if (before === undefined || after === undefined)
		return before === after ? [] : ["admin"];
	return [
		...differing(ADMIN_KEYS, before, after),
		...(isOtherTls(before, after) ? ["admin.tls"] : []),
	];
}

/** Returns true if open ports would have to change. The files are live, but a port speaks either HTTP or HTTPS, and asks for client certificates or not. */
function isOtherTls(before: HasTls, after: HasTls): boolean {
	return before.tls?.clientCertificates !== after.tls?.clientCertificates;
}

type HasTls = Pick<ServerSettings, "tls">;

const ADMIN_KEYS: Readonly<Record<keyof AdminSettings, string>> = {
	listen: "admin.listen",
	tls: "live",
	isListenWritten: "live",
	tokens: "live",
	hosts: "live",
};

/** The keys in routes.yaml, with `live` for keys that a reload changes. A new setting does not compile without a line here. */
const SERVER_KEYS: Readonly<Record<keyof ServerSettings, string>> = {
	listen: "server.listen",
	headLimitBytes: "server.headLimit",
	maxConnections: "server.maxConnections",
	workers: "server.workers",
	publicUrl: "live",
	isPublicUrlWritten: "live",
	trustedProxies: "live",
	bodyLimitBytes: "live",
	drainTimeoutMs: "live",
	tls: "live",
};

const INBOX_KEYS: Readonly<Record<keyof InboxSettings, string>> = {
	store: "inbox.store",
	spoolFile: "inbox.spool",
	spoolMaxBytes: "inbox.spoolMaxSize",
	retentionMs: "inbox.retention",
	deadRetentionMs: "inbox.deadRetention",
	bodyRetentionMs: "inbox.bodyRetention",
	maxBacklog: "inbox.maxBacklog",
	maxBytes: "inbox.maxSize",
	quarantine: "inbox.quarantine",
};

function differing<Part extends object>(
	keys: Readonly<Record<keyof Part, string>>,
	before: Part,
	after: Part,
): string[] {
	return (Object.keys(keys) as (keyof Part)[])
		.filter((key) => keys[key] !== "live")
		.filter((key) => !isDeepStrictEqual(before[key], after[key]))
		.map((key) => keys[key]);
}
