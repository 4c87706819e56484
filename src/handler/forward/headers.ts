import { headersNamedBy } from "../../event/framing-headers.ts";
import type { Headers } from "../../event/webhook.ts";
import { isNeverCopied, isReservedHeader } from "./settings.ts";

/** Adds headers of a sender to a list of alternating names and values. */
export type HeaderCopier = (headers: Headers, list: string[]) => void;

/**
 * Creates the function that copies the headers of an event, which the route's `HeaderFilter` has already chosen. It omits the
 * headers of the connection to the upstream, and headers that the router or the user writes.
 *
 * @param written the headers, in lower case, that the user writes
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
 * Creates the function that copies only the headers with these names (lower case), for a request whose content the router
 * creates.
 *
 * @param written the headers, in lower case, that the user or the router writes
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
 * Returns the headers of an answer that may be passed on: without headers of its connection, cookies and the length, which is
 * calculated again. Headers with the same name are combined.
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
