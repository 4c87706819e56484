import { HookError } from "../../errors.ts";
import { isRecord } from "../../event/is-record.ts";
import { isTooDeep } from "../../event/json-depth.ts";
import {
	readTraceContext,
	type TraceContext,
} from "../../event/trace-context.ts";
import type { Claims, Headers, RawWebhook } from "../../event/webhook.ts";

/** The data from which an event is restored, except the body. */
export interface Envelope extends Omit<RawWebhook, "raw"> {
	/** As it was sent, without the query. */
	readonly path: string;
	/** Values of the `:name` segments of the route's path, decoded. */
	readonly params: Readonly<Record<string, string>>;
	readonly claims: Claims;
	/** The client's address. Undefined if it is unknown. */
	readonly client: string | undefined;
	/** The number of routes that handed it on in a chain. 0 for a webhook. */
	readonly handedOn: number;
	/** For an own event of the router, and for an event that comes from one. Default: no. */
	readonly isOwn?: true | undefined;
	/** The body as text, if its bytes are not plain UTF-8 (compressed, or another charset). */
	readonly text: string | undefined;
	/** The id of the delivery of which it is an edited copy. Absent for any other. */
	readonly editedFrom?: string | undefined;
	/** The trace that its attempts continue, if it is not the one of the headers. */
	readonly trace?: TraceContext | undefined;
}

/**
 * Writes an envelope as JSON text, without empty fields. The headers MUST already be filtered by the route, because they are
 * written unchanged. The query of an event no longer contains the platform's signature.
 */
export function packEnvelope(envelope: Envelope): string {
	const { method, path, query, params, claims, client, text, handedOn } =
		envelope;
	const { headers, editedFrom, trace, isOwn } = envelope;
	return JSON.stringify({
		method,
		path,
		query: query === "" ? undefined : query,
		client,
		headers: isEmpty(headers) ? undefined : headers,
		params: isEmpty(params) ? undefined : params,
		claims: isEmpty(claims) ? undefined : claims,
		text,
		handedOn: handedOn === 0 ? undefined : handedOn,
		editedFrom,
		trace,
		own: isOwn ? true : undefined,
	});
}

/** Parses the text of `packEnvelope`. Throws INTERNAL for any other text, which a damaged import may contain. */
export function readEnvelope(text: string): Envelope {
	const stored = parse(text);
	const { method, path, query, client, headers, params, claims } = stored;
	const envelope = {
		method: expectText(method, "method"),
		path: expectText(path, "path"),
		query: query === undefined ? "" : expectText(query, "query"),
		client: client === undefined ? undefined : expectText(client, "client"),
		headers: expectRecord(headers, "headers") as Headers,
		params: expectRecord(params, "params") as Readonly<Record<string, string>>,
		claims: expectRecord(claims, "claims"),
		handedOn: typeof stored.handedOn === "number" ? stored.handedOn : 0,
		text:
			stored.text === undefined ? undefined : expectText(stored.text, "text"),
		...(typeof stored.editedFrom === "string" && {
			editedFrom: stored.editedFrom,
		}),
		trace:
			stored.trace === undefined
				? undefined
				: // A damaged one only costs the trace.
					readTraceContext(expectRecord(stored.trace, "trace") as Headers),
	};
	return stored.own === true ? { ...envelope, isOwn: true } : envelope;
}

/** Removes each parameter with one of these names, in every spelling, from a query. The other parameters stay unchanged, byte for byte. */
export function cutParameters(query: string, names: readonly string[]): string {
	if (names.length === 0) return query;
	// The usual case: no such parameter, and no escape that could decode to one.
	if (!query.includes("%") && !names.some((name) => query.includes(name))) {
		return query;
	}
	return query
		.split("&")
		.filter((pair) => !isOneOf(names, pair))
		.join("&");
}

// --- helpers ---

function isOneOf(names: readonly string[], pair: string): boolean {
	const equals = pair.indexOf("=");
	const name = equals === -1 ? pair : pair.slice(0, equals);
	if (names.includes(name)) return true;
	if (!name.includes("%")) return false;
	try {
		return names.includes(decodeURIComponent(name));
	} catch {
		return false;
	}
}

function isEmpty(record: object): boolean {
	for (const _ in record) return false;
	return true;
}

function parse(text: string): Readonly<Record<string, unknown>> {
	// Only a damaged import has such a text.
	if (isTooDeep(text)) throw unreadable("it is nested too deeply");
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw unreadable("not valid JSON");
	}
	if (!isRecord(value)) throw unreadable("not a JSON object");
	return value;
}

function expectText(value: unknown, key: string): string {
	if (typeof value === "string") return value;
	throw unreadable(`\`${key}\` is not text`);
}

function expectRecord(
	value: unknown,
	key: string,
): Readonly<Record<string, unknown>> {
	if (value === undefined) return {};
	if (isRecord(value)) return value;
	throw unreadable(`\`${key}\` is not an object`);
}

function unreadable(why: string): HookError {
	return new HookError(
		"INTERNAL",
		`the stored envelope cannot be read: ${why}`,
	);
}
