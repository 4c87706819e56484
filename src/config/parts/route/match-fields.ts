import { isRecord } from "../../../event/is-record.ts";
import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import { findField } from "../../../kind/field-facts.ts";
import type { Kind } from "../../../kind/kind.ts";
import type { Condition, Match } from "../../../route/conditions/condition.ts";
import type { Conditions } from "../../../route/conditions/table.ts";
import type { Table } from "../../../table/table.ts";
import type { AuthoredRoute } from "../authored/authored.ts";

/** The context for reading a `match`. */
export interface MatchContext {
	readonly conditions: Conditions;
	readonly tables: ReadonlyMap<string, Table>;
	readonly report: Report;
}

/** A `match` as read. Its parts are undefined if absent or wrong. */
export interface MatchDraft {
	readonly match: Match | undefined;
	/** By field of `match`, its key as written. */
	readonly matchKeys: ReadonlyMap<string, string>;
	/** The conditions of a `match` in its short form, without a field. */
	readonly matchValues: readonly Condition[] | undefined;
}

/** Reads a `match`. Its parts are undefined if absent or, with findings, wrong. */
export function readMatch(
	written: AuthoredRoute["match"],
	kind: Kind | undefined,
	site: Site,
	context: MatchContext,
): MatchDraft {
	const nothing = { match: undefined, matchKeys: NO_KEYS };
	if (written === undefined) return { ...nothing, matchValues: undefined };
	if (!isRecord(written)) {
		const matchValues = context.conditions.read(written, site, context);
		return { ...nothing, matchValues };
	}
	const match = new Map<string, readonly Condition[]>();
	const matchKeys = new Map<string, string>();
	let isRight = true;
	for (const [key, value] of Object.entries(written)) {
		const field = toField(key, kind);
		const conditions = context.conditions.read(value, site.in(key), context);
		const twin = matchKeys.get(field);
		if (twin !== undefined) {
			context.report.error(site.keyAt(key), {
				what: `\`${key}\` and \`${twin}\` are one field`,
				todo: "write it once, with all its conditions",
			});
		}
		if (conditions === undefined || twin !== undefined) {
			isRight = false;
			continue;
		}
		match.set(field, conditions);
		matchKeys.set(field, key);
	}
	return {
		match: isRight ? match : undefined,
		matchKeys: isRight ? matchKeys : NO_KEYS,
		matchValues: undefined,
	};
}

// --- helpers ---

const NO_KEYS: ReadonlyMap<string, string> = new Map();

/**
 * Names of headers are the same in upper and lower case (RFC 9110 section 5.1). A field that once came as text, as `dtmf` did
 * until 2020, may be matched by its own name.
 */
function toField(key: string, kind: Kind | undefined): string {
	if (key.startsWith("headers.")) return key.toLowerCase();
	const inner = kind && findField(kind.schema, key)?.textField;
	return inner === undefined ? key : `${key}.${inner}`;
}
