import { dirname, resolve } from "node:path";
import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import { nearest } from "../../../finding/suggest.ts";
import type { InboxStoreSettings } from "../../settings.ts";
import { type DatabaseHost, databaseHosts } from "./database-hosts.ts";

/** Reads `inbox.store`. An absent or wrong value gets its default. No finding contains a password. */
export function readStore(
	text: string | undefined,
	site: Site,
	report: Report,
): InboxStoreSettings {
	const folder = dirname(site.file.source.file);
	const fallback: InboxStoreSettings = {
		type: "sqlite",
		file: resolve(folder, DEFAULT_PATH),
	};
	if (text === undefined) return fallback;
	if (text === "none") return { type: "none" };
	if (text === "memory") {
		report.note(site.at(), {
			what: "what is kept in memory ends with the router: the platform was told 200 for it, and does not send it again",
			todo: "write `sqlite:…` where every webhook counts",
		});
		return { type: "memory" };
	}
	const [, scheme = "", rest = ""] =
		/^([a-z][\w+.-]*):(.*)$/is.exec(text) ?? [];
	if (scheme === "sqlite") {
		const path = readPath(rest, site, report);
		return path === undefined
			? fallback
			: { type: "sqlite", file: resolve(folder, path) };
	}
	if (scheme === "postgres" || scheme === "postgresql") {
		return readUrl(text, site, report)
			? { type: "postgres", url: text }
			: fallback;
	}
	report.error(site.at(), {
		// Behind the scheme of a database there may be a password.
		what:
			scheme === ""
				? `${showPath(text, site)} is not a known store`
				: site.isSecret()
					? `${site.show(text)} is not a known store`
					: `\`${scheme}:…\` is not a known store`,
		expected: "`sqlite:path`, `postgres://…`, `memory` or `none`",
		todo: site.isSecret() ? undefined : guessStore(text, scheme),
	});
	return fallback;
}

/** Reads `inbox.spool`. Returns the absolute path. Undefined without one, and with a finding for a wrong value. */
export function readSpool(
	text: string | undefined,
	site: Site,
	report: Report,
): string | undefined {
	if (text === undefined) return undefined;
	const rest = /^sqlite:(.*)$/is.exec(text)?.[1];
	if (rest !== undefined) {
		const path = readPath(rest, site, report, SPOOL_PATH);
		return path && resolve(dirname(site.file.source.file), path);
	}
	const isPath = /^[\w./-]*[./][\w-]+$/.test(text) && !site.isSecret();
	report.error(site.at(), {
		// A database URL may have a password.
		what: `${showPath(/^\w+:\/\//.test(text) ? "@" : text, site)} is not a spool`,
		expected: `\`sqlite:${SPOOL_PATH}\`, a file on this machine`,
		todo: isPath ? `write \`sqlite:${text}\`` : undefined,
	});
	return undefined;
}

// --- helpers ---

const SPOOL_PATH = "./data/spool.db";
const DEFAULT_PATH = "./data/inbox.db";

/** Returns the path for the engine: from `sqlite:path`, or from `sqlite:///path` for an absolute one. */
function readPath(
	rest: string,
	site: Site,
	report: Report,
	example: string = DEFAULT_PATH,
): string | undefined {
	const path = rest.replace(/^\/\/(?=\/)/, "");
	const isFile = path !== "" && !/^\/\/|[?#]|[/\\]$/.test(path);
	if (isFile && path !== ":memory:") return path;
	report.error(site.at(), {
		what:
			path === ":memory:"
				? "SQLite's `:memory:` is not a file"
				: `${site.show(`sqlite:${rest}`)} does not name a file`,
		expected: `\`sqlite:${example}\`, or \`sqlite:/absolute/path.db\``,
		todo:
			path === ":memory:" && example === DEFAULT_PATH
				? "write `memory` for an inbox that ends with the router"
				: undefined,
	});
	return undefined;
}

/** Returns true for a URL that the driver can parse. Warns about a password in the file. */
function readUrl(text: string, site: Site, report: Report): boolean {
	const hosts = databaseHosts(text);
	const urls = (typeof hosts === "string" ? [] : hosts).map(parseUrl);
	const url = urls.includes(undefined) ? undefined : urls[0];
	// A ? or # of a password ends the part that it belongs to, and leaves the @ behind it.
	const isCut = url?.hash !== "" || (!url.username && url.search.includes("@"));
	if (!/^\w+:\/\//.test(text) || url === undefined || isCut) {
		report.error(site.at(), {
			what: `\`store\` is not a valid database URL${typeof hosts === "string" ? `: ${hosts}` : ""}`,
			expected: "`postgres://user:password@host:5432/database`",
			todo: "write `@`, `/`, `?` and `#` of a password as `%40`, `%2F`, `%3F` and `%23`",
		});
		return false;
	}
	const hasPassword = url.password !== "" || url.searchParams.has("password");
	if (hasPassword && !site.isFromOutside()) {
		report.warn(site.at(), {
			what: "the database password is in plain text here",
			// biome-ignore lint/suspicious/noTemplateCurlyInString: the reference is one of routes.yaml
			todo: 'take it from the environment: `store: "${INBOX_URL}"`',
		});
	}
	return true;
}

/** Parses the URL of one server. */
function parseUrl({ url }: DatabaseHost): URL | undefined {
	// The driver takes an empty host, which a URL with a user has not (WHATWG URL, section 4.4): a Unix socket.
	const host = url.replace("@/", "@localhost/");
	return URL.canParse(host) ? new URL(host) : undefined;
}

/** Hides a text with `@`, which may be a part of a URL that was pasted without its scheme. */
function showPath(text: string, site: Site): string {
	return text.includes("@") ? "this" : site.show(text);
}

function guessStore(text: string, scheme: string): string | undefined {
	if (scheme === "") {
		const isPath = /^[\w./-]*[./][\w-]+$/.test(text);
		if (isPath) return `write \`sqlite:${text}\``;
		const word = nearest(text, ["none", "memory", "sqlite", "postgres"]);
		if (word === "sqlite") return `write \`sqlite:${DEFAULT_PATH}\``;
		if (word === "postgres") return "write `postgres://user@host/database`";
		return word && `write \`${word}\``;
	}
	const word = nearest(scheme, ["sqlite", "postgres", "postgresql"]);
	return word && `did you mean \`${word}:…\`?`;
}
