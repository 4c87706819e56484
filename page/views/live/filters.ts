import type { Query } from "../../api/client.ts";
import { setQuery } from "../../state/location.ts";
import type { WebhookRow } from "./feed.ts";

/** The fields that a filter chooses from a list. */
export const CHOSEN = ["route", "kind", "level", "outcome"] as const;
export type ChosenField = (typeof CHOSEN)[number];

/** The filters of the view, as they are in the address. */
export interface LiveFilter
	extends Readonly<Record<ChosenField, readonly string[]>> {
	readonly number: string;
	/** The least milliseconds of an answer, as a text. Empty for all. */
	readonly minMs: string;
}

/** Outcomes of webhooks and of deliveries, in the order of their life. */
export const OUTCOMES = [
	"received",
	"handled",
	"delivered",
	"waiting",
	"dead",
	"failed",
	"fallback",
	"quarantined",
	"reported",
	"duplicate",
	"denied",
	"refused",
	"unsigned",
	"invalid",
	"unknown",
	"probe",
] as const;

export function readFilter(query: URLSearchParams): LiveFilter {
	return {
		route: query.getAll("route"),
		kind: query.getAll("kind"),
		level: query.getAll("level"),
		outcome: query.getAll("outcome"),
		number: query.get("number") ?? "",
		minMs: query.get("minMs") ?? "",
	};
}

export function isEmpty(filter: LiveFilter): boolean {
	return (
		filter.number + filter.minMs === "" &&
		CHOSEN.every((field) => filter[field].length === 0)
	);
}

/** Takes all filters out of the address. */
export function clearFilter(): void {
	const names = [...CHOSEN, "number", "minMs"];
	setQuery(Object.fromEntries(names.map((name) => [name, undefined])));
}

/** Returns the query of the event stream. Without a filter, the router can count what is missed. */
export function toQuery(filter: LiveFilter): Query {
	if (isEmpty(filter)) return {};
	const { number, ...lists } = filter;
	return {
		type: ["webhook", "refusal", "delivery"],
		...lists,
		number: number.replaceAll("•", "*"),
	};
}

/** Returns the test for rows that the page has already. It knows masked numbers only, so a whole number fits none. */
export function toTest({
	number,
	minMs,
	...lists
}: LiveFilter): (row: WebhookRow) => boolean {
	const masked = number.replaceAll("•", "*");
	return (row) =>
		(masked === "" || row.number === masked) &&
		(minMs === "" || (row.ms ?? -1) >= Number(minMs)) &&
		CHOSEN.every((field) => {
			const value = row[field];
			return (
				lists[field].length === 0 ||
				(value !== undefined && lists[field].includes(value))
			);
		});
}

/** The least milliseconds that somebody can choose. */
export const DURATIONS = [10, 100, 1000, 3000] as const;

/** The states of deliveries, by which the inbox is asked for earlier rows. */
const STATES = [
	"received",
	"delivered",
	"waiting",
	"dead",
	"quarantined",
] as const;

/** Returns the query for deliveries that fit. Undefined if the inbox cannot be asked for them. */
export function toInboxQuery({
	route,
	kind,
	level,
	outcome,
	number,
	minMs,
}: LiveFilter) {
	const state = STATES.filter((one) => outcome.includes(one));
	// The inbox knows neither refusals nor how long answers took, and no masked number.
	const isKnown =
		kind.length <= 1 &&
		level.length <= 1 &&
		state.length === outcome.length &&
		!/[*•]/.test(number) &&
		minMs === "";
	if (!isKnown) return undefined;
	return {
		...{ route, state, max: EARLIER_MAX },
		...(kind[0] !== undefined && { kind: kind[0] }),
		...(level[0] !== undefined && { level: level[0] as "app" }),
		...(number !== "" && { number }),
	};
}

const EARLIER_MAX = 50;

/** Writes a masked number with dots, which nobody takes for a pattern. */
export function dotted(number: string): string {
	return number.replaceAll("*", "•");
}
