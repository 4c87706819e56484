import { createHmac, type KeyObject } from "node:crypto";
import type { Headers, RawWebhook } from "../../../event/webhook.ts";
import { hasQueryPayload } from "../../body.ts";
import type { Verifier } from "../../signature.ts";
import { fitsAny } from "../compare.ts";
import { noneOf, toKeys } from "../keys.ts";
import { invalid, missing, show } from "../refusal.ts";
import type {
	OutgoingRequest,
	SignedRequest,
	SigningOptions,
} from "../scheme.ts";
import { describeDrift, readSeconds } from "../window.ts";

export const HMAC_ALGORITHMS = ["sha256", "sha384", "sha512", "sha1"] as const;
export const DIGEST_ENCODINGS = ["hex", "base64", "base64url"] as const;

/** The settings of `hmac`: an HMAC in a header, as many services send it. */
export interface HmacSettings {
	/** `hmac`, or the name of a service whose settings are known. Messages name it. */
	readonly scheme: string;
	/** Lower case. */
	readonly header: string;
	readonly algorithm: (typeof HMAC_ALGORITHMS)[number];
	readonly encoding: (typeof DIGEST_ENCODINGS)[number];
	/** The prefix of each signature, such as `sha256=` or `v1=`, or an empty string. Parts without it are ignored. */
	readonly prefix: string;
	/** The separator of several signatures (and a timestamp) in one header. Undefined if there is only one. */
	readonly separator: string | undefined;
	/** The place of the time of signing: a header, or the part of the signature header with this prefix. */
	readonly timestamp:
		| { readonly header: string }
		| { readonly prefix: string }
		| undefined;
	/** The signed text, with `{timestamp}`, `{body}` and `{query}`. */
	readonly content: string;
	readonly secrets: readonly string[];
	/** Milliseconds, both ways; counts only with a timestamp. */
	readonly toleranceMs: number;
}

/** The place of the time of signing. Undefined if the sender sends none. */
export type Timestamp = HmacSettings["timestamp"];

/**
 * Creates the check of an HMAC (RFC 2104) in a header. The payload must be signed: without `{query}` in `content`, a GET
 * or a POST without a body is rejected, and without `{body}`, a body. Hex ignores case; base64 (RFC 4648 section 4) is
 * padded and base64url (section 5) is not. Throws RangeError for an empty secret, for a time that is not signed, and for a
 * `{timestamp}` without a value.
 */
export function createHmacVerifier(settings: HmacSettings): Verifier {
	const { scheme, header, encoding, timestamp, toleranceMs } = settings;
	const content = readContent(settings);
	const keys = toKeys(settings.secrets);
	const timeName = nameTime(settings);
	return {
		name: scheme,
		prove(webhook, now) {
			const { signatures, time } = readSignatures(settings, webhook.headers);
			refuseUncovered(scheme, content, webhook);
			const seconds = time === undefined ? 0 : readSeconds(time);
			if (seconds === undefined) {
				throw invalid(
					scheme,
					`${timeName} is ${show(time)}, not a number of seconds`,
				);
			}
			const given =
				encoding === "hex"
					? signatures.map((signature) => signature.toLowerCase())
					: signatures;
			const digests = keys.map((key) =>
				signContent(settings, key, content, { webhook, timestamp: time ?? "" }),
			);
			if (!fitsAny(given, digests))
				throw invalid(scheme, `the signature ${noneOf(keys.length)}`);
			const drift = timestamp && describeDrift(seconds, { now, toleranceMs });
			if (drift !== undefined) throw invalid(scheme, `${timeName} ${drift}`);
			return {
				claims: {},
				// Without a time, two events with the same bytes have the same signature: both are meant.
				mark: timestamp && {
					// By the first secret, whichever fitted: of two signatures one could be cut off and the
					// webhook sent once more.
					key: `hmac ${header} ${digests[0]}`,
					until: seconds * 1000 + toleranceMs,
					isPerPath: true,
				},
			};
		},
	};
}

/** Adds the header of the signature, and that of the time if it has one. */
export function signHmac(
	settings: HmacSettings,
	request: OutgoingRequest,
	{ now }: SigningOptions,
): SignedRequest {
	const { header, prefix, separator = "", timestamp, secrets } = settings;
	const time = String(Math.floor(now / 1000));
	const digest = signContent(
		settings,
		secrets[0] ?? "",
		readContent(settings),
		{
			webhook: request,
			timestamp: time,
		},
	);
	const signature = `${prefix}${digest}`;
	if (timestamp === undefined) {
		return withHeaders(request, { [header]: signature });
	}
	if ("header" in timestamp) {
		return withHeaders(request, {
			[timestamp.header]: time,
			[header]: signature,
		});
	}
	return withHeaders(request, {
		[header]: `${timestamp.prefix}${time}${separator}${signature}`,
	});
}

