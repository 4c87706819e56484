import type { ConditionType } from "./condition.ts";

/** `{ exists: true }`: the field is present and not null. */
export const EXISTS: ConditionType = {
	name: "exists",
	keys: {
		exists: {
			description:
				"`true`: the field is present. `false`: it is missing or null.",
			type: "boolean",
			defaultNote: "–",
			examples: [true],
		},
	},
	read({ exists }) {
		const isWanted = exists as boolean;
		return {
			written: { exists: isWanted },
			describe: () => (isWanted ? "there" : "missing"),
			fits: (value) => (value !== undefined) === isWanted,
			samples: () => (isWanted ? ["0"] : [undefined]),
			misfit: ({ isRequired }) =>
				isWanted || !isRequired
					? undefined
					: { why: "is in every valid payload" },
		};
	},
};
