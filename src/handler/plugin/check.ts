import { distance } from "fastest-levenshtein";
import type { KeyPath } from "../../finding/located.ts";
import { didYouMean } from "../../finding/suggest.ts";
import { isOpenKind } from "../../kind/open.ts";
import type { HandlerProblem } from "../../plugin/loader/options.ts";
import { handlerOf } from "../../plugin/loader/plugin.ts";
import type { PluginHandlerInit } from "./init.ts";

/** The result of the check of a route's plugin. */
export interface CheckedPlugin {
	readonly problems: readonly HandlerProblem[];
	/** A copy of the options with the defaults filled in. */
	readonly options: unknown;
	/** The names of the routes that the plugin hands on to. */
	readonly handsOn: readonly string[];
}

/** Checks that a route's plugin and options fit. Of the plugin it only runs `handsOn`. */
export function checkPluginRoute(
	init: Pick<
		PluginHandlerInit,
		"plugin" | "options" | "kind" | "route" | "urls"
	>,
): CheckedPlugin {
	const { plugin, kind } = init;
	const { problems: ofOptions, options } = plugin.checkOptions(init.options);
	const targets = ofOptions.length > 0 ? [] : findTargets(plugin, options);
	const handsOn = targets.filter((target) => typeof target === "string");
	const others =
		ofOptions.length > 0
			? ofOptions
			: targets.flatMap((target) => checkTarget(target, init));
	// A route without a kind has its own finding.
	const isFitting =
		handlerOf(plugin, kind.name) !== undefined || isOpenKind(kind);
	const problems = isFitting ? others : [unhandledBy(plugin, kind), ...others];
	return { problems, options, handsOn };
}

// --- helpers ---

type Plugin = PluginHandlerInit["plugin"];

function unhandledBy(
	plugin: Plugin,
	kind: PluginHandlerInit["kind"],
): HandlerProblem {
	const names = [...plugin.on.keys()];
	const handled = names.map((name) => `\`${name}\``);
	// Allows two changed letters: names of other kinds of the platform differ more.
	const meant = names.find((name) => distance(name, kind.name) <= 2);
	return {
		keys: ["plugin"],
		what: `the plugin \`${plugin.name}\` does not handle \`${kind.name}\``,
		expected: `one of the kinds in its \`on\`: ${handled.join(", ")}`,
		todo:
			meant === undefined
				? `add \`"${kind.name}"\` or \`"*"\` to its \`on\``
				: `rename \`"${meant}"\` in its \`on\` to \`"${kind.name}"\``,
	};
}

/** The names, or the problem that explains why there are none. */
function findTargets(
	plugin: Plugin,
	options: unknown,
): readonly (string | HandlerProblem)[] {
	const whose = `\`handsOn\` of the plugin \`${plugin.name}\``;
	try {
		const names = plugin.handsOn?.(options) ?? [];
		if (!Array.isArray(names)) throw new TypeError("it returned no list");
		// An option that is not set names no route.
		return names.filter((name) => name !== undefined).map(String);
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		return [{ keys: ["plugin"], what: `${whose} failed: ${message}` }];
	}
}

function checkTarget(
	target: string | HandlerProblem,
	{
		options,
		route,
		urls,
	}: Pick<PluginHandlerInit, "options" | "route" | "urls">,
): readonly HandlerProblem[] {
	if (typeof target !== "string") return [target];
	const keys = ["options", ...(pathOf(options, target) ?? [])];
	if (!urls.has(target)) {
		return [
			{
				keys,
				what: `there is no route \`${target}\` to hand on to`,
				expected: "the name of a route",
				todo: didYouMean(target, urls.names),
			},
		];
	}
	if (target !== route.name) return [];
	return [
		{
			keys,
			what: "the route hands on to itself",
			expected: "the name of another route",
		},
	];
}

/** Returns the path of a text inside of the options. Undefined if it does not occur. */
function pathOf(value: unknown, text: string): KeyPath | undefined {
	if (value === text) return [];
	if (typeof value !== "object" || value === null) return undefined;
	for (const [key, inner] of Object.entries(value)) {
		const path = pathOf(inner, text);
		if (path === undefined) continue;
		return [Array.isArray(value) ? Number(key) : key, ...path];
	}
	return undefined;
}
