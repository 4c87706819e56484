import { validateHeaderName, validateHeaderValue } from "node:http";
import { HookError } from "../../errors.ts";
import { FRAMING_HEADERS } from "../../event/framing-headers.ts";
import type { Mode, Reply } from "../../event/webhook.ts";
import type { ReplyRule } from "../../kind/kind.ts";
import { type FreeReply, isFreeReply } from "../../plugin/respond.ts";
import { type NccoChecker, toNccoReply } from "../ncco/check.ts";

/** Converts the result of a plugin's handler into the reply. Undefined is an empty 200. */
export type ReplyConverter = (value: unknown) => Reply | undefined;

/**
 * Creates the converter for a kind's answers. It throws HANDLER_REPLY for values that the kind cannot be answered with, and
 * NCCO_INVALID.
 */
export function createReplyConverter(
	mode: Mode,
	rule: ReplyRule,
	checker: NccoChecker,
): ReplyConverter {
	// The platform already has its answer, or only uses the status, so the returned value is ignored.
	if (mode === "accept" || rule.body === "none") return ignoreReply;
	switch (rule.body) {
		case "ncco":
			return (value) => toNccoReply(toNccoValue(value), checker, rule);
		case "voicexml":
			return (value) => toTextReply(value, rule, VOICEXML);
		case "audio":
			return (value) => toTextReply(value, rule, undefined);
		case "any":
			return toAnyReply;
	}
}

/** Converts the result of a plugin if nobody uses it. */
export function ignoreReply(): undefined {
	return undefined;
}

// --- helpers ---

/** Uses only the body of `respond` with a 2xx, because an NCCO has its own status and headers. */
function toNccoValue(value: unknown): unknown {
	if (!isFreeReply(value)) return value;
	const { status = 200, body } = value;
	if (status >= 200 && status <= 299) return body;
	throw refused(
		`a reply with the status ${status}`,
		"expected an NCCO: throw an error to have the `fallback` answered",
	);
}

const TEXT = headersOf("text/plain; charset=utf-8");
const JSON_TYPE = headersOf("application/json");
const BYTES = headersOf("application/octet-stream");
const VOICEXML = headersOf("text/xml; charset=utf-8");

function toAnyReply(value: unknown): Reply | undefined {
	if (value === undefined || value === null) return undefined;
	if (isFreeReply(value)) return toFreeReply(value);
	if (typeof value === "string") {
		return { status: 200, headers: TEXT, body: value };
	}
	if (value instanceof Uint8Array) {
		return { status: 200, headers: BYTES, body: value };
	}
	if (value instanceof Error) {
		throw refused("an error", "throw it instead");
	}
	if (typeof value !== "object") {
		throw refused(
			`a ${typeof value}`,
			"expected text, an object, a list, or what `respond` makes",
		);
	}
	return { status: 200, headers: JSON_TYPE, body: toJson(value) };
}

/** Converts for kinds with one type of answer: its text, or `respond` for everything else. */
function toTextReply(
	value: unknown,
	rule: ReplyRule,
	headers: Readonly<Record<string, string>> | undefined,
): Reply | undefined {
	if (isFreeReply(value)) return toFreeReply(value);
	if (value === undefined || value === null) {
		if (!rule.required) return undefined;
		throw refused("nothing", expectation(headers));
	}
	if (headers !== undefined && typeof value === "string") {
		return { status: 200, headers, body: value };
	}
	throw refused(describe(value), expectation(headers));
}

function expectation(headers: unknown): string {
	return headers === undefined
		? 'expected `respond({ headers: { "content-type": "audio/mpeg" }, body })` with the bytes'
		: "expected VoiceXML as text, or what `respond` makes";
}

function toFreeReply({ status = 200, headers = {}, body }: FreeReply): Reply {
	// A 1xx is not a final answer: the sender would wait (RFC 9110 section 15.2).
	if (!Number.isInteger(status) || status < 200 || status > 599) {
		throw refused("a reply", "`status` must be a whole number, 200 to 599");
	}
	const lower: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		lower[checkHeader(name, value)] = String(value);
	}
	if (body === undefined || body === null) {
		return { status, headers: lower, body: undefined };
	}
	const [type, sent] =
		typeof body === "string"
			? [TEXT, body]
			: body instanceof Uint8Array
				? [BYTES, body]
				: [JSON_TYPE, toJson(body)];
	return { status, headers: { ...type, ...lower }, body: sent };
}

/** Returns the name in lower case. The value is not shown, because it may be a secret. */
function checkHeader(name: string, value: unknown): string {
	const lower = name.toLowerCase();
	if (FRAMING_HEADERS.has(lower)) {
		throw refused(
			"a reply",
			`take the header \`${lower}\` out: the router sets it`,
		);
	}
	try {
		validateHeaderName(name);
		validateHeaderValue(name, value as string);
	} catch (error) {
		throw refused(
			"a reply",
			`the header ${JSON.stringify(name)} is not valid: a name is a token, a value has no line break`,
			error,
		);
	}
	return lower;
}

function toJson(value: unknown): string {
	let text: string | undefined;
	try {
		text = JSON.stringify(value);
	} catch (error) {
		throw refused(
			"something that JSON cannot say",
			"expected plain data",
			error,
		);
	}
	if (text === undefined) {
		throw refused("something that JSON cannot say", "expected plain data");
	}
	return text;
}

function describe(value: unknown): string {
	if (value instanceof Uint8Array) return "bytes";
	return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

function refused(what: string, todo: string, cause?: unknown): HookError {
	return new HookError(
		"HANDLER_REPLY",
		`the handler returned ${what}, ${todo}`,
		cause === undefined ? {} : { cause },
	);
}

function headersOf(type: string): Readonly<Record<string, string>> {
	return Object.freeze({ "content-type": type });
}
