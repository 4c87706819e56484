import { isUtf8 } from "node:buffer";
import { HookError } from "../errors.ts";
import { isTooDeep, JSON_DEPTH_MAX } from "../event/json-depth.ts";
import type {
	Encoding,
	HookEvent,
	Payload,
	RawWebhook,
	VerifiedWebhook,
} from "../event/webhook.ts";
import { parseForm } from "./form.ts";

/** Describes how to read a body, from its Content-Type header. */
export type BodyType =
	| { readonly encoding: "json" | "form"; readonly charset: string }
	/** True if there is no header. Then the first character of the body decides. */
	| { readonly encoding: "sniff"; readonly charset: string };

/**
 * Reads a Content-Type header; parameters other than `charset` are ignored, `+json` is JSON
 * (RFC 6839 section 3.1). Throws BODY_TYPE for anything that is neither JSON nor a form.
 */
export function readBodyType(header: string | undefined): BodyType {
	if (header === undefined || header.trim() === "") return SNIFF;
	if (header === "application/json") return JSON_UTF8;
	const [type = "", ...parameters] = header.toLowerCase().split(";");
	const name = type.trim();
	const charset = charsetOf(parameters);
	if (
		name === "application/json" ||
		name === "text/json" ||
		/^[^/\s]+\/[^/\s]+\+json$/.test(name)
	) {
		return { encoding: "json", charset };
	}
	if (name === "application/x-www-form-urlencoded") {
		return { encoding: "form", charset };
	}
	throw new HookError(
		"BODY_TYPE",
		`the content type is ${name || "unreadable"}, which is neither JSON nor a form`,
	);
}

/** Parsed content and its encoding. */
export interface Parsed {
	readonly payload: Payload;
	readonly encoding: Encoding;
}

/**
 * Parses a verified webhook: the query of a request without a body, else the body, and never both in
 * one. `text` is the decoded body where its bytes are not plain UTF-8 (compressed, or another charset).
 * Throws BODY_TYPE, BODY_ENCODING, BODY_JSON, BODY_EMPTY.
 */
export function parseWebhook(
	webhook: VerifiedWebhook,
	accepted: readonly Encoding[],
	text?: string,
): Parsed {
	return parse(webhook, accepted, text);
}

/**
 * Parses a webhook before its origin is proved. Only for a scheme that signs the parameters instead of the bytes. Throws
 * the same errors as `parseWebhook`, and BODY_TYPE for a body that is compressed or in another charset, because decoding
 * would change its text.
 */
export function parseUnproved(webhook: RawWebhook): Parsed {
	const { "content-encoding": coding, "content-type": type } = webhook.headers;
	if (!hasQueryPayload(webhook)) {
		const { charset } = readBodyType(type as string | undefined);
		if (charset !== "utf-8" && charset !== "us-ascii") {
			throw new HookError("BODY_TYPE", "the body is not in UTF-8");
		}
		if (!/^identity$/i.test(String(coding ?? "identity").trim())) {
			throw new HookError("BODY_TYPE", "the body is compressed");
		}
	}
	return parse(webhook, ENCODINGS);
}

/**
 * Returns true if the payload is the query: for a GET or HEAD, even with a body, and for any other request with a query
 * and no body. The platform sends the latter with `POST_QUERY_PARAMS` of the Account API's `httpForwardMethod`.
 */
export function hasQueryPayload({
	method,
	query,
	raw,
}: Pick<RawWebhook, "method" | "query" | "raw">): boolean {
	return isBodiless(method) || (raw.length === 0 && query !== "");
}

/**
 * Returns the query of an event if it is not the payload: the state that an application keeps in its URL. Otherwise
 * returns an empty string.
 */
export function queryBeside(
	event: Pick<HookEvent, "method" | "query" | "raw" | "handedOn">,
): string {
	// An event that was handed on may have no body, and has a payload all the same.
	return event.handedOn > 0 || !hasQueryPayload(event) ? event.query : "";
}

/** Returns true for a method whose body has no meaning (RFC 9110 section 9.3.1). */
export function isBodiless(method: string): boolean {
	return method === "GET" || method === "HEAD";
}

// --- helpers ---

const SNIFF: BodyType = { encoding: "sniff", charset: "utf-8" };
const JSON_UTF8: BodyType = { encoding: "json", charset: "utf-8" };
const ENCODINGS: readonly Encoding[] = ["json", "form", "query"];

function parse(
	webhook: RawWebhook,
	accepted: readonly Encoding[],
	text?: string,
): Parsed {
	if (hasQueryPayload(webhook)) {
		// Where no body came, none was of a wrong type.
		if (isBodiless(webhook.method)) refuseUnless("query", accepted);
		return { payload: parseForm(webhook.query), encoding: "query" };
	}
	const header = webhook.headers["content-type"] as string | undefined;
	if (webhook.raw.length === 0 && header === undefined) {
		// Nothing was sent, and nothing announced: there are no fields, in whichever way.
		return { payload: {}, encoding: accepted[0] ?? "json" };
	}
	const content = text ?? decodeUtf8(webhook.raw);
	const encoding = sniff(readBodyType(header).encoding, content);
	refuseUnless(encoding, accepted);
	if (encoding === "form") {
		return { payload: parseForm(content), encoding };
	}
	return { payload: parseJson(content), encoding };
}

function charsetOf(parameters: readonly string[]): string {
	for (const parameter of parameters) {
		const [name = "", value = ""] = parameter.split("=");
		if (name.trim() === "charset") {
			const charset = value.trim().replace(/^"(.*)"$/, "$1");
			return charset === "utf8" ? "utf-8" : charset;
		}
	}
	return "utf-8";
}

function sniff(
	encoding: BodyType["encoding"],
	content: string,
): "json" | "form" {
	if (encoding !== "sniff") return encoding;
	// Some of the platform's senders leave the header out of a JSON POST.
	if (/^\s*[{[]/.test(content)) return "json";
	throw new HookError(
		"BODY_TYPE",
		"there is no Content-Type header, and the body does not look like JSON",
	);
}

function refuseUnless(encoding: Encoding, accepted: readonly Encoding[]): void {
	if (accepted.includes(encoding)) return;
	throw new HookError(
		"BODY_TYPE",
		`the payload came as ${encoding}, and this path takes ${accepted.join(", ")}`,
	);
}

function decodeUtf8(raw: Uint8Array): string {
	if (!isUtf8(raw))
		throw new HookError("BODY_ENCODING", "the body is not valid UTF-8");
	return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString(
		"utf8",
	);
}

function parseJson(content: string): Payload {
	// RFC 8259 section 8.1 lets a reader skip a byte order mark.
	const text = content.charCodeAt(0) === 0xfeff ? content.slice(1) : content;
	if (text.trim() === "") throw new HookError("BODY_EMPTY");
	if (isTooDeep(text)) {
		throw new HookError(
			"BODY_JSON",
			`the JSON has more than ${JSON_DEPTH_MAX} lists and objects in one another`,
		);
	}
	try {
		return JSON.parse(text) as Payload;
	} catch (error) {
		// V8 quotes the text around the fault, which may be personal: only the place is kept.
		const site = /position \d+/.exec((error as Error).message)?.[0];
		throw new HookError(
			"BODY_JSON",
			site === undefined
				? "the JSON is cut short or broken"
				: `the JSON is broken at ${site}`,
		);
	}
}
