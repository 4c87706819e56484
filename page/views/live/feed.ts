import type { RouterEvent } from "../../api/event.ts";
import { Allowance } from "./allowance.ts";
import { Rate } from "./rate.ts";

/** A line of the list. */
export type LiveRow = WebhookRow | GapRow;

/** A webhook, with the latest outcome of its delivery. */
export interface WebhookRow {
	readonly type: "webhook";
	/** Unique in the list. */
	readonly key: string;
	readonly at: number;
	readonly outcome: string;
	/** Undefined for a webhook that no route got. */
	readonly route?: string | undefined;
	readonly kind?: string | undefined;
	readonly level?: string | undefined;
	/** Masked. */
	readonly number?: string | undefined;
	/** Milliseconds until the answer. */
	readonly ms?: number | undefined;
	/** The id of the delivery. */
	readonly id?: string | undefined;
	/** The latest attempt. */
	readonly attempt?: number | undefined;
	/** The time of the next attempt. */
	readonly retryAt?: number | undefined;
	readonly reason?: string | undefined;
	readonly code?: string | undefined;
	/** Undefined for a row that was read from the inbox, or known only by an attempt. */
	readonly request?: SeenRequest | undefined;
	/** True for a row that was there before the view. */
	readonly isEarlier?: boolean;
}

/** The request of a webhook, for its details. */
export interface SeenRequest {
	readonly method: string;
	readonly path: string;
	readonly client: string;
	readonly status: number;
}

/** Events that nobody saw. */
export interface GapRow {
	readonly type: "gap";
	readonly key: string;
	readonly at: number;
	/** Undefined for an unknown number. */
	readonly count: number | undefined;
}

/** What the list shows at one moment. */
export interface LiveState {
	/** The newest first. */
	readonly rows: readonly LiveRow[];
	/** The rows at the top that are new since the last draw. */
	readonly fresh: number;
	/** Webhooks that came while the list was held, and are not in it yet. */
	readonly held: number;
	/** Webhooks that were not drawn, because more came than a person can read. */
	readonly undrawn: number;
	/** Events that were missed while the connection was down. Undefined for an unknown number. */
	readonly missed: number | undefined;
	/** Webhooks a second, over the last ten seconds. */
	readonly perSecond: number;
}

/** Rows that the list keeps. */
export const KEPT_ROWS = 1000;

/**
 * Turns the events of a router into the rows of a list. It collects events, and changes its rows only when it is told to draw:
 * a thousand events a second cost a draw a frame. Attempts change the row of their webhook.
 */
export class LiveFeed {
	readonly #allowance: Allowance;
	readonly #rate: Rate;
	readonly #now: () => number;
	#rows: readonly LiveRow[] = [];
	/** The oldest first. */
	#pending: LiveRow[] = [];
	/** The ids of rows and pending rows, and of some that are gone. */
	#ids = new Set<string>();
	/** The changes of rows since the last draw, by id. */
	readonly #changes = new Map<string, Change>();
	/** The ids of webhooks that were not drawn: their attempts are not drawn either. */
	readonly #left = new Set<string>();
	#isHeld = false;
	#isStale = false;
	#undrawn = 0;
	#missed: number | undefined = 0;
	#next = 0;

	/** @param now returns milliseconds of any clock. Default Date.now */
	constructor(now: () => number = Date.now) {
		this.#now = now;
		this.#rate = new Rate(now);
		this.#allowance = new Allowance(now);
	}

	/** True if a draw would change something. */
	get isStale(): boolean {
		return this.#isStale;
	}

	/** Keeps the rows as they are, until it is released. */
	hold(isHeld: boolean): void {
		this.#isStale ||= isHeld !== this.#isHeld;
		this.#isHeld = isHeld;
	}

	/** Forgets the rows that do not fit, and the lines of gaps. */
	keep(fits: (row: WebhookRow) => boolean): void {
		const isKept = (row: LiveRow): boolean =>
			row.type === "webhook" && fits(row);
		this.#rows = this.#rows.filter(isKept);
		this.#pending = this.#pending.filter(isKept);
		this.#ids = new Set(
			[...this.#rows, ...this.#pending].flatMap((row) => idOf(row) ?? []),
		);
		this.#undrawn = 0;
		this.#missed = 0;
		this.#isStale = true;
	}

