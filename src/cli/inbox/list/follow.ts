import { setTimeout as sleep } from "node:timers/promises";
import { contentOf, type DeskFilter, findPage } from "../../../desk/filter.ts";
import { shortId } from "../../../event/id.ts";
import type { DeliveryRow } from "../../../inbox/port/delivery.ts";
import type { Desk } from "../../../inbox/port/desk.ts";
import { escapeHiddenInJson } from "../../../observe/plain-text.ts";
import type { Io } from "../../io.ts";
import { type KeysOf, type Show, toRowReport } from "../row.ts";
import { toRow, toRowHead } from "./table.ts";

/** The options of following a list. */
export interface Following {
	readonly filter: DeskFilter;
	/** The maximum number of earlier deliveries to show first. */
	readonly latest: number;
	readonly isJson: boolean;
	readonly show: Show;
	readonly keysOf: KeysOf;
	/** The milliseconds between two queries. Default 500. */
	readonly everyMs?: number;
}

/** Prints the latest deliveries, oldest first, then each new and each changed one, until the user stops it. */
export async function follow(
	io: Io,
	store: Pick<Desk, "get" | "list" | "scan" | "changes">,
	{ filter, latest, isJson, show, keysOf, everyMs = 500 }: Following,
): Promise<void> {
	const signal = io.interrupted?.();
	const print = (row: DeliveryRow): void => {
		const line = isJson
			? escapeHiddenInJson(JSON.stringify(toRowReport(row, show, keysOf(row))))
			: toRow(io, row, io.isTTY ? shortId(row.id) : row.id, show);
		io.stdout.write(`${line}\n`);
	};
	if (!isJson) io.stdout.write(`${toRowHead()}\n`);
	const { rows } = await findPage(store, filter, { max: latest });
	const news = new News(rows);
	for (const row of [...rows].reverse()) print(row);
	let max = PAGE;
	while (signal?.aborted !== true) {
		const { since } = news;
		const found = await store.changes(filter.rows, since, max);
		for (const row of news.take(found))
			if (await fits(store, filter, row)) print(row);
		if (found.length < max) {
			max = PAGE;
			await pause(everyMs, signal);
		}
		// A page whose deliveries all changed at the same time, as in an import, has no later time to continue from.
		else if (news.since === since) max *= 2;
	}
}

// --- helpers ---

/** Returns true if the content of a changed delivery fits the filter. */
async function fits(
	store: Pick<Desk, "get">,
	{ tests }: DeskFilter,
	{ id }: DeliveryRow,
): Promise<boolean> {
	if (tests.length === 0) return true;
	const detail = await store.get(id);
	return detail !== undefined && tests.every((test) => test(contentOf(detail)));
}

const PAGE = 500;

/** The milliseconds that are queried again: several routers write one table, and the change that started first may end last. */
const OVERLAP_MS = 2000;

/** Remembers the printed deliveries: queries start a little before the last change, so deliveries come again. */
class News {
	#last: number;
	readonly #printed = new Map<string, DeliveryRow>();

	/** @param rows the deliveries that are already printed */
	constructor(rows: readonly DeliveryRow[]) {
		this.#last = Math.max(0, ...rows.map(({ updatedAt }) => updatedAt));
		for (const row of rows) this.#printed.set(row.id, row);
	}

	/** Milliseconds since the epoch. */
	get since(): number {
		return Math.max(0, this.#last - OVERLAP_MS);
	}

	/** Returns the deliveries that were not printed in their current state. */
	take(found: readonly DeliveryRow[]): readonly DeliveryRow[] {
		const fresh = found.filter(
			(row) => !isSame(this.#printed.get(row.id), row),
		);
		if (fresh.length === 0) return fresh;
		for (const row of fresh) this.#printed.set(row.id, row);
		this.#last = Math.max(this.#last, found.at(-1)?.updatedAt ?? 0);
		for (const [id, { updatedAt }] of this.#printed)
			if (updatedAt < this.since) this.#printed.delete(id);
		return fresh;
	}
}

function isSame(before: DeliveryRow | undefined, row: DeliveryRow): boolean {
	return (
		before?.state === row.state &&
		before.attempts === row.attempts &&
		before.updatedAt === row.updatedAt
	);
}

async function pause(ms: number, signal: AbortSignal | undefined) {
	try {
		await sleep(ms, undefined, { signal });
	} catch (error) {
		if (signal?.aborted !== true) throw error;
	}
}
