import { isRecord } from "../event/is-record.ts";
import type { DeliveryContent } from "../inbox/port/delivery.ts";
import type { KindOf } from "./content.ts";
import { toSubject } from "./content.ts";

/** Finds one telephone number. */
export interface NumberSearch {
	/** Returns true if a text contains the number, in any grouping, and not as a part of a longer one. */
	isIn(text: string): boolean;
	/** Returns true if any part of a delivery contains it: payload, path, query, keys, answer or reason. */
	isInDelivery(content: DeliveryContent, kindOf: KindOf): boolean;
}

/**
 * Prepares the search for a number in international form. `+`, `00` and separators are ignored on both sides. Undefined for a text that is no
 * number of 5 to 20 digits.
 */
export function createNumberSearch(written: string): NumberSearch | undefined {
	const digits = written.replace(/[\s().+/-]/g, "").replace(/^00/, "");
	if (!/^\d{5,20}$/.test(digits)) return undefined;
	const pattern = new RegExp(`(?<!\\d)(?:00)?${digits}(?!\\d)`);
	const isIn = (text: string): boolean => {
		// Most texts contain no such digits in a row, and need no copy.
		if (pattern.test(text)) return true;
		return SEPARATED.test(text) && pattern.test(text.replace(BETWEEN, ""));
	};
	const isAnywhere = (value: unknown): boolean => {
		switch (typeof value) {
			case "string":
				return isIn(value);
			case "number":
			case "bigint":
				return isIn(String(value));
			case "object":
				return (
					value !== null &&
					(Object.values(value).some(isAnywhere) ||
						(isRecord(value) && Object.keys(value).some(isIn)))
				);
			default:
				return false;
		}
	};
	return {
		isIn,
		isInDelivery(content, kindOf) {
			const { orderKey, dedupeKey, reason, answer, body } = content;
			if ([orderKey, dedupeKey, reason, answer].some(isAnywhere)) return true;
			if (isIn(decode(content.envelope))) return true;
			const subject = toSubject(content, kindOf);
			if (subject !== undefined) return isAnywhere(subject.payload);
			return body !== undefined && isIn(decode(toText(body)));
		},
	};
}

// --- helpers ---

/** The separators within a number (E.123), of which one or two follow each other. */
const BETWEEN = /(?<=\d)[ ().-]{1,2}(?=\d)/g;
const SEPARATED = /\d[ ().-]{1,2}\d/;

/** Replaces percent-encoding by blanks, so that `%20` does not look like digits. */
function decode(text: string): string {
	return text.includes("%") ? text.replace(/%[\da-f]{2}/gi, " ") : text;
}

function toText(body: Uint8Array): string {
	return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}
