import { dirname, resolve } from "node:path";
import type { ReadContext } from "../../config/handler-spec.ts";
import type {
	AuthoredForward,
	AuthoredForwardOptions,
	AuthoredStatus,
	AuthoredStatuses,
} from "../../config/parts/authored/forward.ts";
import { readSize, readTimer } from "../../config/parts/limits.ts";
import {
	type CopyContext,
	readCopyHeaders,
} from "../../config/parts/route/copy-headers.ts";
import { readRate } from "../../config/parts/route/rate.ts";
import {
	parseStatusRange,
	type StatusRange,
} from "../../event/status-range.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { readKeys } from "../../gate/schemes/secrets.ts";
import { readBody } from "../template/body.ts";
import { findHeaderTemplates } from "../template/header-values.ts";
import { isWrittenTemplate } from "../template/outside.ts";
import {
	type ForwardSettings,
	isNeverCopied,
	isReservedHeader,
} from "./settings.ts";
import { hasOpenHost, readUrlTemplate, showTemplate } from "./url-template.ts";

/** Reads a `forward` that the schema accepts. Returns undefined, with findings, if something is wrong. */
export function readForward(
	forward: AuthoredForward,
	site: Site,
	context: CopyContext & Pick<ReadContext, "networks">,
): ForwardSettings | undefined {
	const { report } = context;
	const isShort = typeof forward === "string";
	const options = isShort ? { url: forward } : forward;
	const url = readUrl(options.url, isShort ? site : site.in("url"), report);
	const headers = readHeaders(options.headers, site.in("headers"), report);
	const copyHeaders = readCopyHeaders(
		options.copyHeaders,
		site.in("copyHeaders"),
		context,
		isNeverCopied,
	);
	const limits = readLimits(options, site, report);
	const successStatus = readStatuses(
		options.successStatus ?? "200-299",
		site.in("successStatus"),
		report,
	);
	const retryStatus = readStatuses(
		options.retryStatus ?? [408, 425, 429, "500-599"],
		site.in("retryStatus"),
		report,
	);
	const keys =
		options.secret === undefined
			? []
			: readKeys(options.secret, site.in("secret"), report);
	const rate = options.rate && readRate(options.rate, site.in("rate"), report);
	const body = readBody(options, site, report);
	const egress =
		options.egress &&
		context.networks.readAddresses(options.egress, site.in("egress"));
	if (
		url === undefined ||
		(options.body !== undefined && body === undefined) ||
		(options.egress !== undefined && egress === undefined) ||
		!suitsHost(options, url, site, report) ||
		(options.rate !== undefined && rate === undefined) ||
		headers === undefined ||
		limits === undefined ||
		successStatus === undefined ||
		retryStatus === undefined ||
		keys === undefined ||
		(options.copyHeaders !== undefined && copyHeaders === undefined)
	) {
		return undefined;
	}
	const { ca, connections = 64 } = options;
	const { as = body === undefined ? "original" : "json" } = options;
	const headerTemplates = findHeaderTemplates(
		options.headers ?? {},
		site.in("headers"),
	);
	return {
		...url,
		as,
		headers,
		...(headerTemplates.length === 0 ? {} : { headerTemplates }),
		...(copyHeaders === undefined ? {} : { copyHeaders }),
		...limits,
		successStatus,
		retryStatus,
		keys,
		ca: ca === undefined ? undefined : resolve(folderOf(site), ca),
		connections,
		...(rate && { rate }),
		...(body && { body }),
		...(egress && { egress }),
	};
}

// --- helpers ---

type Url = Pick<
	ForwardSettings,
	"origin" | "socket" | "path" | "shown" | "url"
>;

type Limits = Pick<
	ForwardSettings,
	"timeoutMs" | "connectTimeoutMs" | "maxBodyBytes" | "keepAliveMs"
>;

const DEFAULT_CONNECT_TIMEOUT_MS = 2000;
const DEFAULT_MAX_BODY_BYTES = 1_000_000;
// Most servers keep an idle connection for 5 s. The sender should be the first to close it.
const DEFAULT_KEEP_ALIVE_MS = 4000;

function folderOf({ file }: Site): string {
	return dirname(file.source.file);
}

/** Checks the keys that depend on whether the host is a template. Returns false after a finding. */
function suitsHost(
	{ egress, rate }: AuthoredForwardOptions,
	{ url }: Url,
	site: Site,
	report: Report,
): boolean {
	const isOpen = url !== undefined && hasOpenHost(url);
	if (egress !== undefined && !isOpen) {
		report.error(site.in("egress").keyAt(), {
			what: "`egress` has no effect, because the host of the URL is fixed",
			todo: "take it out",
		});
		return false;
	}
	if (rate !== undefined && isOpen) {
		report.error(site.in("rate").keyAt(), {
			what: "`rate` is the pace of one service, and the host of the URL is a template",
			todo: "write `rate` on the route",
		});
		return false;
	}
	return true;
}

