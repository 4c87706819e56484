import type { Call } from "../../api/client.ts";
import { go, hrefOf, place, setQuery } from "../../state/location.ts";

/** The filters of the list, which are fields of the address. They have the names of the API. */
export const FILTERS = [
	{ name: "state", title: "State", isList: true },
	{ name: "route", title: "Route", isList: true },
	{ name: "kind", title: "Kind" },
	{ name: "level", title: "Level" },
	{ name: "outcome", title: "Outcome" },
	{ name: "since", title: "Since" },
	{ name: "until", title: "Until" },
	{ name: "number", title: "Number" },
	{ name: "key", title: "Key" },
	{ name: "text", title: "Text" },
	{ name: "where", title: "Where" },
] as const satisfies readonly {
	readonly name: string;
	readonly title: string;
	readonly isList?: true;
}[];

export type FilterName = (typeof FILTERS)[number]["name"];

/** The states of a delivery, in the order of its life. */
export const STATES = [
	"received",
	"leased",
	"waiting",
	"delivered",
	"dead",
	"quarantined",
] as const;

/** A filter as the API takes it, in a query and in a body. */
export type Filter = NonNullable<Call<"listDeliveries">["query"]>;

/** Reads the filter of an address. */
export function readFilter(query: URLSearchParams): Filter {
	const entries = FILTERS.flatMap((filter) => {
		const values = query.getAll(filter.name).filter((value) => value !== "");
		if (values.length === 0) return [];
		return [[filter.name, "isList" in filter ? values : values[0]]];
	});
	return Object.fromEntries(entries) as Filter;
}

/** Adds a value to a filter, or takes it away. */
export function toggle(name: "state" | "route", value: string): void {
	const values = place.value.query.getAll(name);
	setQuery({
		[name]: values.includes(value)
			? values.filter((one) => one !== value)
			: [...values, value],
	});
}

/** Removes all filters. */
export function clearFilters(): void {
	setQuery(Object.fromEntries(FILTERS.map(({ name }) => [name, undefined])));
}

/** Returns the address of the list or of a delivery, with the filters of the present address. */
export function addressOf(
	id: string | undefined,
	query: URLSearchParams,
): string {
	const fields: Record<string, readonly string[]> = {};
	for (const name of query.keys()) fields[name] = query.getAll(name);
	return hrefOf(id === undefined ? ["deliveries"] : ["deliveries", id], fields);
}

/**
 * Reads what somebody typed into the search: the id of a delivery opens it, digits are a telephone number, a comparison is an
 * expression, and anything else is text of the payload.
 */
export function search(typed: string): void {
	const text = typed.trim();
	if (ID.test(text)) {
		go(addressOf(text, place.value.query));
		return;
	}
	const number = text.replace(/[\s()+./-]/g, "");
	const name = /^\d{6,15}$/.test(number)
		? "number"
		: COMPARISON.test(text)
			? "where"
			: "text";
	setQuery({
		number: undefined,
		where: undefined,
		text: undefined,
		[name]: name === "number" ? number : text,
	});
}

// --- helpers ---

/** A child has the name of its target behind the id of its parent. */
const ID =
	/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:~\S+)?$/;
const COMPARISON = /^(?:not\b|\(|[\w.-]+\s*(?:!?=|<|>|~))/;
