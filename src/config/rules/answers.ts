import type { Report } from "../../finding/report.ts";
import { listWords } from "../../finding/suggest.ts";
import type { Kind } from "../../kind/kind.ts";
import type {
	CheckContext,
	HandlerSpec,
	HandlerSpecs,
} from "../handler-spec.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import { isFixed } from "../parts/route/handler.ts";
import { modeOf } from "./effective.ts";

/** Checks that the answer of a route suits its mode and its kind. */
export function checkAnswer(
	route: RouteDraft,
	types: HandlerSpecs,
	report: Report,
): void {
	const { handler, kind } = route;
	const mode = modeOf(route);
	if (route.isInternal && kind?.reply.required === true) {
		report.error(route.siteOf("kind").at(), {
			what: `\`${kind.name}\` has to be answered, and nobody hears the answer of a route without a \`path\``,
			todo: "write a `path`, or another kind",
		});
		return;
	}
	if (mode === "accept" && kind?.reply.required === true) {
		report.error(route.siteOf("mode").at(), {
			what: `\`${kind.name}\` needs an answer, and mode \`accept\` sends none`,
			todo: "write `mode: reply`",
		});
		return;
	}
	if (handler !== undefined) {
		const { name, modes } = handler.type;
		// Not yet its position: to find one costs more than to check a route.
		const site = route.handlerSite.in(name);
		const misfit = misfitOf(handler.type, kind);
		if (misfit !== undefined) {
			const others = namesOf(
				types,
				(type) =>
					!misfitOf(type, kind) &&
					(mode === undefined || type.modes.includes(mode)),
			);
			report.error(site.keyAt(), {
				what: misfit,
				todo: `write ${listChoices(others)} handler`,
			});
		} else if (mode !== undefined && !modes.includes(mode)) {
			const others = namesOf(
				types,
				(type) => type.modes.includes(mode) && !misfitOf(type, kind),
			);
			const another = `${article(others[0])} ${listWords(others)}`;
			if (route.isInternal) {
				report.error(site.keyAt(), {
					what: `nobody hears the answer of a route without a \`path\`. Its \`${name}\` is never sent`,
					todo: `write ${another}`,
				});
				return;
			}
			report.error(site.keyAt(), {
				what:
					mode === "accept"
						? `an accept route answers with an empty 200. Its \`${name}\` is never sent`
						: `a reply route needs an answer, and \`${name}\` gives none`,
				todo:
					kind?.reply.required === true
						? `write ${another}`
						: `write \`mode: ${modes.join()}\`, or ${another}`,
			});
		}
	}
	checkFallback(route, types, report);
}

/** Checks the handlers of a route against the rest of the configuration. */
export function checkHandlers(route: RouteDraft, context: CheckContext): void {
	for (const key of ["handler", "fallback"] as const) {
		const { type, settings } = route[key] ?? {};
		if (settings !== undefined)
			type?.check?.(settings, route.siteOf(key), context);
	}
}

/** Returns true if an inherited fallback suits a route. A fallback of its own that does not suit is an error. */
export function takesFallback(route: RouteDraft): boolean {
	const { fallback, kind } = route;
	return (
		fallback !== undefined &&
		modeOf(route) === "reply" &&
		misfitOf(fallback.type, kind) === undefined
	);
}

// --- helpers ---

function misfitOf(
	type: HandlerSpec,
	kind: Kind | undefined,
): string | undefined {
	return kind && type.misfit?.(kind);
}

function namesOf(
	types: HandlerSpecs,
	suits: (type: HandlerSpec) => boolean,
): readonly string[] {
	return [...types.values()].filter(suits).map(({ name }) => name);
}

function article(word = ""): string {
	return /^(?:[aeiou]|ncco$)/.test(word) ? "an" : "a";
}

/** Lists names for a message: a `plugin`, a `static` or an `exec`. */
function listChoices(names: readonly string[]): string {
	const choices = names.map((name) => `${article(name)} \`${name}\``);
	const last = choices.pop() ?? "";
	return choices.length === 0 ? last : `${choices.join(", ")} or ${last}`;
}

function checkFallback(
	route: RouteDraft,
	types: HandlerSpecs,
	report: Report,
): void {
	const { fallback, handler, kind } = route;
	const mode = modeOf(route);
	// It has a finding of its own.
	if (route.isInternal) return;
	if (fallback !== undefined && route.wrote("fallback")) {
		const misfit = misfitOf(fallback.type, kind);
		if (mode === "accept") {
			report.error(route.site.keyAt("fallback"), {
				what: "an accept route answers with an empty 200. Its `fallback` is never sent",
				todo: "take it out, or write `mode: reply`",
			});
		} else if (misfit !== undefined) {
			const others = namesOf(
				types,
				(type) => type.isFallback === true && !misfitOf(type, kind),
			);
			report.error(route.site.keyAt("fallback", fallback.type.name), {
				what: misfit,
				todo: `write ${listChoices(others)} fallback`,
			});
		}
		return;
	}
	const isCall = kind?.reply.body === "ncco" && mode === "reply";
	if (!isCall || route.wrote("fallback") || takesFallback(route)) return;
	if (handler === undefined || isFixed(handler)) return;
	report.warn(route.site.keyAt("handler"), {
		what: "without a `fallback` a caller hears nothing when the handler fails",
		todo: 'write for example `fallback: { ncco: [{ action: talk, text: "Please call again." }] }`',
	});
}
