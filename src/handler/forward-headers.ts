import { isReservedHeader } from "../config/forward-settings.ts";
import type { Headers } from "../event/webhook.ts";

/** Adds headers of a sender to a list of names and values in turn. */
export type HeaderCopier = (headers: Headers, list: string[]) => void;

/**
 * Makes what copies a sender's headers as far as they tell of the content and of the sender. Left out
 * are those of the connection (RFC 9110 section 7.6.1, also those that `Connection` names), what proves
 * the origin (Authorization, Cookie, signatures), what somebody could write to pass for the router, and
 * all that tells where a request comes from: the sender may write anything there.
 *
 * @param others names in lower case that are left out besides
 */
export function createHeaderCopier(others: Iterable<string>): HeaderCopier {
	const left = new Set([...NOT_COPIED, ...others]);
	return (headers, list) => {
		const listed = namedBy(headers.connection);
		for (const name in headers) {
			const value = headers[name];
			if (value === undefined || left.has(name)) continue;
			if (name.startsWith("x-forwarded-") || isReservedHeader(name)) continue;
			if (listed?.has(name)) continue;
			list.push(name, typeof value === "string" ? value : value.join(", "));
		}
	};
}

/**
 * The headers of an answer that may be passed on: not those of its connection, no cookies, and no
 * length, which is counted again. Several of one name become one.
 */
export function toReplyHeaders(
	headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
	const kept: Record<string, string> = {};
	const listed = namedBy(headers.connection);
	for (const [name, value] of Object.entries(headers)) {
		if (value === undefined || isReservedHeader(name)) continue;
		if (name === "set-cookie" || listed?.has(name)) continue;
		kept[name] = typeof value === "string" ? value : value.join(", ");
	}
	return kept;
}

/**
 * Writes any text as a header's value: what is no visible ASCII, and the quote and the percent sign,
 * percent-encoded as UTF-8 (CloudEvents 1.0, HTTP protocol binding, section 3.1.3.2).
 */
export function encodeHeaderValue(text: string): string {
	return PLAIN.test(text) ? text : text.replace(NOT_PLAIN, percentEncode);
}

// --- helpers ---

const PLAIN = /^[\x21\x23\x24\x26-\x7e]*$/;
const NOT_PLAIN = /[^\x21\x23\x24\x26-\x7e]/gu;

const NOT_COPIED: ReadonlySet<string> = new Set([
	// The upstream's own.
	"host",
	// An answer is read as it comes.
	"accept-encoding",
	// Proofs of the sender's origin are not for others to see.
	"authorization",
	"cookie",
	"sig",
	// Where it came from, as anybody can claim.
	"cf-connecting-ip",
	"client-ip",
	"forwarded",
	"true-client-ip",
	"via",
	"x-client-ip",
	"x-real-ip",
]);

function percentEncode(character: string): string {
	let text = "";
	for (const byte of Buffer.from(character)) {
		text += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
	}
	return text;
}

function namedBy(
	connection: string | readonly string[] | undefined,
): ReadonlySet<string> | undefined {
	if (connection === undefined) return undefined;
	const text = typeof connection === "string" ? connection : connection.join();
	if (/^(?:keep-alive|close)?$/i.test(text)) return undefined;
	return new Set(text.split(",").map((name) => name.trim().toLowerCase()));
}
