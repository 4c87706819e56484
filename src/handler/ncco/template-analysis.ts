import type { Template } from "liquidjs";
import type { Remark } from "../../finding/finding.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import type { RouteUrls } from "./template-url.ts";

/** The names that a template may use. */
export interface KnownNames {
	readonly urls: RouteUrls;
	/** Fields that the kind documents; others may come too. */
	readonly payloadFields: readonly string[];
}

/**
 * Finds names that lead nowhere: what `{{ }}` reads from outside (`reads`: one list of names for each),
 * and routes that the filter `url` names literally.
 */
export function analyzeTemplate(
	template: readonly Template[],
	reads: readonly (readonly unknown[])[],
	known: KnownNames,
): Remark[] {
	const faults: Remark[] = [];
	for (const [root, field] of reads) {
		const fault = checkName(String(root), field, known);
		if (fault !== undefined) faults.push(fault);
	}
	for (const value of valuesOf(template)) {
		for (const [index, filter] of value.filters.entries()) {
			if (filter.name !== "url") continue;
			const name = index === 0 ? literalOf(value) : undefined;
			faults.push(...checkUrl(name, filter.args, known.urls));
		}
	}
	return faults;
}

// --- helpers ---

const ROOTS = ["payload", "query", "params", "headers", "route", "claims"];
const ROUTE_FIELDS = ["name", "path", "level", "params"];

function checkName(
	root: string,
	field: unknown,
	known: KnownNames,
): Remark | undefined {
	if (!ROOTS.includes(root)) {
		return {
			severity: "error",
			what: `a template knows no \`${root}\``,
			expected: listWords(ROOTS),
			todo:
				didYouMean(root, ROOTS) ??
				(known.payloadFields.includes(root)
					? `write \`payload.${root}\``
					: undefined),
		};
	}
	if (typeof field !== "string") return undefined;
	if (root === "route" && !ROUTE_FIELDS.includes(field)) {
		return {
			severity: "error",
			what: `a route has no \`${field}\` here`,
			expected: listWords(ROUTE_FIELDS),
			todo: didYouMean(field, ROUTE_FIELDS),
		};
	}
	if (root === "headers" && field !== field.toLowerCase()) {
		return {
			severity: "error",
			what: `\`headers.${field}\` is never there: the names of headers are in lower case here`,
			todo: `write \`headers.${field.toLowerCase()}\``,
		};
	}
	if (root === "payload" && !known.payloadFields.includes(field)) {
		const todo = didYouMean(field, known.payloadFields);
		if (todo === undefined) return undefined;
		return {
			severity: "warning",
			what: `\`payload.${field}\` is not a field that the kind documents`,
			todo,
		};
	}
	return undefined;
}

function checkUrl(
	name: string | undefined,
	args: readonly unknown[],
	urls: RouteUrls,
): Remark[] {
	const keys: unknown[] = [];
	for (const arg of args) {
		if (!Array.isArray(arg)) {
			return [
				{
					severity: "error",
					what: "the filter `url` has a parameter without a name",
					todo: "write `name: value`, such as `lang: payload.lang`",
				},
			];
		}
		keys.push(arg[0]);
	}
	if (name === undefined) return [];
	const params = urls.paramsOf(name);
	if (params === undefined) {
		return [
			{
				severity: "error",
				what: `the filter \`url\` names \`${name}\`, and no route has this name`,
				todo: didYouMean(name, urls.names),
			},
		];
	}
	return params
		.filter((param) => !keys.includes(param))
		.map((param) => ({
			severity: "error",
			what: `the path of \`${name}\` needs \`${param}\``,
			todo: `write \`"${name}" | url: ${param}: …\``,
		}));
}

/** LiquidJS's `Value`: an expression and the filters behind it. The class itself is not exported as a value. */
interface FilteredValue {
	readonly initial: { readonly postfix: readonly unknown[] };
	readonly filters: readonly {
		readonly name: string;
		readonly args: readonly unknown[];
	}[];
}

/** All expressions of a template, those within tags too. */
function* valuesOf(template: readonly Template[]): Generator<FilteredValue> {
	for (const part of template) {
		for (const argument of part.arguments?.() ?? []) {
			if (isFilteredValue(argument)) yield argument;
		}
		if (part.children === undefined) continue;
		// Without partials nothing is waited for: the first result that is done has the children.
		const children = part.children(false, true);
		let step = children.next();
		while (step.done !== true) step = children.next(step.value);
		yield* valuesOf(step.value);
	}
}

function isFilteredValue(value: unknown): value is FilteredValue {
	return (
		typeof value === "object" &&
		value !== null &&
		"filters" in value &&
		"initial" in value
	);
}

function literalOf({ initial }: FilteredValue): string | undefined {
	const [token, ...more] = initial.postfix;
	if (more.length > 0 || typeof token !== "object" || token === null) {
		return undefined;
	}
	const content = (token as { readonly content?: unknown }).content;
	// Only a quoted token has text of its own; a name has `props`.
	return "props" in token || typeof content !== "string" ? undefined : content;
}
