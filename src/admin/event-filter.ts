import { createNumberSearch } from "../desk/number.ts";
import type { FeedEvent } from "../observe/feed.ts";

/** The filters of a stream. Undefined for all. An event without the field does not fit. */
export interface SentEventFilter {
	readonly type?: readonly string[] | undefined;
	readonly route?: readonly string[] | undefined;
	readonly kind?: readonly string[] | undefined;
	readonly level?: readonly string[] | undefined;
	readonly outcome?: readonly string[] | undefined;
	/** In full, in any grouping, or masked as in an event. */
	readonly number?: string | undefined;
	/** The least milliseconds until the answer, or of the attempt. */
	readonly minMs?: number | undefined;
}

/** Decides which events a client gets. */
export interface EventFilter {
	/** True if it lets everything pass. */
	readonly isOpen: boolean;
	wants(event: FeedEvent): boolean;
}

/** Lets everything pass. */
export const EVERYTHING: EventFilter = { isOpen: true, wants: () => true };

/**
 * Creates the filter of one client. Attempts of a webhook that passed it pass too, because neither their level nor their number
 * is known. So it remembers the latest webhooks.
 */
export function createEventFilter(sent: SentEventFilter): EventFilter {
	const { type, number, minMs } = sent;
	const types = type && new Set(type);
	const fields = FIELDS.flatMap((name) => {
		const values = sent[name];
		return values === undefined ? [] : [{ name, values: new Set(values) }];
	});
	const isNumber =
		number === undefined ? undefined : createNumberFilter(number);
	const isSlow =
		minMs === undefined
			? undefined
			: (event: FeedEvent) => "ms" in event && (event.ms ?? -1) >= minMs;
	const tests = [isNumber, isSlow].filter((test) => test !== undefined);
	const isNarrow = fields.length + tests.length > 0;
	if (types === undefined && !isNarrow) return EVERYTHING;
	const passed = new Passed();
	const fits = (event: FeedEvent): boolean =>
		fields.every(({ name, values }) => {
			const value = (event as Partial<Record<typeof name, string>>)[name];
			return value !== undefined && values.has(value);
		}) && tests.every((test) => test(event));
	return {
		isOpen: false,
		wants(event) {
			const isWanted = types === undefined || types.has(event.type);
			if (!isNarrow) return isWanted;
			const isFitting =
				(event.type === "delivery" && passed.has(event.id)) || fits(event);
			if (isFitting && event.type === "webhook") passed.add(event.id);
			return isWanted && isFitting;
		},
	};
}

// --- helpers ---

const FIELDS = ["route", "kind", "level", "outcome"] as const;

/** The webhooks that one filter remembers. */
const PASSED_MAX = 2000;

/** The ids of the latest webhooks that passed. */
class Passed {
	#young = new Set<string>();
	#old: ReadonlySet<string> = new Set();

	has(id: string): boolean {
		return this.#young.has(id) || this.#old.has(id);
	}

	add(id: string | undefined): void {
		if (id === undefined) return;
		this.#young.add(id);
		if (this.#young.size < PASSED_MAX / 2) return;
		this.#old = this.#young;
		this.#young = new Set();
	}
}

function createNumberFilter(written: string): (event: FeedEvent) => boolean {
	const text = written.trim();
	if (/[*•]/.test(text)) {
		const masked = text.replaceAll("•", "*");
		return (event) => event.type !== "delivery" && numberOf(event) === masked;
	}
	const search = createNumberSearch(text);
	const isIt =
		search?.isIn ?? ((value) => value.toLowerCase() === text.toLowerCase());
	return (event) =>
		"plainNumbers" in event && event.plainNumbers?.some(isIt) === true;
}

function numberOf(event: FeedEvent): string | undefined {
	return "number" in event ? event.number : undefined;
}
