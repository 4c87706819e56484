import type { ConditionType } from "./condition.ts";
import { createLookup } from "./lookup.ts";
import { describeTexts } from "./text.ts";

/** `{ is: "5*" }`: equal to a string or to one of a list. A star is literal. */
export const IS: ConditionType = {
	name: "is",
	keys: {
		is: {
			description:
				'The field equals this string, or one of a list. A star has no special meaning: `{ is: "5*" }`.',
			type: ["string", "array"],
			minItems: 1,
			items: { type: "string" },
			defaultNote: "–",
			examples: ["5*"],
		},
	},
	read({ is }) {
		const texts = is as string | readonly string[];
		return createLookup(
			{
				values: new Set(typeof texts === "string" ? [texts] : texts),
				prefixes: [],
			},
			{ written: { is: texts }, describe: () => describeTexts(texts) },
		);
	},
};
