import {
	type TargetSettings,
	targetRouteOf,
} from "../../config/handler-spec.ts";
import type { HandlerSettings } from "../../config/settings.ts";
import type { HandlerType } from "../handler-type.ts";

/** The settings of a fan-out. */
export interface AllSettings extends HandlerSettings {
	readonly targets: readonly TargetSettings[];
}

/** `all`: makes a delivery of its own for each of several targets. */
export const all: HandlerType<AllSettings, { readonly all: WrittenTargets }> = {
	name: "all",
	schema: {
		keys: {
			all: {
				description:
					"Several targets that each get the event: names of internal routes, or handlers with a name. See [fan-out](all.md).",
				type: "array",
				minItems: 1,
				maxItems: 20,
				items: { $ref: "#/$defs/target" },
				defaultNote: "none",
				examples: [["audit", "statistics"]],
			},
		},
	},
	needs: ["inbox"],
	modes: ["accept"],
	read: (handler) => ({
		type: "all",
		targets: handler.all.map((written, at) =>
			typeof written === "string"
				? { name: written, at, written: undefined }
				: { name: written.name, at, written },
		),
	}),
	targets: ({ targets }) => targets,
	describe: ({ targets }) =>
		`all ${targets.map(({ name }) => name).join(", ")}`,
	createBuilder: () => ({
		build: ({ targets }, { route }) => ({
			handler: {
				// The runtime makes the deliveries, and nothing else is left to do.
				handle: () => undefined,
				handsOn: targets.map((target) => targetRouteOf(route.name, target)),
			},
			findings: [],
		}),
	}),
};

// --- helpers ---

type WrittenTargets = readonly (
	| string
	| (Readonly<Record<string, unknown>> & { readonly name: string })
)[];