// --- helpers ---

/** The maximum number of signatures. A sender has two secrets, perhaps three. More would only cost time. */
const PARTS_MAX = 20;

/** The signatures and the time of a webhook. The time is undefined if the scheme has none. */
interface Given {
	readonly signatures: readonly string[];
	readonly time: string | undefined;
}

function readContent({ content, timestamp, separator }: HmacSettings): Content {
	const parsed = parseContent(content);
	if (parsed.hasTimestamp !== (timestamp !== undefined)) {
		throw new RangeError("`timestamp` and `{timestamp}` need each other");
	}
	if (timestamp && "prefix" in timestamp && !separator) {
		throw new RangeError("a time in the signature's header needs a separator");
	}
	return parsed;
}

function nameTime({ header, timestamp }: HmacSettings): string {
	return timestamp !== undefined && "header" in timestamp
		? `the header ${timestamp.header}`
		: `the time in ${header}`;
}

function readSignatures(settings: HmacSettings, headers: Headers): Given {
	const { scheme, header, prefix, separator, timestamp } = settings;
	const text = headers[header];
	if (text === undefined || text === "") {
		throw missing(scheme, `there is no ${header} header`);
	}
	if (typeof text !== "string") {
		throw invalid(scheme, `there are several ${header} headers`);
	}
	const parts = separator
		? text.split(separator, PARTS_MAX).map((part) => part.trim())
		: [text];
	const signatures = cut(parts, prefix);
	if (signatures.length === 0) {
		throw invalid(scheme, `no part of ${header} begins with ${prefix}`);
	}
	if (timestamp === undefined) return { signatures, time: undefined };
	const times =
		"header" in timestamp
			? [headers[timestamp.header]].flat()
			: cut(parts, timestamp.prefix);
	const [time, another] = times;
	if (time === undefined) {
		throw invalid(scheme, `${nameTime(settings)} is missing`);
	}
	if (another !== undefined) {
		throw invalid(scheme, `${nameTime(settings)} is there more than once`);
	}
	return { signatures, time };
}

/** The parts with a prefix, without it. */
function cut(parts: readonly string[], prefix: string): readonly string[] {
	return parts
		.filter((part) => part.startsWith(prefix))
		.map((part) => part.slice(prefix.length));
}

function refuseUncovered(
	scheme: string,
	content: Content,
	webhook: RawWebhook,
): void {
	const isQuery = hasQueryPayload(webhook);
	if (isQuery ? content.hasQuery : content.hasBody) return;
	throw invalid(
		scheme,
		`the payload of a ${webhook.method} is its ${isQuery ? "query" : "body"}, which \`content\` does not sign`,
	);
}

function withHeaders(
	request: OutgoingRequest,
	headers: Headers,
): SignedRequest {
	return { ...request, headers: { ...request.headers, ...headers } };
}

/** The parsed `content` of the settings. */
interface Content {
	readonly parts: readonly ContentPart[];
	readonly hasTimestamp: boolean;
	readonly hasBody: boolean;
	readonly hasQuery: boolean;
}

/** A constant string, or a placeholder. */
type ContentPart =
	| { readonly literal: string }
	| { readonly slot: "timestamp" | "body" | "query" };

/** Parses a `content`. Other braces are literal. */
function parseContent(text: string): Content {
	const parts = text
		.split(/(\{(?:timestamp|body|query)\})/)
		.filter((piece) => piece !== "")
		.map((piece): ContentPart => SLOTS.get(piece) ?? { literal: piece });
	const has = (slot: string): boolean =>
		parts.some((part) => "slot" in part && part.slot === slot);
	return {
		parts,
		hasTimestamp: has("timestamp"),
		hasBody: has("body"),
		hasQuery: has("query"),
	};
}

/** Signs a webhook's content: the digest as text in the settings' encoding. */
function signContent(
	{ algorithm, encoding }: Pick<HmacSettings, "algorithm" | "encoding">,
	key: KeyObject | string,
	{ parts }: Content,
	{
		webhook,
		timestamp,
	}: {
		readonly webhook: Pick<RawWebhook, "query" | "raw">;
		/** Empty if the scheme has none. */
		readonly timestamp: string;
	},
): string {
	const hmac = createHmac(algorithm, key);
	for (const part of parts) {
		if ("literal" in part) hmac.update(part.literal);
		else if (part.slot === "body") hmac.update(webhook.raw);
		else hmac.update(part.slot === "query" ? webhook.query : timestamp);
	}
	return hmac.digest(encoding);
}

const SLOTS: ReadonlyMap<string, ContentPart> = new Map([
	["{timestamp}", { slot: "timestamp" }],
	["{body}", { slot: "body" }],
	["{query}", { slot: "query" }],
] as const);
