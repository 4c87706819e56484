import type { Level } from "../../event/webhook.ts";
import { joinWords } from "../../finding/suggest.ts";
import type { Kind } from "../../kind/kind.ts";
import type { Match } from "../../route/conditions/condition.ts";
import { namedNumbers } from "./routes.ts";

/** A route as far as its place at the platform depends on it. */
export interface SettingOwner {
	readonly kind: Kind;
	/** Undefined for an internal route. */
	readonly level: Level | undefined;
	readonly match: Match | undefined;
	/** The names in `platform`. Undefined if they are not declared. */
	readonly accounts?: readonly string[] | undefined;
	readonly apps?: readonly string[] | undefined;
}

/**
 * Says where the URL of a route is set at the platform: `application main, Voice, answer URL`. Undefined if the platform has no
 * such place, as for a kind of the user's own.
 */
export function describeSetting(owner: SettingOwner): string | undefined {
	const { kind, level } = owner;
	const setting = level && kind.settings[level];
	if (level === undefined || setting === undefined) return undefined;
	const { dashboard, rest } = setting;
	switch (level) {
		case "account":
			return join(named("account", owner.accounts), dashboard ?? rest);
		case "number":
			return join(
				named("number", namedNumbers(owner)),
				dashboard?.replace(/^Your numbers, edit: /, "") ?? rest,
			);
		case "app":
			return join(
				named("application", owner.apps),
				dashboard?.replace(/^Applications, edit, (?:Capabilities, )?/, "") ??
					rest,
			);
		case "request":
			return dashboard ?? join("the request", rest);
		case "ncco":
			return join("the NCCO", rest ?? dashboard);
	}
}

// --- helpers ---

/** More names would hide the setting. */
const NAMES_MAX = 3;

function named(what: string, names: readonly string[] = []): string {
	if (names.length === 0) return `the ${what}`;
	if (names.length > NAMES_MAX) return `${names.length} ${what}s`;
	return `${what}${names.length === 1 ? "" : "s"} ${joinWords(names, "and")}`;
}

/** Joins the owner and the path to the setting. Names of fields begin with a small letter within a sentence. */
function join(owner: string, place: string | undefined): string {
	const [first = "", ...others] = (place ?? "").split(/: (?!\/)/);
	if (first === "") return owner;
	const steps = [first, ...others.map(lowerFirst)];
	return [owner, ...steps].join(", ");
}

function lowerFirst(text: string): string {
	return text.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}