/** Reads a URL that is a template. A socket is fixed in any case. */
function readMappedUrl(
	text: string,
	site: Site,
	report: Report,
): Url | undefined {
	const [, file, rest = "/"] =
		/^(?:http:\/\/)?unix:([^:{]+)(?::(\/.*))?$/s.exec(text) ?? [];
	const socket = file && resolve(folderOf(site), file);
	const whole = socket ? `http://localhost${rest}` : text;
	const read = readUrlTemplate(whole, site, report);
	if (read === undefined) return undefined;
	const { origin = "", template } = read;
	const shown = showTemplate(whole, template);
	return {
		origin,
		socket,
		path: template.path + template.query,
		url: template,
		shown: socket
			? shown.replace("http://localhost", `unix:${socket}:`)
			: shown,
	};
}

function readUrl(text: string, site: Site, report: Report): Url | undefined {
	if (isWrittenTemplate(text, site)) return readMappedUrl(text, site, report);
	// As in nginx: the socket's path, then the URL's path. Both spellings of the start are accepted.
	const unix = /^(?:http:\/\/)?unix:([^:]+)(?::(\/.*))?$/.exec(text);
	if (unix !== null && !/[\s#]/.test(text)) {
		const [, socket = "", path = "/"] = unix;
		const url = new URL(path, "http://localhost");
		return {
			origin: "http://localhost",
			socket: resolve(folderOf(site), socket),
			path: url.pathname + url.search,
			shown: `unix:${resolve(folderOf(site), socket)}:${show(url, site)}`,
		};
	}
	const url = URL.canParse(text) ? new URL(text) : undefined;
	// The text before an @ may be a password.
	if (/^[^/]*@|\/\/[^/]*@/.test(text)) {
		report.error(site.at(), {
			what: "the URL has a user in it",
			todo: "take it out, and write it as a header: `headers: { authorization: … }`",
		});
		return undefined;
	}
	const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
	if (url === undefined || !isWeb || /[\s#]/.test(text)) {
		report.error(site.at(), {
			what: `${site.show(text)} is not a valid URL to forward to`,
			expected:
				"an `http` or `https` URL without a fragment, or `unix:/path/of.sock:/path/of/url`",
			todo: site.isSecret() ? undefined : guessUrl(text),
		});
		return undefined;
	}
	return {
		origin: url.origin,
		socket: undefined,
		path: url.pathname + url.search,
		shown: url.origin + show(url, site),
	};
}

/** Returns the path for display. A path from the environment may be a secret as a whole, and the values of a query may be secrets. */
function show({ pathname, searchParams }: URL, site: Site): string {
	if (site.isSecret()) return "/…";
	const query = [...searchParams].map(([name, value]) =>
		/key|token|secret|sig|pass|auth|code|cred|user|api/i.test(name)
			? `${name}=…`
			: `${name}=${value}`,
	);
	return query.length === 0 ? pathname : `${pathname}?${query.join("&")}`;
}

function guessUrl(text: string): string | undefined {
	const guess = `http://${text.replace(/^\/\//, "")}`;
	return /^(?:\/\/)?[\w.-]+(?::\d+)?(?:\/\S*)?$/.test(text) &&
		URL.canParse(guess)
		? `write \`${guess}\``
		: undefined;
}

function readHeaders(
	headers: AuthoredForwardOptions["headers"] = {},
	site: Site,
	report: Report,
): Readonly<Record<string, string>> | undefined {
	const read = new Map<string, string>();
	let isRight = true;
	for (const [name, value] of Object.entries(headers)) {
		const lower = name.toLowerCase();
		const isReserved = isReservedHeader(lower);
		if (isReserved || read.has(lower)) {
			isRight = false;
			report.error(site.keyAt(name), {
				what: isReserved
					? `the header \`${name}\` is written by the router itself`
					: `the header \`${name}\` is written twice, in another case`,
				todo: "take it out",
			});
		}
		read.set(lower, value);
		if (lower === "host" && isWrittenTemplate(value, site.in(name))) {
			isRight = false;
			report.error(site.at(name), {
				what: "the header `host` is a template, and it decides on a connection that many events share",
				todo: "write the host itself",
			});
		}
	}
	return isRight ? Object.fromEntries(read) : undefined;
}

function readLimits(
	options: AuthoredForwardOptions,
	site: Site,
	report: Report,
): Limits | undefined {
	const timer = (
		key: "timeout" | "connectTimeout" | "keepAlive",
	): number | undefined => readTimer(options[key], site.in(key), report);
	const limits = {
		timeout: timer("timeout"),
		connectTimeout: timer("connectTimeout"),
		maxBody: readSize(options.maxBody, site.in("maxBody"), report),
	};
	const keepAliveMs = timer("keepAlive");
	let isRight = options.keepAlive === undefined || keepAliveMs !== undefined;
	for (const key of ["timeout", "connectTimeout", "maxBody"] as const) {
		if (limits[key] === 0) {
			report.error(site.in(key).at(), {
				what: `\`${key}\` is zero, which forwards nothing`,
				expected: key === "maxBody" ? "`1B` or more" : "`1ms` or more",
				todo: "write a larger one, or take it out",
			});
		}
		isRight &&= options[key] === undefined || Boolean(limits[key]);
	}
	if (!isRight) return undefined;
	return {
		timeoutMs: limits.timeout,
		connectTimeoutMs: limits.connectTimeout ?? DEFAULT_CONNECT_TIMEOUT_MS,
		maxBodyBytes: limits.maxBody ?? DEFAULT_MAX_BODY_BYTES,
		keepAliveMs: keepAliveMs ?? DEFAULT_KEEP_ALIVE_MS,
	};
}

function readStatuses(
	statuses: AuthoredStatuses,
	site: Site,
	report: Report,
): readonly StatusRange[] | undefined {
	const isList = Array.isArray(statuses);
	const list: readonly AuthoredStatus[] = isList ? statuses : [statuses];
	const ranges = list.flatMap((status, index) => {
		const range = parseStatusRange(status);
		const { from, to } = range;
		if (from <= to) return [range];
		report.error((isList ? site.in(index) : site).at(), {
			what: `the range \`${status}\` ends before it begins`,
			todo: `write \`${to}-${from}\``,
		});
		return [];
	});
	return ranges.length === list.length ? ranges : undefined;
}
