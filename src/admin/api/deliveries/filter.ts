import {
	OUTCOMES,
	parseOutcome,
	parseTime,
	routesOfLevel,
	toDeskFilter,
} from "../../../desk/criteria.ts";
import type { DeskFilter } from "../../../desk/filter.ts";
import { createNumberSearch } from "../../../desk/number.ts";
import { createKindOf } from "../../../desk/shown.ts";
import { WhereError } from "../../../desk/where/error.ts";
import type { Level } from "../../../event/webhook.ts";
import type { DeliveryState } from "../../../inbox/port/delivery.ts";
import type { InboxStore } from "../../../inbox/port/store.ts";
import type { AdminRequest } from "../../operation.ts";
import { AdminProblem } from "../../problem.ts";

/** The filters as they are sent. */
export interface SentFilter {
	readonly state?: readonly DeliveryState[];
	readonly route?: readonly string[];
	readonly kind?: string;
	readonly level?: Level;
	readonly outcome?: string;
	readonly key?: string;
	readonly since?: string;
	readonly until?: string;
	readonly number?: string;
	readonly text?: string;
	readonly where?: string;
}

/** Returns the store. Throws `unavailable` if the router stores nothing. */
export function expectStore({
	router,
}: Pick<AdminRequest, "router">): InboxStore {
	if (router.store !== undefined) return router.store;
	throw new AdminProblem(
		"unavailable",
		"This router stores nothing, because `inbox.store` is `none`.",
	);
}

/** Creates the filter of a request. Throws `bad-request` for a value that cannot be read. */
export async function readFilter(
	{ router, scopes }: Pick<AdminRequest, "router" | "scopes">,
	sent: SentFilter,
	states: readonly DeliveryState[] | undefined = undefined,
	now = Date.now(),
): Promise<DeskFilter> {
	const store = expectStore({ router });
	const { state, route, level, kind, key, text, where } = sent;
	const settings = router.settings();
	const runtime = router.runtime();
	const routes = both(
		route,
		level === undefined ? undefined : routesOfLevel(level, settings),
	);
	try {
		return await toDeskFilter(
			store,
			{
				states: state ?? states,
				routes,
				kind,
				key,
				text,
				where,
				isMasked: !scopes.has("reveal"),
				outcome: readText(
					"outcome",
					sent.outcome,
					parseOutcome,
					`${OUTCOMES.join(", ")}, or an error code`,
				),
				since: readTime("since", sent.since, now),
				until: readTime("until", sent.until, now),
				number: readText(
					"number",
					sent.number,
					createNumberSearch,
					"a number in international form, such as 447700900001",
				),
			},
			createKindOf({ runtime, settings }),
		);
	} catch (error) {
		if (error instanceof WhereError)
			throw new AdminProblem("bad-request", `"where", ${error.message}`);
		throw error;
	}
}

/** Reads a text of a request. Undefined if it is absent. Throws `bad-request` if `parse` returns undefined. */
export function readText<T>(
	name: string,
	text: string | undefined,
	parse: (text: string) => T | undefined,
	expected: string,
): T | undefined {
	if (text === undefined) return undefined;
	const value = parse(text);
	if (value !== undefined) return value;
	throw new AdminProblem(
		"bad-request",
		`"${name}" cannot be read. Expected ${expected}.`,
	);
}

// --- helpers ---

function both(
	one: readonly string[] | undefined,
	other: readonly string[] | undefined,
): readonly string[] | undefined {
	if (one === undefined || other === undefined) return one ?? other;
	return one.filter((name) => other.includes(name));
}

function readTime(name: string, text: string | undefined, now: number) {
	return readText(
		name,
		text,
		(written) => parseTime(written, now),
		"a duration such as 2h, or an ISO 8601 time",
	);
}
