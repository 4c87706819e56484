import { headersNamedBy } from "../../event/framing-headers.ts";
import type { Headers } from "../../event/webhook.ts";
import { isNeverCopied, isReservedHeader } from "./settings.ts";

/** Adds headers of a sender to a list of names and values in turn. */
export type HeaderCopier = (headers: Headers, list: string[]) => void;

/**
 * Makes what copies the headers of an event, which are chosen by the route's `HeaderFilter` already. Left out are those of the
 * connection to the upstream, and those that the router or the user writes.
 *
 * @param written names in lower case that the user writes
 */
export function createHeaderCopier(written: Iterable<string>): HeaderCopier {
	const left = new Set(written);
	return (headers, list) => {
		for (const name in headers) {
			const value = headers[name];
			if (value === undefined || left.has(name)) continue;
			if (isNeverCopied(name)) continue;
			list.push(name, typeof value === "string" ? value : value.join(", "));
		}
	};
}

/**
 * Makes what copies only the headers with these names (lower case), for a request whose content is the router's.
 *
 * @param written names in lower case that the user or the router writes
 */
export function createNamedCopier(
	names: readonly string[],
	written: Iterable<string>,
): HeaderCopier {
	if (names.length === 0) return () => {};
	const copy = createHeaderCopier(written);
	return (headers, list) => {
		const named: Record<string, Headers[string]> = {};
		for (const name of names)
			if (Object.hasOwn(headers, name)) named[name] = headers[name];
		copy(named, list);
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
	const listed = headersNamedBy(headers.connection);
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

function percentEncode(character: string): string {
	let text = "";
	for (const byte of Buffer.from(character)) {
		text += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
	}
	return text;
}
