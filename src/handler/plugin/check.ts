import { distance } from "fastest-levenshtein";
import type { KeyPath } from "../../finding/located.ts";
import { didYouMean } from "../../finding/suggest.ts";
import { isOpenKind } from "../../kind/open.ts";
import type { HandlerProblem } from "../../plugin/loader/options.ts";
import { handlerOf } from "../../plugin/loader/plugin.ts";
import type { PluginHandlerInit } from "./init.ts";

/** Checks that a route's plugin and options fit, and lists the problems. Of the plugin it only runs `handsOn`. */
export function checkPluginRoute(
	init: Pick<
		PluginHandlerInit,
		"plugin" | "options" | "kind" | "route" | "urls"
	>,
): readonly HandlerProblem[] {
	const { plugin, kind } = init;
	const { problems, options } = plugin.checkOptions(init.options);
	const others =
		problems.length > 0
			? problems
			: findTargets(plugin, options).flatMap((target) =>
					checkTarget(target, init),
				);
	if (handlerOf(plugin, kind.name) !== undefined) return others;
	// A route without a kind has its own finding.
	if (isOpenKind(kind)) return others;
	const names = [...plugin.on.keys()];
	const handled = names.map((name) => `\`${name}\``);
	// Allows two changed letters: names of other kinds of the platform differ more.
	const meant = names.find((name) => distance(name, kind.name) <= 2);
	const unhandled: HandlerProblem = {
		keys: ["plugin"],
		what: `the plugin \`${plugin.name}\` does not handle \`${kind.name}\``,
		expected: `one of the kinds in its \`on\`: ${handled.join(", ")}`,
		todo:
			meant === undefined
				? `add \`"${kind.name}"\` or \`"*"\` to its \`on\``
				: `rename \`"${meant}"\` in its \`on\` to \`"${kind.name}"\``,
	};
	return [unhandled, ...others];
}

/** Returns the names of the routes that a plugin hands on to, for checked options. */
export function targetsOf(plugin: Plugin, options: unknown): readonly string[] {
	return findTargets(plugin, options).filter(
		(target) => typeof target === "string",
	);
}

// --- helpers ---

type Plugin = PluginHandlerInit["plugin"];

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
