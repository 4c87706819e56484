import type { ConditionType } from "./condition.ts";

/** `{ not: <condition> }`: every value that the condition does not match, including a missing field. */
export const NOT: ConditionType = {
	name: "not",
	keys: {
		not: {
			description:
				"Another condition, which must not match. A missing field meets `not`. Add `exists: true` if it must be present.",
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

/** Values that conditions rarely use. */
const UNLIKELY = [
	undefined,
	"0",
	"447700900000",
	"-1000000000000",
	"1000000000000",
	"~~~",
	{},
];
