import { isIP } from "node:net";
import type { Report } from "../../../finding/report.ts";
import { lineOf, type Site } from "../../../finding/site.ts";
import { isLoopback } from "../../../gate/address.ts";
import type {
	AdminSettings,
	AdminTokenSettings,
	ServerSettings,
} from "../../settings.ts";
import { type AuthoredAdmin, toList } from "../authored/authored.ts";
import type { Authored } from "../route/draft.ts";
import { parseListen } from "./server.ts";
import { readTls } from "./tls.ts";
import { readToken } from "./token.ts";

/** The parts of a configuration that `admin` is checked against. */
export interface AdminContext {
	readonly server: ServerSettings;
	readonly report: Report;
}

/** Reads `admin`. Absent or wrong values get their defaults. Undefined for `off`. */
export function readAdmin(
	{ value, site, wrote }: Authored<AuthoredAdmin>,
	context: AdminContext,
): AdminSettings | undefined {
	if (site.value === "off") return undefined;
	const { report } = context;
	const tokens = readTokens(value, site, report);
	const listen = readListen(value.listen, site.in("listen"), context);
	const tls = readOwnTls(value.tls, site.in("tls"), report);
	const hosts = readHosts(value.hosts, site.in("hosts"), report);
	if (!isLoopback(listen.host)) {
		const isMeant = wrote("token") || wrote("tokens");
		if (tokens.length === 0) {
			report.error(site.at("listen"), {
				what: isMeant
					? "the admin listener is open to other machines, and its token is empty"
					: "the admin listener is open to other machines and has no token",
				expected: "`127.0.0.1:8081`, or a token",
				// biome-ignore lint/suspicious/noTemplateCurlyInString: the reference is one of routes.yaml
				todo: 'write `token: "${SWITCHHOOK_ADMIN_TOKEN}"` and set the variable',
			});
		}
		if (tls === undefined) {
			report.note(site.at("listen"), {
				what: "the admin listener is open to other machines without TLS, so tokens are sent in plain text",
				todo: "write `tls`, or put a proxy with TLS before it",
			});
		}
	}
	return {
		listen,
		isListenWritten: wrote("listen"),
		tokens,
		hosts,
		tls,
	};
}

/** The name of a token that is written as `token`. */
export const ONLY_TOKEN = "admin";

// --- helpers ---

const DEFAULT_LISTEN = { host: "127.0.0.1", port: 8081 };

/** The name of the token that the router makes. */
const MADE_TOKEN = "local";

const READ_ONLY: AdminTokenSettings["scopes"] = ["read"];

const ALL_SCOPES = ["read", "operate", "reveal"] as const;

function readListen(
	text: string | undefined,
	site: Site,
	{ server, report }: AdminContext,
): AdminSettings["listen"] {
	if (text === undefined) return DEFAULT_LISTEN;
	const place = parseListen(text, "/");
	if (place?.kind !== "tcp") {
		report.error(site.at(), {
			what:
				place === undefined
					? `${site.show(text)} is not an address to listen on`
					: "the admin listener does not take a Unix socket",
			expected: "`host:port`, `:port` or `[::1]:port`",
			todo: "write for example `127.0.0.1:8081`",
		});
		return DEFAULT_LISTEN;
	}
	const { host, port } = place;
	const isTaken = server.listen.some(
		(other) =>
			other.kind === "tcp" &&
			other.port === port &&
			port !== 0 &&
			(other.host === host || isEvery(other.host) || isEvery(host)),
	);
	if (isTaken) {
		report.error(site.at(), {
			what: `\`server.listen\` takes the port of ${site.show(text)} too`,
			todo: "write another port",
		});
	}
	return { host, port };
}

/** Reads `tls`. The commands of this machine have a token, and no client certificate. */
function readOwnTls(
	value: AuthoredAdmin["tls"],
	site: Site,
	report: Report,
): AdminSettings["tls"] {
	const { ca, clientCertificates, ...own } = value ?? {};
	for (const [key, written] of Object.entries({ ca, clientCertificates })) {
		if (written === undefined) continue;
		report.error(site.keyAt(key), {
			what: `the admin listener asks for no client certificates, so \`${key}\` has no effect here`,
			todo: "take it out, and give each client a token in `tokens`",
		});
	}
	return readTls(own, site, report);
}

function isEvery(host: string): boolean {
	return host === "" || host === "0.0.0.0" || host === "::";
}

function readTokens(
	{ token, tokens = {} }: AuthoredAdmin,
	site: Site,
	report: Report,
): readonly AdminTokenSettings[] {
	const found: AdminTokenSettings[] = [];
	const sites = new Map<string, Site>();
	const add = (
		name: string,
		text: string | undefined,
		scopes: AdminTokenSettings["scopes"],
		at: Site,
	): void => {
		// An empty variable switches the token off.
		if (text === undefined || text === "") return;
		const sha256 = readToken(text, at, report);
		if (sha256 === undefined) return;
		const first = sites.get(sha256);
		if (first !== undefined) {
			report.error(at.at(), {
				what: `the token is the same as in ${lineOf(first)}, so its name and scopes are not known`,
				todo: "write another token",
			});
			return;
		}
		sites.set(sha256, at);
		found.push({ name, sha256, scopes });
	};
	add(ONLY_TOKEN, token, ALL_SCOPES, site.in("token"));
	for (const [name, { token: text, scopes = READ_ONLY }] of Object.entries(
		tokens,
	)) {
		const at = site.in("tokens", name);
		if (name === MADE_TOKEN || (name === ONLY_TOKEN && token !== undefined)) {
			report.error(site.keyAt("tokens", name), {
				what:
					name === MADE_TOKEN
						? `\`${MADE_TOKEN}\` is the name of the token that the router makes`
						: `\`${ONLY_TOKEN}\` is the name of the token in \`token\``,
				todo: "give yours another name",
			});
			continue;
		}
		add(name, text, scopes, at.in("token"));
	}
	return found;
}

function readHosts(
	written: AuthoredAdmin["hosts"],
	site: Site,
	report: Report,
): readonly string[] {
	if (written === undefined) return [];
	const hosts = new Set<string>();
	for (const [index, text] of toList(written).entries()) {
		const at = typeof written === "string" ? site : site.in(index);
		const host = text.toLowerCase().replace(/^\[(.*)\]$/, "$1");
		if (isIP(host) !== 0 || HOST_NAME.test(host)) {
			hosts.add(host);
			continue;
		}
		const guess = host.replace(/^[a-z]+:\/\//, "").replace(/[:/].*$/, "");
		report.error(at.at(), {
			what: `${at.show(text)} is not a host name`,
			expected: "a name without scheme and port, such as `admin.example.com`",
			todo:
				!at.isSecret() && HOST_NAME.test(guess)
					? `write \`${guess}\``
					: undefined,
		});
	}
	return [...hosts];
}

const HOST_NAME = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_-]+)*$/;
