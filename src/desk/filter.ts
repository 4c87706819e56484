import type {
	DeliveryContent,
	DeliveryDetail,
	DeliveryFilter,
	DeliveryRow,
} from "../inbox/port/delivery.ts";
import type { Desk } from "../inbox/port/desk.ts";
import type { Kind } from "../kind/kind.ts";
import { maskAny, maskPayload } from "../observe/mask-payload.ts";
import { OF_CLAIMS, UNKNOWN } from "../observe/privacy.ts";
import type { Subject } from "../route/field.ts";
import { type KindOf, toSubject } from "./content.ts";
import type { NumberSearch } from "./number.ts";
import type { Where } from "./where/compile.ts";

/** Selects deliveries by their rows, which the store does, and by their content. */
export interface DeskFilter {
	readonly rows: DeliveryFilter;
	/** All of these must hold. Empty to select by rows alone. */
	readonly tests: readonly ContentTest[];
}

/** Returns true for a delivery whose content fits. */
export type ContentTest = (content: DeliveryContent) => boolean;

/**
 * Selects by an expression. A delivery without its content fits none.
 *
 * @param isMasked compares values as they are shown with masks. Otherwise a person who may not see a text could find it out, one
 * comparison after the other
 */
export function whereTest(
	where: Where,
	kindOf: KindOf,
	isMasked = false,
): ContentTest {
	return (content) => {
		const subject = toSubject(content, kindOf);
		if (subject === undefined) return false;
		return where(isMasked ? maskSubject(subject, kindOf(content)) : subject);
	};
}

/** Selects by a telephone number anywhere in the delivery. */
export function numberTest(search: NumberSearch, kindOf: KindOf): ContentTest {
	return (content) => search.isInDelivery(content, kindOf);
}

/** Returns the content of a delivery that was read alone. */
export function contentOf(detail: DeliveryDetail): DeliveryContent {
	return { ...detail, answer: detail.answer, cursor: "" };
}

/** A page of a filtered list, newest first. */
export interface FilteredPage {
	readonly rows: readonly DeliveryRow[];
	/** The cursor for the next page; undefined at the end. */
	readonly next: string | undefined;
	/** True if the page ended because it had examined enough deliveries, and not because it was full. */
	readonly isPartial: boolean;
}

/** The options of a page. */
export interface PageOptions {
	readonly after?: string | undefined;
	readonly max: number;
	/** The milliseconds after which a page by content ends as it is. Default: never. */
	readonly limitMs?: number;
	readonly signal?: AbortSignal | undefined;
}

/** Reads a page. Content is examined in parts, so that neither the store nor the event loop is blocked for long. */
export async function findPage(
	store: Pick<Desk, "list" | "scan">,
	{ rows: filter, tests }: DeskFilter,
	{ after, max, limitMs = Number.POSITIVE_INFINITY, signal }: PageOptions,
): Promise<FilteredPage> {
	if (tests.length === 0) {
		const page = await store.list(filter, {
			...(after !== undefined && { after }),
			max,
		});
		return { ...page, isPartial: false };
	}
	const end = performance.now() + limitMs;
	const found: DeliveryRow[] = [];
	let from = after;
	do {
		signal?.throwIfAborted();
		const { rows, next } = await store.scan(filter, from);
		for (const content of rows) {
			if (!tests.every((test) => test(content))) continue;
			const { envelope: _, body: __, answer: ___, cursor, ...row } = content;
			found.push(row);
			if (found.length < max) continue;
			const isLast = next === undefined && content === rows.at(-1);
			const rest = isLast ? undefined : cursor;
			return { rows: found, next: rest, isPartial: false };
		}
		from = next;
	} while (from !== undefined && performance.now() < end);
	return { rows: found, next: from, isPartial: from !== undefined };
}

/** Yields all matching deliveries in parts, newest first. */
export async function* findAll(
	store: Pick<Desk, "list" | "scan">,
	filter: DeskFilter,
	signal?: AbortSignal,
): AsyncIterable<readonly DeliveryRow[]> {
	let after: string | undefined;
	do {
		const page = await findPart(store, filter, after, signal);
		yield page.rows;
		after = page.next;
	} while (after !== undefined);
}

// --- helpers ---

function maskSubject(
	{ payload, headers, params, claims }: Subject,
	kind: Kind | undefined,
): Subject {
	return {
		payload: maskAny(payload, kind?.privacy ?? UNKNOWN),
		headers: maskPayload(headers) as Subject["headers"],
		params: maskPayload(params) as Subject["params"],
		claims: maskPayload(claims, OF_CLAIMS),
		// It is shown with its length only.
		query: "",
	};
}

const PART = 1000;

async function findPart(
	store: Pick<Desk, "list" | "scan">,
	{ rows: filter, tests }: DeskFilter,
	after: string | undefined,
	signal: AbortSignal | undefined,
): Promise<Pick<FilteredPage, "rows" | "next">> {
	signal?.throwIfAborted();
	if (tests.length === 0)
		return store.list(filter, {
			...(after !== undefined && { after }),
			max: PART,
		});
	const { rows, next } = await store.scan(filter, after);
	const fits = rows.filter((row) => tests.every((test) => test(row)));
	return { rows: fits, next };
}
