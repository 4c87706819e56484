import { createHmac, hash } from "node:crypto";
import { HookError } from "../../../errors.ts";
import { isRecord } from "../../../event/is-record.ts";
import type { Claims, Payload, RawWebhook } from "../../../event/webhook.ts";
import { parseUnproved } from "../../body.ts";
import type { Verifier } from "../../signature.ts";
import { fitsAny } from "../compare.ts";
import { fingerprint, noneOf, toKeys } from "../keys.ts";
import { invalid, missing, show } from "../refusal.ts";
import type {
	OutgoingRequest,
	SignedRequest,
	SigningOptions,
} from "../scheme.ts";
import { describeDrift, readSeconds } from "../window.ts";

/** The methods of `sig`. `md5hash` is a plain MD5 over text and secret, the others are HMACs. */
export const SIG_METHODS = [
	"md5hash",
	"md5",
	"sha1",
	"sha256",
	"sha512",
] as const;

/** The settings of `vonage-sig`. */
export interface VonageSigSettings {
	readonly scheme: "vonage-sig";
	readonly method: (typeof SIG_METHODS)[number];
	/** The secrets, of which one must match: several during a rotation. */
	readonly secrets: readonly string[];
	/** Milliseconds, both ways. */
	readonly toleranceMs: number;
	/** `optional` accepts a webhook without `timestamp`. */
	readonly timestamp: "required" | "optional";
}

/**
 * Creates the check of the `sig` parameter of SMS webhooks, over the parameters that become the payload. It covers less
 * than it seems to: it does not distinguish `&`, `=` and `_` in a value, nor the string `5` and the number 5, and blank or
 * null parameters can be added, because not all senders sign those. Throws RangeError for an empty secret.
 */
export function createVonageSigVerifier(settings: VonageSigSettings): Verifier {
	const digests = compileDigests(settings);
	const mark = fingerprint(toKeys(settings.secrets));
	return {
		name: NAME,
		prove(webhook, now) {
			const parameters = readParameters(webhook);
			const sig = readSig(parameters);
			const text = writeSigText(parameters);
			if (typeof text === "string") throw invalid(NAME, text);
			const fits =
				fitsOne(digests, text.whole, sig) ||
				(text.lean !== undefined && fitsOne(digests, text.lean, sig));
			if (!fits) throw invalid(NAME, `\`sig\` ${noneOf(digests.length)}`);
			const until = checkTime(parameters, settings, now);
			return {
				claims: readClaims(parameters),
				mark: { key: `sig ${mark} ${readOwnName(parameters, sig)}`, until },
			};
		},
	};
}

/**
 * Adds `timestamp`, `nonce` and `sig` where the parameters are: to the query of a GET, else to the form
 * or the JSON object; those that are there already are replaced. Throws BODY_TYPE, BODY_ENCODING,
 * BODY_JSON and BODY_EMPTY for a body that holds no parameters, SIGNATURE_INVALID for such as nobody
 * can sign.
 */
export function signVonageSig(
	settings: VonageSigSettings,
	request: OutgoingRequest,
	{ now, nonce }: SigningOptions,
): SignedRequest {
	const { payload, encoding } = parseUnproved(request);
	if (!isRecord(payload)) throw invalid(NAME, "the JSON is not an object");
	const timestamp = String(Math.floor(now / 1000));
	const parameters = { ...payload, timestamp, nonce };
	const text = writeSigText(parameters);
	if (typeof text === "string") throw invalid(NAME, text);
	const digest = compileDigests(settings)[0]?.(text.whole) ?? "";
	// The platform writes its HMACs in capitals, and `md5hash` not.
	const sig = settings.method === "md5hash" ? digest : digest.toUpperCase();
	if (encoding === "json") {
		const json = JSON.stringify({ ...parameters, sig });
		return { ...request, raw: Buffer.from(json) };
	}
	const append = (form: string): string =>
		[...dropOwn(form), `timestamp=${timestamp}`]
			.concat(`nonce=${encodeURIComponent(nonce)}`, `sig=${sig}`)
			.join("&");
	if (encoding === "query") return { ...request, query: append(request.query) };
	const form = Buffer.from(request.raw).toString("utf8");
	return { ...request, raw: Buffer.from(append(form)) };
}

/** The texts that `sig` can sign. */
export interface SigText {
	/** The text of all parameters. */
	readonly whole: string;
	/** The text without blank parameters, as some senders sign it. Undefined if none is blank. */
	readonly lean: string | undefined;
}

/**
 * Writes parameters in their signed form (Vonage guide on signing messages): without `sig`, sorted by the bytes of their
 * names, each as `&name=value`, with the value decoded and its `&` and `=` replaced by `_`. A JSON null is not a
 * parameter. If there is no such text, returns the reason as a sentence for the log.
 */
