import type { ConditionType } from "./condition.ts";

/** `{ not: <condition> }`: whatever the condition does not take, a missing field among it. */
export const NOT: ConditionType = {
	name: "not",
	keys: {
		not: {
			description:
				"A condition in any of these forms, which does not fit. A field that is missing fits this one; add `exists: true` where it has to be there.",
			$ref: "#/$defs/condition",
			defaultNote: "–",
			examples: ["44*"],
		},
	},
	read({ not }, { site, read }) {
		const inner = read(not, site.in("not"));
		if (inner === undefined) return undefined;
		return {
			written: { not },
			describe: () =>
				`not ${inner.map((condition) => condition.describe()).join(" and ")}`,
			fits: (value) => !inner.every((condition) => condition.fits(value)),
			samples: () => [
				...UNLIKELY,
				...inner.flatMap((condition) => [...condition.samples()]),
			],
		};
	},
};

// --- helpers ---

/** Values that hardly any condition names. */
const UNLIKELY = [
	undefined,
	"0",
	"447700900000",
	"-1000000000000",
	"1000000000000",
	"~~~",
	{},
];
