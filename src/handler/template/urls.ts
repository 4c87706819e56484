import { isPlainPath } from "../../route/path.ts";
import { encodeComponent } from "./encode.ts";

/** The URLs of all routes, for the filter `url`. */
export interface RouteUrls {
	/** The names of all routes. */
	readonly names: Iterable<string>;
	/** Returns true for the name of a route, also of an internal one, which has no URL. */
	has(name: string): boolean;
	/** Returns the `:name` segments of a route's path. Undefined for an unknown route, and for one without a path. */
	paramsOf(name: string): readonly string[] | undefined;
	/**
	 * Writes a route's absolute URL. A parameter with the name of a path segment fills the segment. The others become the query.
	 * Undefined and null are omitted. Throws an Error without any value.
	 */
	urlOf(name: string, params: ReadonlyMap<string, unknown>): string;
}

/** A route's name, and its path unless it is internal. */
export interface NamedPath {
	readonly name: string;
	readonly path: string | undefined;
}

/** Creates the URLs. `publicUrl` has no trailing slash, and is called each time, because the port may not be known before. */
export function createRouteUrls(
	publicUrl: () => string,
	routes: Iterable<NamedPath>,
): RouteUrls {
	const paths = new Map<string, string | undefined>();
	for (const { name, path } of routes) paths.set(name, path);
	const paramsOf = (name: string): readonly string[] | undefined =>
		paths
			.get(name)
			?.split("/")
			.filter((segment) => segment.startsWith(":"))
			.map((segment) => segment.slice(1));
	return {
		names: [...paths.keys()],
		has: (name) => paths.has(name),
		paramsOf,
		urlOf(name, params) {
			const pattern = paths.get(name);
			if (pattern === undefined) {
				throw new Error("the filter `url` got a name that no route has");
			}
			const inPath = new Set(paramsOf(name));
			const path = fillPath(pattern, params);
			const query = [...params]
				.filter(([key, value]) => !inPath.has(key) && !isAbsent(value))
				.map(
					([key, value]) =>
						`${encodeComponent(key)}=${encodeComponent(toText(key, value))}`,
				);
			const end = query.length === 0 ? "" : `?${query.join("&")}`;
			return `${publicUrl()}${path}${end}`;
		},
	};
}

/**
 * Returns true if a template's own text, a table or the filter `url` determines the scheme and host of the resulting URL.
 * Returns false if a value may, because then the sender chooses where the call is reported. It checks the text and not
 * LiquidJS's result, so it may miss a fixed host.
 */
export function fixesHost(
	template: string,
	isTable: (name: string) => boolean = none,
): boolean {
	const begins = (text: string): boolean => beginsWithHost(text, isTable);
	if (!template.trimStart().startsWith("{%")) return begins(template);
	// The first part is only known after a tag has been evaluated.
	const parts = template.split(TAG).filter((part) => part.trim() !== "");
	const writes = [...template.matchAll(TAG)].some(([tag]) =>
		WRITING_TAG.test(tag),
	);
	return !writes && parts.length > 0 && parts.every(begins);
}

/** Matches a tag that writes a value itself, at its beginning. */
export const WRITING_TAG =
	/^\{%-?\s*(echo|cycle|increment|decrement|liquid|tablerow)\b/;

// --- helpers ---

function fillPath(
	pattern: string,
	params: ReadonlyMap<string, unknown>,
): string {
	const path = pattern
		.split("/")
		.map((segment) => {
			if (!segment.startsWith(":")) return segment;
			const key = segment.slice(1);
			const value = params.get(key);
			const text = isAbsent(value) ? "" : toText(key, value);
			if (text === "") {
				throw new Error(`the filter \`url\` got no \`${key}\` for the path`);
			}
			return encodeComponent(text);
		})
		.join("/");
	// A slash or a dot segment in a value would lead to another route.
	if (!isPlainPath(path)) {
		throw new Error(
			"the filter `url` got a value that cannot stand in a path segment",
		);
	}
	return path;
}

function isAbsent(value: unknown): boolean {
	return value === undefined || value === null;
}

function toText(key: string, value: unknown): string {
	if (typeof value === "object" || typeof value === "function") {
		throw new Error(
			`the filter \`url\` got a list or a mapping for \`${key}\``,
		);
	}
	return String(value);
}

const TAG = /\{%.*?%\}/gs;
const OUTPUT = /^\s*\{\{-?(.*?)-?\}\}/s;
// A host that may be extended (`example.com{{ x }}`) is not fixed, and neither is one after `user@`.
const LITERAL_HOST = /^\s*(https?|wss?):\/\/[^\s/?#{\\]+[/?#]/i;
const LITERAL_SIP_HOST = /^\s*sips?:([^@]*@)?[^@\s{;?:]+(:\d+)?\s*([;?]|$)/i;

function beginsWithHost(
	text: string,
	isTable: (name: string) => boolean,
): boolean {
	const output = OUTPUT.exec(text);
	if (output !== null) {
		const expression = String(output[1]);
		return isRouteUrl(expression) || isOfTable(expression, isTable);
	}
	return LITERAL_HOST.test(text) || LITERAL_SIP_HOST.test(text);
}

/** The filter `url` writes the router's own host, which `append` does not change. */
function isRouteUrl(expression: string): boolean {
	const filters = expression
		.split("|")
		.slice(1)
		.map((filter) => /^\s*(\w*)/.exec(filter)?.[1]);
	const last = filters.lastIndexOf("url");
	return (
		last >= 0 && filters.slice(last + 1).every((name) => name === "append")
	);
}

/** A table belongs to the operator, and so does the default for a missing row. */
function isOfTable(
	expression: string,
	isTable: (name: string) => boolean,
): boolean {
	const [value = "", ...filters] = expression.split("|");
	const root = /^\s*([\w-]+)\s*[[.]/.exec(value)?.[1];
	return (
		root !== undefined &&
		isTable(root) &&
		filters.every((filter) => OWN_FILTER.test(filter))
	);
}

const OWN_FILTER =
	/^\s*(?:append\b|strip\s*$|default\s*:\s*(?:"[^"]*"|'[^']*')\s*$)/;

function none(): boolean {
	return false;
}
