import { isRecord } from "../../event/is-record.ts";
import { itemsOf } from "../../finding/items.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import type { Table } from "../../table/table.ts";
import type { RouteDraft } from "../parts/draft.ts";

/**
 * Warns of telephone numbers that are spelt as people write them: the platform writes digits in international
 * format, so that `+447700900001`, `07700 900001` and `0044…` never fit. What is no number at all, such as the
 * name of a sender or a SIP address, is left alone.
 */
export function checkNumbers(
	{ kind }: Pick<RouteDraft, "kind">,
	field: string,
	{ site, tables, report }: NumbersContext,
): void {
	if (kind === undefined) return;
	const name = field.slice(field.lastIndexOf(".") + 1);
	if (!kind.number.includes(field) && !NUMBER_FIELDS.has(name)) return;
	checkWritten(site.value, field, { site, tables, report });
}

/** The context of the rule. */
export interface NumbersContext {
	/** The position of the conditions. */
	readonly site: Site;
	readonly tables: ReadonlyMap<string, Table>;
	readonly report: Report;
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

/** Visits the strings of a condition in any form, including those inside `not`. */
function checkWritten(
	written: unknown,
	field: string,
	context: NumbersContext,
): void {
	const { site, tables, report } = context;
	if (isRecord(written)) {
		for (const key of ["is", "not"] as const)
			checkWritten(written[key], field, { ...context, site: site.in(key) });
		const table = tables.get(String(written.in));
		if (table !== undefined)
			checkKeys(table, field, { ...context, site: site.in("in") });
		return;
	}
	if (typeof written !== "string" && !Array.isArray(written)) return;
	for (const { text, at } of itemsOf(written, site)) {
		if (typeof text !== "string" || !isForPeople(text)) continue;
		const guess = at.isSecret() ? undefined : guessNumber(text);
		report.warn(
			at.at(),
			{
				what: `${at.show(text)} never fits: the platform writes \`${field}\` without \`+\`, blanks, dashes and leading zeros`,
				expected: DIGITS,
				todo: guess === undefined ? undefined : `write \`"${guess}"\``,
			},
			foldOf(site),
		);
	}
}

/** Checks the keys of a table. Reports at most one finding per table. */
function checkKeys(
	{ name, rows }: Table,
	field: string,
	{ site, report }: NumbersContext,
): void {
	for (const key of rows.keys()) {
		if (!isForPeople(key)) continue;
		report.warn(
			site.at(),
			{
				what: `the key ${JSON.stringify(key)} of table \`${name}\` never fits: the platform writes \`${field}\` without \`+\`, blanks, dashes and leading zeros`,
				expected: DIGITS,
			},
			foldOf(site),
		);
	}
}

const DIGITS = "digits in international format, such as `447700900001`";

function foldOf({ file, path }: Site): string {
	return `number ${file.source.file} ${path.join(" ")}`;
}

/** Matches digits and the characters that people put between them. A star at the end stands for more digits. */
const WRITTEN = /^(?:tel:)?\s*\+?[\s\d().\p{Pd}/]*\d[\s\d().\p{Pd}/]*\*?$/u;

function isForPeople(value: string): boolean {
	// No number of the platform begins with a zero, nor does a short code.
	if (/^\d+\*?$/.test(value)) return /^0\d/.test(value);
	return WRITTEN.test(value.normalize("NFKC"));
}

/** Returns the number in the platform's format. Undefined for a national number, whose country is unknown. */
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
