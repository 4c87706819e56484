import { suggestField } from "../config/rules/fields.ts";
import type { RouteSettings } from "../config/settings.ts";
import type { Finding } from "../finding/finding.ts";
import { findField } from "../kind/field-facts.ts";
import type { Kind } from "../kind/kind.ts";
import { parseField } from "../route/field.ts";

/**
 * Warns of fields that the `match` of a route names and its own schema does not. The kinds of the catalog are checked with the
 * configuration; a schema of one's own is only read afterwards.
 */
export function checkMatchFields(
	{ match, schema, locate }: RouteSettings,
	kind: Kind,
): readonly Finding[] {
	if (schema === undefined) return [];
	return [...(match?.keys() ?? [])]
		.filter(
			(field) =>
				parseField(field).source === "payload" &&
				findField(kind.schema, field) === undefined,
		)
		.map((field) => ({
			...locate("match", field),
			severity: "warning",
			what: `the schema \`${kind.name}\` has no field \`${field}\`, so that this may never fit`,
			expected: undefined,
			todo: suggestField(field, kind),
		}));
}