	/** Adds webhooks from before. Those that are known already are left out. */
	addEarlier(rows: readonly Omit<WebhookRow, "type" | "key">[]): void {
		const earlier = rows
			.filter(({ id = "" }) => !this.#ids.has(id))
			.map((row) => ({ ...row, ...this.#name("webhook"), isEarlier: true }));
		for (const { id } of earlier) if (id !== undefined) this.#ids.add(id);
		this.#rows = [...this.#rows, ...earlier]
			.sort((one, other) => other.at - one.at)
			.slice(0, KEPT_ROWS);
		this.#isStale = true;
	}

	/** Adds a line for events that were missed. */
	addGap(count: number | null): void {
		const gap = { ...this.#name("gap"), at: this.#now() };
		if (this.#missed !== undefined)
			this.#missed = count === null ? undefined : this.#missed + count;
		this.#push({ ...gap, count: count ?? undefined });
	}

	/** Counts webhooks that the router did not send, because of its limit. */
	addUnsent(count: number | null): void {
		this.#undrawn += count ?? 0;
		this.#rate.add(count ?? 0);
		this.#isStale = true;
	}

	add(event: RouterEvent): void {
		if (event.type === "delivery") this.#attempt(event);
		else if (event.type === "webhook" || event.type === "refusal")
			this.#webhook(event);
	}

	/** Takes what came since the last draw. */
	draw(): LiveState {
		let fresh = 0;
		if (this.#changes.size > 0) {
			this.#rows = this.#rows.map((row) => this.#renew(row));
			this.#pending = this.#pending.map((row) => this.#renew(row));
			this.#changes.clear();
		}
		if (!this.#isHeld && this.#pending.length > 0) {
			fresh = this.#pending.length;
			const rows = [...this.#pending.reverse(), ...this.#rows];
			this.#rows = rows.slice(0, KEPT_ROWS);
			this.#pending = [];
			if (this.#ids.size > 4 * KEPT_ROWS)
				this.#ids = new Set(this.#rows.flatMap((row) => idOf(row) ?? []));
		}
		this.#isStale = false;
		return {
			rows: this.#rows,
			fresh,
			held: this.#isHeld ? this.#pending.length : 0,
			undrawn: this.#undrawn,
			missed: this.#missed,
			perSecond: this.#rate.read(),
		};
	}

	#webhook(event: RouterEvent): void {
		this.#rate.add(1);
		this.#isStale = true;
		const row = toRow(event);
		const { id = "" } = row;
		if (this.#ids.has(id)) {
			// An attempt may come before its webhook, and knows the outcome better.
			this.#change(id, (known) => ({ ...known, ...row, ...resultOf(known) }));
		} else if (this.#allowance.admits(isBad(row.outcome))) {
			this.#push({ ...this.#name("webhook"), ...row });
		} else {
			this.#undrawn += 1;
			this.#leave(id);
		}
	}

	/** Notes an attempt for the row of its webhook. One without a row becomes a row. */
	#attempt(event: RouterEvent): void {
		const id = String(event.id);
		const { at, route, kind, outcome } = event as RouterEvent &
			Pick<WebhookRow, "route" | "kind" | "outcome">;
		// It was given back untried.
		if (outcome === "returned" || this.#left.has(id)) return;
		if (this.#ids.has(id)) {
			this.#change(id, (row) => after(row, event));
		} else if (this.#allowance.admits(isBad(outcome))) {
			const row = { ...this.#name("webhook"), at, id, route, kind, outcome };
			this.#push(after(row, event));
		}
	}

	#change(id: string, change: Change): void {
		const before = this.#changes.get(id);
		this.#changes.set(
			id,
			before === undefined ? change : (row) => change(before(row)),
		);
		this.#isStale = true;
	}

	#leave(id: string): void {
		this.#left.add(id);
		if (this.#left.size <= LEFT_MAX) return;
		const [oldest = id] = this.#left;
		this.#left.delete(oldest);
	}

	#push(row: LiveRow): void {
		this.#pending.push(row);
		const id = idOf(row);
		if (id !== undefined) this.#ids.add(id);
		this.#isStale = true;
		// A list that is held for hours keeps the newest.
		if (this.#pending.length < 2 * KEPT_ROWS) return;
		this.#undrawn += KEPT_ROWS;
		this.#pending = this.#pending.slice(-KEPT_ROWS);
	}

	#renew(row: LiveRow): LiveRow {
		if (row.type === "gap" || row.id === undefined) return row;
		return this.#changes.get(row.id)?.(row) ?? row;
	}

	#name<Type extends LiveRow["type"]>(type: Type) {
		this.#next += 1;
		return { type, key: String(this.#next) };
	}
}

// --- helpers ---

/** Attempts follow their webhook within seconds. */
const LEFT_MAX = 5000;

type Change = (row: WebhookRow) => WebhookRow;

/** Outcomes that somebody has to see. They are drawn before others. */
const BAD: ReadonlySet<string> = new Set([
	"failed",
	"fallback",
	"dead",
	"waiting",
	"quarantined",
	"reported",
]);

export function isBad(outcome: string): boolean {
	return BAD.has(outcome);
}

function idOf(row: LiveRow): string | undefined {
	return row.type === "webhook" ? row.id : undefined;
}

/** Returns a row after an attempt of its delivery. */
function after(row: WebhookRow, event: RouterEvent): WebhookRow {
	const { outcome, attempt, retryInMs, reason, at } = event as RouterEvent & {
		readonly outcome: string;
		readonly attempt?: number;
		readonly retryInMs?: number;
		readonly reason?: string;
	};
	return {
		...row,
		...{ outcome, attempt, reason },
		retryAt: retryInMs === undefined ? undefined : at + retryInMs,
	};
}

/** Returns what an attempt said of a row. */
function resultOf({
	outcome,
	attempt,
	reason,
	retryAt,
}: WebhookRow): Partial<WebhookRow> {
	return attempt === undefined ? {} : { outcome, attempt, reason, retryAt };
}

function toRow(event: RouterEvent): Omit<WebhookRow, "type" | "key"> {
	const seen = event as RouterEvent &
		SeenRequest &
		Omit<WebhookRow, "type" | "key">;
	const { at, outcome, route, kind, level, number, ms, id, reason, code } =
		seen;
	const { method, path, client, status } = seen;
	return {
		...{ at, outcome, route, kind, level, number, ms, id, reason, code },
		request: { method, path, client, status },
	};
}
