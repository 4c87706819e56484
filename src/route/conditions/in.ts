import { didYouMean, listWords } from "../../finding/suggest.ts";
import type { ConditionType } from "./condition.ts";
import { createLookup } from "./lookup.ts";

/** `{ in: tenants }`: a key of a table. */
export const IN: ConditionType = {
	name: "in",
	keys: {
		in: {
			description: "The field is a key of this table.",
			type: "string",
			minLength: 1,
			defaultNote: "–",
			examples: ["tenants"],
		},
	},
	read({ in: written }, { site, tables, report }) {
		const name = written as string;
		const table = tables.get(name);
		if (table !== undefined)
			return createLookup(
				{ values: new Set(), prefixes: [], table },
				{ written: { in: name }, describe: () => `a key of table ${name}` },
			);
		const names = [...tables.keys()];
		const at = site.in("in");
		report.error(at.at(), {
			what: `unknown table ${at.show(name)}`,
			expected: names.length === 0 ? undefined : listWords(names),
			todo:
				names.length === 0
					? "define it in `tables`"
					: at.isSecret()
						? undefined
						: didYouMean(name, names),
		});
		return undefined;
	},
};
