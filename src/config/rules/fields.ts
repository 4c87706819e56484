import { isNeverKept } from "../../event/kept-headers.ts";
import type { Position } from "../../finding/finding.ts";
import type { Report } from "../../finding/report.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import { listFields } from "../../kind/field-facts.ts";
import type { Kind } from "../../kind/kind.ts";
import { parseField } from "../../route/field.ts";
import type { RouteDraft } from "../parts/route/draft.ts";

/** A field in a key of a route, and its position. */
export interface NamedField {
	readonly field: string;
	readonly at: Position;
	readonly key: "match" | "dedupe" | "orderBy";
}

/** The context for checking a field. */
export interface FieldSurroundings {
	/** The request headers, in lower case, that contain a proof in some signature scheme. */
	readonly secretHeaders: ReadonlySet<string>;
	readonly report: Report;
}

/** Checks a field outside the payload: a header, or a parameter of the query or the path. */
export function checkSource(
	named: NamedField,
	route: Pick<RouteDraft, "path" | "signature">,
	surroundings: FieldSurroundings,
): void {
	const { source, path } = parseField(named.field);
	if (path === "") {
		surroundings.report.error(named.at, {
			what: `\`${named.field}\` names nothing`,
			expected: `a name after it, such as \`${source}.name\``,
		});
		return;
	}
	if (source === "headers") checkHeader(named, path, route, surroundings);
	if (source === "params")
		checkParameter(named, path, route, surroundings.report);
}

/** Suggests the field of a payload that was probably meant. */
export function suggestField(
	field: string,
	{ schema, orderBy, dedupe }: Pick<Kind, "schema" | "orderBy" | "dedupe">,
): string | undefined {
	const known = [...listFields(schema), ...orderBy, ...dedupe.flat()];
	// Templates say `payload.to`.
	const bare = field.replace(/^payload\./, "");
	if (bare !== field && known.includes(bare)) return `write \`${bare}\``;
	return didYouMean(bare, known);
}

// --- helpers ---

function checkHeader(
	{ field, at, key }: NamedField,
	name: string,
	{ signature }: Pick<RouteDraft, "signature">,
	{ secretHeaders, report }: FieldSurroundings,
): void {
	const schemes = signature?.schemes ?? [];
	const own = schemes.flatMap((scheme) => scheme.secretHeaders);
	if (isNeverKept(name) || secretHeaders.has(name) || own.includes(name)) {
		report.error(at, {
			what: `the header \`${name}\` is never kept, because it proves the origin, or its name has a \`_\``,
			todo: `take it out of \`${key}\``,
		});
		return;
	}
	const covered = schemes.some(({ plainHeaders }) =>
		plainHeaders.includes(name),
	);
	if (covered) return;
	report.note(
		at,
		{
			what: `no signature covers \`${field}\`: any client that the firewall admits can set it`,
			todo: "keep the firewall narrow",
		},
		`unsigned ${key} ${field}`,
	);
}

function checkParameter(
	{ field, at, key }: NamedField,
	name: string,
	{ path }: Pick<RouteDraft, "path">,
	report: Report,
): void {
	if (path === undefined) return;
	const names = [...path.matchAll(/\/:([^/]+)/g)].map(
		([, parameter]) => parameter as string,
	);
	if (names.includes(name)) return;
	report.error(at, {
		what: `\`${field}\` never exists: the path has no \`:${name}\``,
		expected:
			names.length === 0
				? undefined
				: listWords(names.map((one) => `params.${one}`)),
		todo:
			names.length === 0
				? `write \`:${name}\` into the path, or take it out of \`${key}\``
				: undefined,
	});
}
