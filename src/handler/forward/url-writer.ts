import { HookError } from "../../errors.ts";
import type { HookEvent } from "../../event/webhook.ts";
import type { Finding, Position } from "../../finding/finding.ts";
import { namesOf } from "../../finding/words.ts";
import type { Table } from "../../table/table.ts";
import type { HandlerSite } from "../handler-type.ts";
import { inComponent, inHost, UnfitValueError } from "../template/encode.ts";
import { createScope } from "../template/scope.ts";
import type { Templates } from "../template/templates.ts";
import { compileTree } from "../template/tree.ts";
import type { UrlTemplate } from "./url-template.ts";

/** The URL of one event. */
export interface WrittenUrl {
	/** `http://host:port` or `https://host:port`. Empty if the host is fixed. */
	readonly origin: string;
	/** The path with the query. */
	readonly path: string;
}

/** Writes the URL of one event. Throws HANDLER_FAILED like `CompiledTree`, also for a value that a URL cannot have. */
export type UrlWriter = (event: HookEvent) => WrittenUrl;

/** A URL template that was compiled. */
export interface CompiledUrl {
	readonly write: UrlWriter;
	readonly findings: readonly Finding[];
	/** The names of headers that it reads, in lower case. */
	readonly readsHeaders: readonly string[];
	/** True if the host consists of the author's text and values of tables, so that it may be shown. */
	readonly isOwnHost: boolean;
}

/** Compiles the URL of a `forward`. */
export function compileUrl(
	{ base, scheme, host, path, query, isSecret }: UrlTemplate,
	{ route, kind }: Pick<HandlerSite, "route" | "kind">,
	templates: Templates,
	at: Position,
): CompiledUrl {
	const { path: routePath = "", signature } = route;
	const { tables } = templates;
	const parts = {
		...(base !== undefined && { base }),
		...(host !== undefined && { host }),
		path,
		query,
	};
	const { render, reads, readsHeaders, findings } = compileTree(parts, {
		engine: templates.engine(),
		urls: templates.urls,
		tables,
		payloadFields: namesOf(kind.schema),
		what: "`url`",
		isMarkup: false,
		isSecret: () => isSecret,
		encoderOf: ([part]) =>
			part === "base" ? undefined : part === "host" ? inHost : inComponent,
		locate: () => at,
		nameOf: () => "`url`",
	});
	templates.doubts.add(reads, { kind, path: routePath, signature });
	const endsWithSlash = path.endsWith("/");
	return {
		findings,
		readsHeaders,
		isOwnHost: isOwnText(base ?? host ?? "", tables),
		write(event) {
			const written = (
				render === undefined ? parts : render(createScope(event, routePath))
			) as typeof parts;
			const rendered = { ...written, scheme, endsWithSlash };
			try {
				return toUrl(rendered);
			} catch (error) {
				if (!(error instanceof UnfitValueError)) throw error;
				const why = `\`url\`: ${error.message}`;
				throw new HookError("HANDLER_FAILED", why, { cause: error });
			}
		},
	};
}

// --- helpers ---

interface RenderedParts {
	readonly base?: string;
	readonly scheme?: string | undefined;
	readonly host?: string;
	readonly path: string;
	readonly query: string;
	/** True if the author's text of the path ends with a slash. */
	readonly endsWithSlash: boolean;
}

function toUrl(parts: RenderedParts): WrittenUrl {
	const { scheme, host, path, query, endsWithSlash } = parts;
	checkPath(path, endsWithSlash);
	if (/[\s#\\]/.test(query)) throw new UnfitValueError(BAD_RAW);
	if (parts.base !== undefined) return toOpenUrl(parts.base, path, query);
	const text = `${host === undefined ? "http://x" : `${scheme}://${host}`}${path}${query}`;
	const url = parseUrl(text);
	return {
		origin: host === undefined ? "" : checkPort(url, host).origin,
		path: url.pathname + url.search,
	};
}

/** Joins a URL from a value with the author's path and query. */
function toOpenUrl(base: string, path: string, query: string): WrittenUrl {
	// A URL parser removes tabs and line breaks, and reads a backslash as a slash.
	if (!/^https?:\/\//i.test(base) || /[\s\p{C}\\#]/u.test(base))
		throw new UnfitValueError(NOT_URL);
	const url = parseUrl(base);
	if (url.username !== "" || url.password !== "")
		throw new UnfitValueError("the value has a user in it");
	if (base.includes("?") && path !== "")
		throw new UnfitValueError("the value has a query, and a path follows it");
	const [start = ""] = base.replace(/^https?:\/\/[^/?]*/i, "").split("?");
	checkPath(start, true);
	checkPort(url, "");
	const joined = path === "" ? url.pathname : join(url.pathname, path);
	const more = url.search === "" ? query : query.replace(/^\?/, "&");
	const whole = parseUrl(`${url.origin}${joined}${url.search}${more}`);
	return { origin: url.origin, path: whole.pathname + whole.search };
}

function join(start: string, path: string): string {
	return start.endsWith("/") ? start.slice(0, -1) + path : start + path;
}

const NOT_URL = "the value is not an `http` or `https` URL";
const BAD_RAW = "a value has characters that a URL cannot have";

function parseUrl(text: string): URL {
	if (!URL.canParse(text)) throw new UnfitValueError("it is not a valid URL");
	return new URL(text);
}

/** Refuses a path that a server may read as another one. */
function checkPath(path: string, endsWithSlash: boolean): void {
	// Only `raw` writes such characters.
	if (/[\s?#\\]/.test(path)) throw new UnfitValueError(BAD_RAW);
	if (path.includes("//") || (path.endsWith("/") && !endsWithSlash))
		throw new UnfitValueError("a value in the path is empty");
	// Some servers decode slashes before they resolve the dots.
	const plain = path.replace(/%2e/gi, ".").split(/\/|\\|%2f|%5c/i);
	if (plain.some((segment) => segment === "." || segment === ".."))
		throw new UnfitValueError("a value leads out of the path");
}

/** Refuses a port of another protocol, unless the author wrote it. */
function checkPort(url: URL, host: string): URL {
	const port = Number(url.port || 443);
	const isUsual = port === 80 || port === 443 || port >= 1024;
	if (!isUsual && !host.endsWith(`:${url.port}`))
		throw new UnfitValueError(`the port ${port} belongs to another protocol`);
	return url;
}

/** Returns true if no value of an event is a part of a text: it reads tables only. */
function isOwnText(text: string, tables: ReadonlyMap<string, Table>): boolean {
	const outputs = text.match(/\{\{.*?\}\}|\{%.*?%\}/gs) ?? [];
	return outputs.every((output) => {
		const [, root, filters = ""] =
			/^\{\{-?\s*([\w-]+)\s*[[.][^|]*((?:\|.*)?)-?\}\}$/s.exec(output) ?? [];
		const unquoted = filters.replace(/:\s*(?:"[^"]*"|'[^']*')/g, "");
		return root !== undefined && tables.has(root) && !/[:,]/.test(unquoted);
	});
}
