import { isRecord } from "../../../event/is-record.ts";
import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import type { Rate } from "../../../inbox/port/rate.ts";
import type { RetryPolicy } from "../../../inbox/port/retry.ts";
import {
	type AuthoredDefaults,
	type AuthoredFields,
	type AuthoredOrder,
	toList,
} from "../authored/authored.ts";
import { readDuration } from "../limits.ts";
import { readRate } from "./rate.ts";
import { readRetry } from "./retry.ts";

/** The delivery settings of an accept route. Each is undefined if absent or wrong. */
export interface DeliveryDraft {
	readonly retry: RetryPolicy | undefined;
	readonly concurrency: number | undefined;
	readonly rate: Rate | undefined;
	/** Milliseconds. */
	readonly delay: number | undefined;
	readonly orderBy: FieldsDraft | undefined;
	readonly dedupe: FieldsDraft | undefined;
	/** Of an `orderBy` in its long form. */
	readonly stepAside: number | undefined;
}

/** Fields of the payload as written, none for an empty list; true for the kind's. */
export type FieldsDraft = true | readonly string[];

/** The keys that say how events are delivered, without those of `rules/pace.ts`. */
export const DELIVERY_KEYS = [
	"retry",
	"concurrency",
	"orderBy",
	"dedupe",
] as const satisfies readonly (keyof DeliveryDraft)[];

/** Reads the keys that say how events are delivered, of `defaults` or a route. */
export function readDelivery(
	{ retry, concurrency, rate, delay, orderBy, dedupe }: AuthoredDefaults,
	site: Site,
	report: Report,
): DeliveryDraft {
	return {
		retry:
			retry === undefined
				? undefined
				: readRetry(retry, site.in("retry"), report),
		concurrency,
		rate:
			rate === undefined ? undefined : readRate(rate, site.in("rate"), report),
		delay: readDuration(delay, site.in("delay"), report) || undefined,
		orderBy: readFields(isLong(orderBy) ? orderBy.by : orderBy),
		stepAside: isLong(orderBy) ? orderBy.stepAside : undefined,
		dedupe: readFields(dedupe),
	};
}

// --- helpers ---

function isLong(order: AuthoredDefaults["orderBy"]): order is AuthoredOrder {
	return isRecord(order);
}

function readFields(
	fields: AuthoredFields | undefined,
): FieldsDraft | undefined {
	if (fields === undefined || fields === true) return fields;
	return fields === false ? [] : toList(fields);
}
