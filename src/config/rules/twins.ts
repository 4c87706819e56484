import type { Payload } from "../../event/webhook.ts";
import { hasErrors } from "../../finding/finding.ts";
import type { Report } from "../../finding/report.ts";
import { lineOf } from "../../finding/site.ts";
import type { Kind } from "../../kind/kind.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import { methodsOf } from "./effective.ts";
import type { Stacks } from "./stacks.ts";

/**
 * Warns of a route whose kind can never be told from another one on its path, which is asked first:
 * `ncco.connect` beside `voice.event`. The kinds' own examples say so, since no file lists its twins.
 */
export function checkTwins(stacks: Stacks, report: Report): void {
	for (const stack of stacks.values()) {
		if (stack.length < 2) continue;
		const ways = waysOf(stack);
		for (const route of ways) {
			const winner = ways.find((other) => takesAll(other, route));
			if (winner !== undefined) reportTwin(route, winner, report);
		}
	}
}

// --- helpers ---

/** Returns one route for each kind and its methods, because a path may have 100,000 routes but only few kinds. */
function waysOf(stack: readonly RouteDraft[]): readonly RouteDraft[] {
	const ways = new Map<string, RouteDraft>();
	for (const route of stack) {
		if (route.kind === undefined) continue;
		const key = `${route.kind.name} ${methodsOf(route)}`;
		if (!ways.has(key)) ways.set(key, route);
	}
	return [...ways.values()];
}

function takesAll(winner: RouteDraft, route: RouteDraft): boolean {
	if (winner.kind === undefined || route.kind === undefined) return false;
	if (winner.kind.precedence <= route.kind.precedence) return false;
	const methods = methodsOf(winner) ?? [];
	const isReached = methodsOf(route)?.every((name) => methods.includes(name));
	return isReached === true && knowsAll(winner.kind, route.kind);
}

function knowsAll(winner: Kind, kind: Kind): boolean {
	const { examples } = kind.schema;
	if (!Array.isArray(examples) || examples.length === 0) return false;
	// A schema that does not compile has findings of its own.
	if (hasErrors(winner.compile?.() ?? [])) return false;
	return examples.every((example: Payload) => winner.recognizes(example));
}

function reportTwin(
	route: RouteDraft,
	winner: RouteDraft,
	report: Report,
): void {
	const name = route.kind?.name ?? "";
	report.warn(route.siteOf("kind").at(), {
		what: `a webhook of \`${name}\` also looks like \`${winner.kind?.name}\`, which is tried first on this path (${lineOf(winner.site, "kind")}), so this route may get nothing`,
		todo: "give it a path of its own",
	});
}
