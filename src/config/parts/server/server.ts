import { isIP } from "node:net";
import { dirname, resolve } from "node:path";
import type { Report } from "../../../finding/report.ts";
import { lineOf, type Site } from "../../../finding/site.ts";
import type { ListenSettings, ServerSettings } from "../../settings.ts";
import { type AuthoredServer, toList } from "../authored/authored.ts";
import { readSize, readTimer } from "../limits.ts";
import type { Networks } from "../networks.ts";
import type { Authored } from "../route/draft.ts";
import { readTls } from "./tls.ts";

/** Reads `server`. Absent or wrong values get their defaults. */
export function readServer(
	{ value, site }: Authored<AuthoredServer>,
	networks: Networks,
	report: Report,
): ServerSettings {
	const listen = readListen(value, site.in("listen"), report);
	const proxies =
		value.trustedProxies === undefined
			? undefined
			: networks.readProxies(value.trustedProxies, site.in("trustedProxies"));
	const tls = readTls(value.tls, site.in("tls"), report);
	const publicUrl = readPublicUrl(
		value.publicUrl,
		site.in("publicUrl"),
		report,
	);
	return {
		listen,
		publicUrl: publicUrl ?? defaultPublicUrl(listen, tls !== undefined),
		isPublicUrlWritten: publicUrl !== undefined,
		trustedProxies: proxies?.names ?? [],
		bodyLimitBytes:
			readSize(value.bodyLimit, site.in("bodyLimit"), report) ??
			DEFAULT_BODY_LIMIT_BYTES,
		drainTimeoutMs:
			readTimer(value.drainTimeout, site.in("drainTimeout"), report) ??
			DEFAULT_DRAIN_TIMEOUT_MS,
		headLimitBytes:
			readHeadLimit(value.headLimit, site.in("headLimit"), report) ??
			DEFAULT_HEAD_LIMIT_BYTES,
		maxConnections: value.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
		workers: value.workers === "auto" ? "auto" : Number(value.workers ?? 1),
		...(tls && { tls }),
	};
}

/**
 * Parses `host:port`, `:port`, `[::1]:80` or `unix:/path` (relative to `folder`). Returns undefined for anything else. The
 * host of `:port` is empty, which means all addresses of the machine.
 */
export function parseListen(
	text: string,
	folder: string,
): ListenSettings | undefined {
	if (text.startsWith("unix:")) {
		const path = text.slice("unix:".length);
		return path === ""
			? undefined
			: { kind: "unix", path: resolve(folder, path) };
	}
	const parts = /^(?:\[([^\]]*)\]|([A-Za-z0-9.-]*)):(\d{1,5})$/.exec(text);
	if (parts === null) return undefined;
	const [, v6, host = "", digits] = parts;
	const port = Number(digits);
	if (port > 65_535 || (v6 !== undefined && isIP(v6) !== 6)) return undefined;
	// 1.2.3.444 is a mistyped address, not a host name.
	if (/^[\d.]+$/.test(host) && isIP(host) !== 4) return undefined;
	return { kind: "tcp", host: v6 ?? host, port };
}

// --- helpers ---

const DEFAULT_LISTEN = "0.0.0.0:8080";
const DEFAULT_BODY_LIMIT_BYTES = 100_000;
const DEFAULT_DRAIN_TIMEOUT_MS = 10_000;
const DEFAULT_HEAD_LIMIT_BYTES = 16 * 1024;
const DEFAULT_MAX_CONNECTIONS = 10_000;

/** The limits: enough for the headers of a webhook, and not too much before the firewall check. */
const HEAD_LIMIT_MIN_BYTES = 4 * 1024;
const HEAD_LIMIT_MAX_BYTES = 256 * 1024;

function readHeadLimit(
	text: string | undefined,
	site: Site,
	report: Report,
): number | undefined {
	const bytes = readSize(text, site, report);
	if (
		bytes === undefined ||
		(bytes >= HEAD_LIMIT_MIN_BYTES && bytes <= HEAD_LIMIT_MAX_BYTES)
	) {
		return bytes;
	}
	report.error(site.at(), {
		what: `${site.show(text)} is not a valid limit for a head`,
		expected: "a size from `4KiB` to `256KiB`",
		todo: "write for example `headLimit: 64KiB`",
	});
	return undefined;
}

function readListen(
	{ listen = DEFAULT_LISTEN }: AuthoredServer,
	site: Site,
	report: Report,
): readonly ListenSettings[] {
	const folder = dirname(site.file.source.file);
	const seen = new Map<string, Site>();
	return toList(listen).flatMap((text, index) => {
		const at = typeof listen === "string" ? site : site.in(index);
		const parsed = parseListen(text, folder);
		if (parsed === undefined) {
			report.error(at.at(), {
				what: `${at.show(text)} is not an address to listen on`,
				expected: "`host:port`, `:port`, `[::1]:port` or `unix:/path`",
				todo: at.isSecret() ? undefined : guessListen(text),
			});
			return [];
		}
		const key = JSON.stringify(parsed);
		const first = seen.get(key);
		const isFree = parsed.kind === "tcp" && parsed.port === 0;
		if (first !== undefined && !isFree) {
			report.error(at.at(), {
				what: `${at.show(text)} is listened on twice, first in ${lineOf(first)}`,
				todo: "take it out",
			});
			return [];
		}
		seen.set(key, at);
		return [parsed];
	});
}

function guessListen(text: string): string | undefined {
	if (/^\d{1,5}$/.test(text)) return `write \`":${text}"\``;
	const host = text.replace(/^[a-z]+:\/\//i, "").replace(/\/.*$/, "");
	if (/^\*:\d{1,5}$/.test(host)) return `write \`"${host.slice(1)}"\``;
	if (host !== text && parseListen(host, "/") !== undefined) {
		return `write \`${host}\``;
	}
	const last = text.lastIndexOf(":");
	const bracketed = `[${text.slice(0, last)}]${text.slice(last)}`;
	if (isIP(text) !== 0 && isIP(text.slice(0, last)) !== 6) {
		return `add a port: \`${isIP(text) === 6 ? `[${text}]` : text}:8080\``;
	}
	if (parseListen(bracketed, "/") !== undefined)
		return `write \`"${bracketed}"\``;
	if (text.startsWith("/")) return `write \`unix:${text}\``;
	return /^[A-Za-z0-9.-]+$/.test(text)
		? `add a port: \`${text}:8080\``
		: undefined;
}

function readPublicUrl(
	text: string | undefined,
	site: Site,
	report: Report,
): string | undefined {
	if (text === undefined) return undefined;
	const url = URL.canParse(text) ? new URL(text) : undefined;
	const isPlain =
		(url?.protocol === "http:" || url?.protocol === "https:") &&
		`${url.username}${url.password}` === "" &&
		!/[?#\s]/.test(text);
	if (isPlain) return text.replace(/\/+$/, "");
	report.error(site.at(), {
		// What stands before an @ may be a password.
		what: text.includes("@")
			? "`publicUrl` has a user in it"
			: `\`publicUrl\` is ${site.show(text)}`,
		expected: "an `http` or `https` URL without query and user",
		todo: "write for example `https://hooks.example.com`",
	});
	return undefined;
}

function defaultPublicUrl(
	listen: readonly ListenSettings[],
	isHttps: boolean,
): string {
	const tcp = listen.find((entry) => entry.kind === "tcp");
	if (tcp?.kind !== "tcp") return "http://localhost";
	return `${isHttps ? "https" : "http"}://localhost:${tcp.port}`;
}
