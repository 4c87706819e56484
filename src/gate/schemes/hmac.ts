import type { Headers, RawWebhook } from "../../event/webhook.ts";
import { hasQueryPayload } from "../body.ts";
import type { Scheme } from "../signature.ts";
import type { HmacSettings } from "../signature-settings.ts";
import { isSameText } from "./compare.ts";
import { type Content, parseContent, signContent } from "./hmac-content.ts";
import { noneOf, toKeys } from "./keys.ts";
import type {
	OutgoingRequest,
	SignedRequest,
	SigningOptions,
} from "./outgoing.ts";
import { invalid, missing, show } from "./refusal.ts";
import { describeDrift, readSeconds } from "./window.ts";

/**
 * An HMAC (RFC 2104) in a header. What becomes the payload must be signed: a GET whose query is not in
 * `content` is refused, and so is a POST without a body, and a body. Hex has no case; base64 (RFC 4648 section 4) is padded and
 * base64url (section 5) is not. Throws RangeError for an empty secret, for a time that is not signed,
 * and for a `{timestamp}` that nothing fills.
 */
export function createHmacScheme(settings: HmacSettings): Scheme {
	const { header, encoding, timestamp, toleranceMs } = settings;
	const content = readContent(settings);
	const keys = toKeys(settings.secrets);
	const timeName = nameTime(settings);
	return {
		name: NAME,
		prove(webhook, now) {
			const { signatures, time } = readSignatures(settings, webhook.headers);
			refuseUncovered(content, webhook);
			const seconds = time === undefined ? 0 : readSeconds(time);
			if (seconds === undefined) {
				throw invalid(
					NAME,
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
			let fits = false;
			for (const digest of digests) {
				for (const signature of given) {
					if (isSameText(signature, digest)) fits = true;
				}
			}
			if (!fits) throw invalid(NAME, `the signature ${noneOf(keys.length)}`);
			const drift = timestamp && describeDrift(seconds, { now, toleranceMs });
			if (drift !== undefined) throw invalid(NAME, `${timeName} ${drift}`);
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

/** Adds the signature's header, and the time's where it has one of its own. */
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

const NAME = "hmac";

/** A sender has two secrets, perhaps three; who sends more wants us to work. */
const PARTS_MAX = 20;

/** What the header says; the time is undefined where the scheme has none. */
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
	const { header, prefix, separator, timestamp } = settings;
	const text = headers[header];
	if (text === undefined || text === "") {
		throw missing(NAME, `there is no ${header} header`);
	}
	if (typeof text !== "string") {
		throw invalid(NAME, `there are several ${header} headers`);
	}
	const parts = separator
		? text.split(separator, PARTS_MAX).map((part) => part.trim())
		: [text];
	const signatures = cut(parts, prefix);
	if (signatures.length === 0) {
		throw invalid(NAME, `no part of ${header} begins with ${prefix}`);
	}
	if (timestamp === undefined) return { signatures, time: undefined };
	const times =
		"header" in timestamp
			? [headers[timestamp.header]].flat()
			: cut(parts, timestamp.prefix);
	const [time, another] = times;
	if (time === undefined) {
		throw invalid(NAME, `${nameTime(settings)} is missing`);
	}
	if (another !== undefined) {
		throw invalid(NAME, `${nameTime(settings)} is there more than once`);
	}
	return { signatures, time };
}

/** The parts with a prefix, without it. */
function cut(parts: readonly string[], prefix: string): readonly string[] {
	return parts
		.filter((part) => part.startsWith(prefix))
		.map((part) => part.slice(prefix.length));
}

function refuseUncovered(content: Content, webhook: RawWebhook): void {
	const isQuery = hasQueryPayload(webhook);
	if (isQuery ? content.hasQuery : content.hasBody) return;
	throw invalid(
		NAME,
		`the payload of a ${webhook.method} is its ${isQuery ? "query" : "body"}, which \`content\` does not sign`,
	);
}

function withHeaders(
	request: OutgoingRequest,
	headers: Headers,
): SignedRequest {
	return { ...request, headers: { ...request.headers, ...headers } };
}
