import { listWords } from "../finding/suggest.ts";
import type { HandlerSpec, HandlerSpecs, SchemaPart } from "./handler-spec.ts";

/** Adds the types of a table to the schema of routes.yaml: `handler`, `fallback`, and their definitions. */
export function addHandlerTypes(
	root: SchemaPart,
	table: HandlerSpecs,
): SchemaPart {
	const types = [...table.values()];
	const fallbacks = types.filter(({ isFallback = false }) => isFallback);
	const isFannedOut = types.some(({ targets }) => targets !== undefined);
	const own = types.map(({ schema }) => schema.defs ?? {});
	return {
		...root,
		$defs: Object.assign(
			{ ...(root.$defs as SchemaPart) },
			{
				handler: choiceOf("handler", types),
				fallback: choiceOf("fallback", fallbacks),
				...(isFannedOut && { target: targetOf(types) }),
			},
			...own,
		),
	};
}

// --- helpers ---

/** The schema of a target of a fan-out: the name of an internal route, or a name with exactly one handler. */
function targetOf(types: readonly HandlerSpec[]): SchemaPart {
	const fit = types.filter(
		({ modes, targets, isUnkept = false, isFetched = false }) =>
			modes.includes("accept") && !targets && !isUnkept && !isFetched,
	);
	const { names, object, keys } = partsOf(fit);
	return {
		title: "target",
		description: `A target of \`all\`: the name of an internal route, or a mapping with \`name\`, exactly one handler (${listWords(names, "and")}), and settings that differ from those of the route.`,
		type: ["string", "object"],
		additionalProperties: false,
		...NAME,
		expects:
			"the name of an internal route, or a mapping with `name` and a handler",
		if: { type: "string" },
		else: object,
		required: ["name"],
		properties: { ...TARGET, ...keys },
	};
}

const NAME = { pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$" } as const;

/** The keys of a target beside its handler. */
const TARGET = {
	name: {
		description:
			"The name of the target. The log, the inbox, metrics and pauses know it as `route/name`.",
		type: "string",
		...NAME,
		expects:
			"at most 100 letters, digits, `.`, `_` and `-`, a letter or digit first",
		examples: ["crm"],
	},
	timeout: {
		description: "The time limit of the handler.",
		$ref: "#/$defs/duration",
		defaultNote: "the route's `timeout`",
	},
	retry: {
		description: "When a failed delivery is retried.",
		$ref: "#/$defs/retry",
		defaultNote: "the route's `retry`",
	},
	concurrency: {
		description: "How many deliveries are handled at the same time.",
		$ref: "#/$defs/concurrency",
		defaultNote: "the route's `concurrency`",
	},
	rate: {
		description:
			"How many handlers start in a time. Each target has a limit of its own. See [pace](pace.md#rate).",
		$ref: "#/$defs/rate",
		defaultNote: "the route's `rate`",
	},
	delay: {
		description: "How long after its arrival an event is handled first.",
		$ref: "#/$defs/duration",
		defaultNote: "the route's `delay`",
	},
	orderBy: {
		description: "The fields whose events are handled in order.",
		$ref: "#/$defs/orderBy",
		defaultNote: "the route's `orderBy`",
	},
} as const;

/** The keys of a target that are not its handler. */
export const TARGET_KEYS: ReadonlySet<string> = new Set(Object.keys(TARGET));

/** The parts of the schema of an object with exactly one of several types. */
function partsOf(types: readonly HandlerSpec[]) {
	const names = types.map(({ name }) => name);
	const beside = types.flatMap(({ name, schema }) =>
		Object.keys(schema.keys)
			.filter((key) => key !== name)
			.map((key) => [key, [name]]),
	);
	return {
		names,
		object: {
			oneOf: names.map((name) => ({ required: [name] })),
			...(beside.length > 0 && {
				dependentRequired: Object.fromEntries(beside) as SchemaPart,
			}),
		},
		keys: Object.assign(
			{},
			...types.map(({ schema }) => schema.keys),
		) as SchemaPart,
	};
}

/** The schema of an object with exactly one of several types, or of a string if a type needs no settings. */
function choiceOf(title: string, types: readonly HandlerSpec[]): SchemaPart {
	const { names, object, keys } = partsOf(types);
	const bare = types.filter(({ isBare }) => isBare).map(({ name }) => name);
	return {
		title,
		description: `Set exactly one of ${listWords(names, "and")}.`,
		type: bare.length > 0 ? ["string", "object"] : "object",
		additionalProperties: false,
		...(bare.length > 0
			? {
					// A pattern is for texts alone, what stands under `else` for objects.
					// For editors, which offer these.
					anyOf: [{ enum: bare }, {}],
					pattern: `^(?:${bare.join("|")})$`,
					expects: `${listWords(bare)}, or a mapping`,
					if: { type: "string" },
					else: { type: "object", ...object },
				}
			: object),
		properties: keys,
	};
}
