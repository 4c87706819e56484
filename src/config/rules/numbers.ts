import { isRecord } from "../../event/is-record.ts";
import { itemsOf } from "../../finding/items.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import type { Table } from "../../table/table.ts";
import type { RouteDraft } from "../parts/route/draft.ts";

/**
 * Warns of telephone numbers that are spelt as people write them: the platform writes digits in international
 * format, so that `+447700900001`, `07700 900001` and `0044…` never fit. What is not a number at all, such as the
 * name of a sender, a SIP address or a business-scoped user id (`US.1349…`), is left alone, and so are digits where a
 * channel has ids of its own: that of a Messenger user may begin with a zero.
 */
export function checkNumbers(
	{ kind }: Pick<RouteDraft, "kind">,
	field: string,
	context: NumbersContext,
): void {
	if (kind === undefined) return;
	const name = field.slice(field.lastIndexOf(".") + 1);
	if (!kind.number.includes(field) && !NUMBER_FIELDS.has(name)) return;
	const isAnyId = kind.ids?.includes(field) === true;
	checkWritten(context.site.value, field, { ...context, isAnyId });
}

/** The context of the rule. */
export interface NumbersContext {
	/** The position of the conditions. */
	readonly site: Site;
	readonly tables: ReadonlyMap<string, Table>;
	readonly report: Report;
}

// --- helpers ---

interface FieldContext extends NumbersContext {
	/** True where digits may be an id, whatever they begin with. */
	readonly isAnyId: boolean;
}

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
	context: FieldContext,
): void {
	const { site, tables, report, isAnyId } = context;
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
		if (typeof text !== "string" || !isForPeople(text, isAnyId)) continue;
		const guess = at.isSecret() ? undefined : guessNumber(text);
		report.warn(
			at.at(),
			{
				what: `${at.show(text)} never matches: the platform writes \`${field}\` without \`+\`, spaces, dashes and leading zeros`,
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
	{ site, report, isAnyId }: FieldContext,
): void {
	for (const key of rows.keys()) {
		if (!isForPeople(key, isAnyId)) continue;
		report.warn(
			site.at(),
			{
				what: `the key ${JSON.stringify(key)} of table \`${name}\` never matches: the platform writes \`${field}\` without \`+\`, spaces, dashes and leading zeros`,
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

function isForPeople(value: string, isAnyId: boolean): boolean {
	// No number of the platform begins with a zero, nor does a short code.
	if (/^\d+\*?$/.test(value)) return !isAnyId && /^0\d/.test(value);
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