export function writeSigText(parameters: Payload): SigText | string {
	const names: string[] = [];
	for (const name of Object.keys(parameters)) {
		if (name === "sig" || parameters[name] === null) continue;
		// Such a name would read as two parameters, and two as one.
		if (name.includes("&") || name.includes("=")) {
			return "the name of a parameter holds `&` or `=`";
		}
		names.push(name);
	}
	names.sort(compareBytes);
	let whole = "";
	let lean = "";
	for (const name of names) {
		const value = readParameter(parameters[name]);
		if (value === undefined) {
			return "a parameter is a list or an object, or came more than once";
		}
		const pair = `&${name}=${value}`;
		whole += pair;
		if (value.trim() !== "") lean += pair;
	}
	// Half a character has no bytes of its own: what was signed is not this.
	if (/\p{Surrogate}/u.test(whole)) return "a parameter is not Unicode text";
	return { whole, lean: lean.length === whole.length ? undefined : lean };
}

// --- helpers ---

const NAME = "vonage-sig";

/** Hex in lower case. */
type Digest = (text: string) => string;

function compileDigests(settings: VonageSigSettings): readonly Digest[] {
	const { method, secrets } = settings;
	const keys = toKeys(secrets);
	return method === "md5hash"
		? secrets.map((secret) => (text) => hash("md5", text + secret, "hex"))
		: keys.map((key) => (text) => {
				return createHmac(method, key).update(text).digest("hex");
			});
}

function readParameters(webhook: RawWebhook): Payload {
	try {
		const { payload } = parseUnproved(webhook);
		if (isRecord(payload)) return payload;
	} catch (error) {
		if (!(error instanceof HookError)) throw error;
		throw invalid(NAME, `the parameters cannot be read: ${error.message}`);
	}
	throw missing(NAME, "there is no `sig`: the JSON is not an object");
}

/** In lower case, because senders differ. */
function readSig(parameters: Payload): string {
	const { sig = null } = parameters;
	if (sig === null) throw missing(NAME, "there is no `sig`");
	if (typeof sig === "string") return sig.toLowerCase();
	throw invalid(
		NAME,
		Array.isArray(sig)
			? "`sig` came more than once"
			: `\`sig\` is ${show(sig)}, not text`,
	);
}

function fitsOne(
	digests: readonly Digest[],
	text: string,
	sig: string,
): boolean {
	return fitsAny(
		[sig],
		digests.map((digest) => digest(text)),
	);
}

/** Milliseconds since the epoch after which its time alone is a reason to reject it. */
function checkTime(
	{ timestamp = null }: Payload,
	settings: VonageSigSettings,
	now: number,
): number {
	const { toleranceMs } = settings;
	if (timestamp === null) {
		if (settings.timestamp === "optional") return Infinity;
		throw invalid(NAME, "there is no `timestamp`");
	}
	const seconds = readSeconds(String(timestamp));
	if (seconds === undefined) {
		throw invalid(
			NAME,
			`\`timestamp\` is ${show(timestamp)}, not a number of seconds`,
		);
	}
	const drift = describeDrift(seconds, { now, toleranceMs });
	if (drift !== undefined) throw invalid(NAME, `\`timestamp\` ${drift}`);
	return seconds * 1000 + toleranceMs;
}

function readClaims(parameters: Payload): Claims {
	const apiKey = parameters["api-key"] ?? parameters.api_key;
	return typeof apiKey === "string" ? { api_key: apiKey } : {};
}

/** The nonce in its signed form. Another spelling with the same signature is the same webhook. */
function readOwnName({ nonce }: Payload, sig: string): string {
	const text = readParameter(nonce) ?? "";
	return text.trim() === "" ? sig : text;
}

/** Returns the pairs of a form without those that signing adds. */
function dropOwn(form: string): readonly string[] {
	return form.split("&").filter((pair) => {
		if (pair === "") return false;
		const [name] = new URLSearchParams(pair).keys();
		return name !== "timestamp" && name !== "nonce" && name !== "sig";
	});
}

/** Returns the signed form of a parameter's value. Undefined for anything but a string, a number or a boolean. */
function readParameter(value: unknown): string | undefined {
	if (typeof value === "string") {
		return value.includes("&") || value.includes("=")
			? value.replace(/[&=]/g, "_")
			: value;
	}
	return typeof value === "number" || typeof value === "boolean"
		? String(value)
		: undefined;
}

/**
 * Compares strings by their UTF-8 bytes. JavaScript compares UTF-16 units, so characters above U+FFFF come before the last
 * ones below it.
 */
function compareBytes(left: string, right: string): number {
	const length = Math.min(left.length, right.length);
	for (let index = 0; index < length; index++) {
		const a = left.charCodeAt(index);
		const b = right.charCodeAt(index);
		if (a === b) continue;
		return rank(a) - rank(b);
	}
	return left.length - right.length;
}

/** Moves the surrogates, which encode characters above U+FFFF, behind all other units. */
function rank(unit: number): number {
	return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
