import fresh from "fresh";
import type { Headers } from "../../event/webhook.ts";

/** The result of a request's conditions and range. */
export type Selection =
	| { readonly type: "full" }
	/** 304: the client already has it (RFC 9110 section 15.4.5). */
	| { readonly type: "unmodified" }
	/** 412: a precondition is false (RFC 9110 section 15.5.13). */
	| { readonly type: "failed" }
	/** 206: bytes from `start` to `end`, both included. */
	| { readonly type: "part"; readonly start: number; readonly end: number }
	/** 416: the range starts after the end. */
	| { readonly type: "outside" };

/** The full body, as far as conditions depend on it. */
export interface Representation {
	/** Headers of the full answer, lower case: `etag`, `last-modified`. */
	readonly headers: Readonly<Record<string, string>>;
	/** The size in bytes. Undefined if ranges are not supported. */
	readonly size: number | undefined;
}

/** The headers that `select` reads. */
export const CONDITIONAL_HEADERS: readonly string[] = [
	"cache-control",
	"if-match",
	"if-modified-since",
	"if-none-match",
	"if-range",
	"if-unmodified-since",
	"range",
];

/** Returns true if a request has any header that `select` reads. */
export function isConditional(headers: Headers): boolean {
	return (
		headers["if-none-match"] !== undefined ||
		headers["if-modified-since"] !== undefined ||
		headers.range !== undefined ||
		headers["if-match"] !== undefined ||
		headers["if-unmodified-since"] !== undefined
	);
}

/**
 * Selects the part of the body to send, by the request's headers and in the order of RFC 9110 section 13.2.2. Only a GET or
 * HEAD selects a body, and only a GET a part of it (sections 13.2.1 and 14.2). A request for several ranges gets the whole
 * body, as section 14.2 allows.
 */
export function select(
	method: string,
	headers: Headers,
	{ headers: own, size }: Representation,
): Selection {
	if (method !== "GET" && method !== "HEAD") return { type: "full" };
	const ifMatch = textOf(headers["if-match"]);
	const unmodifiedSince = textOf(headers["if-unmodified-since"]);
	if (ifMatch !== undefined) {
		if (!isMatch(ifMatch, own.etag)) return { type: "failed" };
	} else if (unmodifiedSince !== undefined) {
		if (isLater(own["last-modified"], unmodifiedSince)) {
			return { type: "failed" };
		}
	}
	const conditions = {
		"if-none-match": textOf(headers["if-none-match"]),
		"if-modified-since": textOf(headers["if-modified-since"]),
		"cache-control": textOf(headers["cache-control"]),
	};
	if (fresh(conditions, own)) return { type: "unmodified" };
	const range = textOf(headers.range);
	if (range === undefined || size === undefined || method !== "GET") {
		return { type: "full" };
	}
	const ifRange = textOf(headers["if-range"]);
	if (ifRange !== undefined && !isSame(ifRange, own)) return { type: "full" };
	return parseRange(range, size);
}

// --- helpers ---

function textOf(value: Headers[string]): string | undefined {
	return typeof value === "object" ? value.join(", ") : value;
}

/** Uses the strong comparison (RFC 9110 section 13.1.1), so a weak tag never matches. */
function isMatch(header: string, etag: string | undefined): boolean {
	if (header.trim() === "*") return true;
	if (etag === undefined || etag.startsWith("W/")) return false;
	const tags: readonly string[] = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
	return tags.includes(etag);
}

function isLater(modified: string | undefined, since: string): boolean {
	// An invalid date is ignored (RFC 9110 section 13.1.4): no comparison with NaN is true.
	return modified !== undefined && Date.parse(modified) > Date.parse(since);
}

/** Compares a tag with the strong comparison, and a date by equality (RFC 9110 section 13.1.5). */
function isSame(
	ifRange: string,
	{ etag, "last-modified": modified }: Representation["headers"],
): boolean {
	if (/^(?:W\/)?"/.test(ifRange)) {
		return ifRange === etag && !ifRange.startsWith("W/");
	}
	return modified !== undefined && Date.parse(ifRange) === Date.parse(modified);
}

/** Parses a range (RFC 9110 section 14.1.2). Ignores anything except a single byte range (section 14.2). */
function parseRange(header: string, size: number): Selection {
	const range = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header);
	if (range === null) return { type: "full" };
	const [, first = "", last = ""] = range;
	if (first === "" && last === "") return { type: "full" };
	if (first !== "" && last !== "" && Number(first) > Number(last)) {
		return { type: "full" };
	}
	// Without a first byte, the number is the length of the requested end.
	const start = first === "" ? Math.max(size - Number(last), 0) : Number(first);
	const end =
		first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
	return start > end ? { type: "outside" } : { type: "part", start, end };
}
