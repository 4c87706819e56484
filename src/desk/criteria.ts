import type { Settings } from "../config/settings.ts";
import type { Level } from "../event/webhook.ts";
import { parseDuration } from "../finding/units.ts";
import type {
	DeliveryFilter,
	DeliveryOutcome,
	DeliveryState,
} from "../inbox/port/delivery.ts";
import type { Desk } from "../inbox/port/desk.ts";
import { isErrorCode } from "../inbox/port/doubt.ts";
import type { KindOf } from "./content.ts";
import {
	type ContentTest,
	type DeskFilter,
	numberTest,
	whereTest,
} from "./filter.ts";
import type { NumberSearch } from "./number.ts";
import { compileWhere } from "./where/compile.ts";

/** Selects deliveries for a person. Each key narrows the selection. */
export interface Criteria {
	readonly states?: readonly DeliveryState[] | undefined;
	readonly route?: string | undefined;
	/** Any of these routes. */
	readonly routes?: readonly string[] | undefined;
	readonly kind?: string | undefined;
	readonly outcome?: DeliveryOutcome | undefined;
	/** An order key or a dedupe key, or its only value. */
	readonly key?: string | undefined;
	/** Milliseconds since the epoch. */
	readonly since?: number | undefined;
	readonly until?: number | undefined;
	readonly number?: NumberSearch | undefined;
	/** A text in the payload, in any case. */
	readonly text?: string | undefined;
	/** An expression that `compileWhere` accepts. */
	readonly where?: string | undefined;
	/** Compares texts and fields as they are shown with masks. Default false. */
	readonly isMasked?: boolean;
}

/** Creates the filter. The inbox determines the type of a key. Throws WhereError. */
export async function toDeskFilter(
	store: Pick<Desk, "list">,
	criteria: Criteria,
	kindOf: KindOf,
): Promise<DeskFilter> {
	const { states, route, routes, kind, outcome, key, since, until } = criteria;
	return {
		rows: {
			...(states !== undefined && { states }),
			...(route !== undefined && { route }),
			...(routes !== undefined && { routes }),
			...(kind !== undefined && { kind }),
			...(outcome !== undefined && { outcome }),
			...(since !== undefined && { from: since }),
			...(until !== undefined && { to: until }),
			...(key !== undefined && (await toKeyFilter(store, key))),
		},
		tests: toTests(criteria, kindOf),
	};
}

/** Lists the routes of a level, which is not stored with a delivery. */
export function routesOfLevel(
	level: Level,
	{ routes }: Pick<Settings, "routes">,
): readonly string[] {
	return routes
		.filter((route) => route.level === level)
		.map(({ name }) => name);
}

/** Parses a time: a duration back from now such as `2h`, or an ISO 8601 time, without an offset in UTC. Undefined for any other text. */
export function parseTime(text: string, now: number): number | undefined {
	const ago = parseDuration(text);
	if (ago !== undefined) return now - ago;
	const isDate = /^\d{4}-\d\d-\d\d$/.test(text);
	const isZoned = /(?:z|[+-]\d\d:?\d\d)$/i.test(text);
	const time = /^\d{4}-\d\d-\d\d/.test(text)
		? Date.parse(isDate || isZoned ? text : `${text}Z`)
		: Number.NaN;
	return Number.isNaN(time) ? undefined : time;
}

/** The outcomes besides error codes. */
export const OUTCOMES = ["delivered", "failed", "untried"] as const;

/** Parses an outcome, in any case. Undefined for any other text. */
export function parseOutcome(text: string): DeliveryOutcome | undefined {
	const name = OUTCOMES.find((one) => one === text.toLowerCase());
	if (name !== undefined) return name;
	const code = text.toUpperCase();
	return isErrorCode(code) ? code : undefined;
}

// --- helpers ---

function toTests(
	{ number, text, where, isMasked = false }: Criteria,
	kindOf: KindOf,
): readonly ContentTest[] {
	const tests: ContentTest[] = [];
	if (number !== undefined) tests.push(numberTest(number, kindOf));
	if (text !== undefined) {
		const contains = compileWhere(`payload ~ ${JSON.stringify(text)}`);
		tests.push(whereTest(contains, kindOf, isMasked));
	}
	if (where !== undefined)
		tests.push(whereTest(compileWhere(where), kindOf, isMasked));
	return tests;
}

/**
 * Determines whether a key is a dedupe key or an order key. Looks for a dedupe key first, because it has an index. If a route
 * has both keys over the same fields, the order key matches more deliveries.
 */
async function toKeyFilter(
	store: Pick<Desk, "list">,
	text: string,
): Promise<DeliveryFilter> {
	const isWhole = text.startsWith("[") || text.startsWith("sha256:");
	const key = isWhole ? text : JSON.stringify([text]);
	const { rows } = await store.list({ dedupeKey: key }, { max: 1 });
	const isDedupe = rows.length > 0 && rows[0]?.orderKey !== key;
	return isDedupe ? { dedupeKey: key } : { orderKey: key };
}
