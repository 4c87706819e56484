import { itemsOf } from "../../finding/items.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import type { RouteDraft } from "../parts/draft.ts";

/**
 * Warns of telephone numbers that are spelt as people write them: the platform writes digits in international
 * format, so that `+447700900001`, `07700 900001` and `0044…` never fit. What is no number at all, such as the
 * name of a sender or a SIP address, is left alone.
 *
 * @param place where the values stand: one of them, or a list.
 */
export function checkNumbers(
	{ kind }: Pick<RouteDraft, "kind">,
	field: string,
	site: Site,
	report: Report,
): void {
	if (kind === undefined) return;
	const name = field.slice(field.lastIndexOf(".") + 1);
	if (!kind.number.includes(field) && !NUMBER_FIELDS.has(name)) return;
	const { value } = site;
	if (typeof value !== "string" && !Array.isArray(value)) return;
	for (const { text, at } of itemsOf(value, site)) {
		if (typeof text !== "string" || !isForPeople(text)) continue;
		const guess = at.isSecret() ? undefined : guessNumber(text);
		report.warn(
			at.at(),
			{
				what: `${at.show(text)} never fits: the platform writes \`${field}\` without \`+\`, blanks, dashes and leading zeros`,
				expected: "digits in international format, such as `447700900001`",
				todo: guess === undefined ? undefined : `write \`"${guess}"\``,
			},
			`number ${site.file.source.file} ${site.path.join(" ")}`,
		);
	}
}

// --- helpers ---

/** Fields of the platform's webhooks that hold somebody's number; one's own are in the kind. */
const NUMBER_FIELDS = new Set([
	"to",
	"from",
	"msisdn",
	"number",
	"phoneNumber",
	"calledid",
	"callerid",
	"caller_id",
	"nexmo_caller_id",
	"international_format_number",
]);

/** Digits, and what people put between them; a star at the end stands for more digits. */
const WRITTEN = /^(?:tel:)?\s*\+?[\s\d().\p{Pd}/]*\d[\s\d().\p{Pd}/]*\*?$/u;

function isForPeople(value: string): boolean {
	// No number of the platform begins with a zero, nor does a short code.
	if (/^\d+\*?$/.test(value)) return /^0\d/.test(value);
	return WRITTEN.test(value.normalize("NFKC"));
}

/** The number as the platform writes it; undefined for a national one, which may be of any country. */
function guessNumber(value: string): string | undefined {
	const text = value.normalize("NFKC");
	const star = text.endsWith("*") ? "*" : "";
	// In `+44 (0)7700 …` the zero is for calls within the country.
	const digits = text.replace("(0)", "").replace(/\D/g, "");
	if (/^(?:tel:)?\s*\+/.test(text) || /^[1-9]/.test(digits)) {
		return `${digits}${star}`;
	}
	return /^00[1-9]/.test(digits) ? `${digits.slice(2)}${star}` : undefined;
}
