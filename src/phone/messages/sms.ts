import { randomInt, randomUUID } from "node:crypto";
import type { Payload } from "../../event/webhook.ts";
import { toSpaced } from "../time.ts";
import { keywordOf, type Written } from "./channels.ts";
import type { PartOrder } from "./names.ts";

/**
 * Splits a text as a telephone does (3GPP TS 23.038 and 23.040): 160 characters fit into one SMS and 153 into each of several, or
 * 70 and 67 if a character is outside the GSM alphabet.
 */
export function splitText(text: string): readonly string[] {
	const isGsm = isInGsmAlphabet(text);
	const [single, part] = isGsm ? [160, 153] : [70, 67];
	const units = [...text].map((character) => ({
		character,
		length: isGsm ? gsmLength(character) : character.length,
	}));
	const total = units.reduce((sum, { length }) => sum + length, 0);
	if (total <= single) return [text];
	const parts: string[] = [];
	let current = "";
	let used = 0;
	for (const { character, length } of units) {
		if (used + length > part) {
			parts.push(current);
			current = "";
			used = 0;
		}
		current += character;
		used += length;
	}
	return [...parts, current];
}

/** Makes the webhooks of a text on the SMS API: one, or one for each part. */
export function toSms(
	written: Written,
): readonly (Payload & { readonly messageId: string })[] {
	const { from, to, text, at } = written;
	const parts = splitText(text);
	const reference = String(randomInt(0, 256));
	return parts.map((part, index) => ({
		msisdn: from,
		to,
		messageId: randomUUID(),
		text: part,
		type: isInGsmAlphabet(text) ? "text" : "unicode",
		keyword: keywordOf(text),
		"api-key": "abcd1234",
		"message-timestamp": toSpaced(at),
		...(parts.length > 1 && {
			concat: "true",
			"concat-ref": reference,
			"concat-total": String(parts.length),
			"concat-part": String(index + 1),
		}),
	}));
}

/** Orders the parts of a text. `scrambled` is the same at each run: the last comes first, then every other one. */
export function orderParts<T>(
	parts: readonly T[],
	order: PartOrder,
): readonly T[] {
	if (order === "inOrder") return parts;
	const reversed = parts.toReversed();
	if (order === "reversed") return reversed;
	const [last, ...others] = reversed;
	if (last === undefined) return [];
	const inOrder = others.toReversed();
	const isSecond = (_: T, index: number): boolean => index % 2 === 1;
	return [
		last,
		...inOrder.filter((part, index) => !isSecond(part, index)),
		...inOrder.filter(isSecond),
	];
}

// --- helpers ---

/** The alphabet of 3GPP TS 23.038, section 6.2.1, and its extension, whose characters take two places. */
const GSM =
	/^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€\f]*$/;
const EXTENSION = /[\^{}\\[~\]|€\f]/;

function isInGsmAlphabet(text: string): boolean {
	return GSM.test(text);
}

function gsmLength(character: string): number {
	return EXTENSION.test(character) ? 2 : 1;
}
