import type { Payload } from "../../event/webhook.ts";
import type { CallContext, NextNcco } from "../call-context.ts";
import type { Leg } from "../leg.ts";

/** Plays one action of an NCCO to a leg. Returns the NCCO that replaces the rest. Undefined means: go on. */
export type PlayAction = (
	action: Payload,
	site: ActionSite,
) => Promise<NextNcco>;

/** The circumstances of an action. */
export interface ActionSite {
	readonly leg: Leg;
	readonly context: CallContext;
	/** The actions after it. */
	readonly later: readonly Payload[];
}

/** Reads a number, which an NCCO may write as text. */
export function toNumber(value: unknown, otherwise: number): number {
	const number = typeof value === "string" ? Number.parseFloat(value) : value;
	return typeof number === "number" && Number.isFinite(number)
		? number
		: otherwise;
}

/** Reads a boolean, which an NCCO may write as text. */
export function toBoolean(value: unknown, otherwise: boolean): boolean {
	if (typeof value === "boolean") return value;
	return value === "true" ? true : value === "false" ? false : otherwise;
}

/** Reads a text, which may be a list of one. */
export function firstText(value: unknown): string | undefined {
	const one: unknown = Array.isArray(value) ? value[0] : value;
	return typeof one === "string" && one !== "" ? one : undefined;
}

/** Reads a list of texts. Undefined if there is none. */
export function toTexts(value: unknown): readonly string[] | undefined {
	return Array.isArray(value) ? value.map(String) : undefined;
}

/** The destination of the events of an action. `eventUrlMethod` is an old name. */
export function targetOf(action: Payload) {
	const { eventUrl, eventMethod, eventUrlMethod } = action;
	return { url: eventUrl, method: eventMethod ?? eventUrlMethod };
}
