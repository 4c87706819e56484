import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { WRITING_TAG } from "../template/urls.ts";

/** A URL with templates, by position. A value is encoded for the position where it stands, so it cannot end it. */
export interface UrlTemplate {
	/** An expression with the beginning of a URL, such as `{{ tenants[payload.to].url }}`. Undefined if the text begins with a scheme. */
	readonly base?: string;
	/** `http` or `https`. Undefined if `base` decides. */
	readonly scheme?: string;
	/** The host with its port, as a template. Undefined if it is fixed, or if `base` decides. */
	readonly host?: string;
	/** Begins with a slash, or is empty. */
	readonly path: string;
	/** Begins with a question mark, or is empty. */
	readonly query: string;
	/** True if a part of it comes from the environment. */
	readonly isSecret: boolean;
}

/** The parts of a URL with templates that do not depend on an event. */
export interface ReadTemplate {
	readonly template: UrlTemplate;
	/** `http://host:port` of a fixed host. Undefined if the host is a template. */
	readonly origin: string | undefined;
}

/** Returns true if the event decides on the host. */
export function hasOpenHost({ base, host }: UrlTemplate): boolean {
	return base !== undefined || host !== undefined;
}

/** Reads the URL of a `forward` that is a template. Returns undefined, with findings, if something is wrong. */
export function readUrlTemplate(
	text: string,
	site: Site,
	report: Report,
): ReadTemplate | undefined {
	const fail = (what: string, todo?: string, expected?: string): undefined =>
		report.error(site.at(), { what, expected, todo }) as undefined;
	const regions = text.match(REGION) ?? [];
	if (regions.some((region) => WRITING_TAG.test(region)))
		return fail(
			"a tag in `url` writes a value that is not encoded",
			"write `{{ }}` for a value",
		);
	const parts = splitUrl(text);
	if (parts === undefined)
		return fail(
			`${site.show(text)} is not a valid URL to forward to`,
			site.isSecret()
				? undefined
				: "begin with the scheme, or with one `{{ }}` that is the beginning of a URL",
			"an `http` or `https` URL without a fragment, whose values stand in `{{ }}`",
		);
	const { base, authority = "", path, query, scheme } = parts;
	if (authority.includes("@"))
		return fail(
			"the URL has a user in it",
			"take it out, and write it as a header: `headers: { authorization: … }`",
		);
	if (RAW.test(authority) || RAW.test(base ?? ""))
		return fail(
			"`raw` in the host lets a value write another host",
			"take it out",
		);
	const isOpen = REGION_AT.test(authority);
	const [, name = "", port = ""] = /^(.*?)(:[^:\]]*)?$/s.exec(authority) ?? [];
	const trial = `${scheme ?? "http"}://${sample(name, "x") || "x"}${sample(port, "1")}${sample(path, "x")}`;
	if (!URL.canParse(trial))
		return fail(`${site.show(text)} is not a valid URL to forward to`);
	return {
		origin: isOpen || base !== undefined ? undefined : new URL(trial).origin,
		template: {
			...(base === undefined ? { scheme } : { base }),
			...(isOpen && { host: authority }),
			path,
			query,
			isSecret: site.isFromOutside(),
		} as UrlTemplate,
	};
}

/** Returns the text of a URL for display, with no value of its query that may be a secret. */
export function showTemplate(
	text: string,
	{ isSecret, query }: UrlTemplate,
): string {
	if (isSecret) return "(a template)";
	const bare = text.slice(0, text.length - query.length);
	return query === "" ? bare : `${bare}?…`;
}

// --- helpers ---

const REGION = /\{\{.*?\}\}|\{%.*?%\}/gs;
const REGION_AT = /\{[{%]/;
const RAW = /\|\s*raw\b/;

interface UrlParts {
	readonly base?: string;
	readonly scheme?: string;
	readonly authority?: string;
	readonly path: string;
	readonly query: string;
}

/** Splits a text at the characters that its author wrote, not at those within expressions. */
function splitUrl(text: string): UrlParts | undefined {
	const masked = text.replace(REGION, (region) => "\0".repeat(region.length));
	if (/[\s#\\]/.test(masked)) return undefined;
	if (masked.startsWith("\0")) {
		const [base = ""] = text.match(REGION) ?? [];
		if (base.startsWith("{%")) return undefined;
		const rest = masked.slice(base.length);
		const [, path, query] = /^(\/[^?]*)?(\?.*)?$/s.exec(rest) ?? [];
		if (path === undefined && query === undefined && rest !== "")
			return undefined;
		return { base, ...ends(text, path, query) };
	}
	const [, scheme, authority, path, query] =
		/^(https?):\/\/([^/?]+)(\/[^?]*)?(\?.*)?$/is.exec(masked) ?? [];
	if (scheme === undefined || authority === undefined) return undefined;
	const start = scheme.length + "://".length;
	return {
		scheme: scheme.toLowerCase(),
		authority: text.slice(start, start + authority.length),
		...ends(text, path, query),
	};
}

/** Cuts the path and the query, whose lengths are known, from the end of a text. */
function ends(
	text: string,
	path = "",
	query = "",
): Pick<UrlParts, "path" | "query"> {
	const end = text.length - query.length;
	return { path: text.slice(end - path.length, end), query: text.slice(end) };
}

/** Replaces each expression by a value, and removes tags. */
function sample(text: string, value: string): string {
	return text.replace(REGION, (region) =>
		region.startsWith("{{") ? value : "",
	);
}
