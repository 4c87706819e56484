import type { Report } from "../../finding/report.ts";
import type { RouteDraft } from "../parts/draft.ts";
import { type HandlerDraft, isFixed } from "../parts/handler.ts";
import { modeOf } from "./effective.ts";

/** Checks that what a route answers fits its mode and what its kind expects. */
export function checkAnswer(route: RouteDraft, report: Report): void {
	const { handler, kind } = route;
	const mode = modeOf(route);
	const required = kind?.reply.required === true;
	if (mode === "accept" && required) {
		report.error(route.placeOf("mode").at(), {
			what: `\`${kind.name}\` has to be answered, which mode \`accept\` does not do`,
			todo: "write `mode: reply`",
		});
		return;
	}
	if (handler !== undefined) {
		const place = route.place.in("handler", handler.type);
		if (!takesNcco(route, handler)) {
			report.error(place.keyAt(), {
				what: `the answer to \`${kind?.name}\` is no NCCO`,
				todo: "write a `plugin`, a `static` or a `forward` handler",
			});
		} else if (
			mode === "accept" &&
			(handler.type === "ncco" || handler.type === "static")
		) {
			report.error(place.keyAt(), {
				what: `an accept route answers an empty 200, so that its \`${handler.type}\` is never sent`,
				todo: "write `mode: reply`, or a `plugin` or `forward`",
			});
		}
	}
	checkFallback(route, report);
}

/** True when the fallback that a route inherits fits it; one of its own is refused where it does not. */
export function takesFallback(route: RouteDraft): boolean {
	const { fallback } = route;
	return (
		fallback !== undefined &&
		modeOf(route) === "reply" &&
		takesNcco(route, fallback)
	);
}

// --- helpers ---

function takesNcco({ kind }: RouteDraft, { type }: HandlerDraft): boolean {
	if (type !== "ncco" || kind === undefined) return true;
	return kind.reply.body === "ncco" || kind.reply.body === "any";
}

function checkFallback(route: RouteDraft, report: Report): void {
	const { fallback, handler, kind } = route;
	const mode = modeOf(route);
	if (fallback !== undefined && route.wrote("fallback")) {
		if (mode === "accept") {
			report.error(route.place.keyAt("fallback"), {
				what: "an accept route answers an empty 200, so that its `fallback` is never sent",
				todo: "take it out, or write `mode: reply`",
			});
		} else if (!takesNcco(route, fallback)) {
			report.error(route.place.keyAt("fallback", "ncco"), {
				what: `the answer to \`${kind?.name}\` is no NCCO`,
				todo: "write a `static` fallback",
			});
		}
		return;
	}
	const isCall = kind?.reply.body === "ncco" && mode === "reply";
	if (!isCall || route.wrote("fallback") || takesFallback(route)) return;
	if (handler === undefined || isFixed(handler)) return;
	report.warn(route.place.keyAt("handler"), {
		what: "without a `fallback` a caller hears nothing when the handler fails",
		todo: 'write for example `fallback: { ncco: [{ action: talk, text: "Please call again." }] }`',
	});
}
