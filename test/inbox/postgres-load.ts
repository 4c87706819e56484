import { expect } from "chai";
import type { HookError } from "../../src/errors.ts";
import type { Lease, NewDelivery } from "../../src/inbox/port/queue.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import type { TestPostgres } from "../postgres.ts";
import { delivery, settlement } from "./contract/ground.ts";

/** Routers that put and handle at the same time, through outages, and the record of what they were told. */
export interface Load {
	/** The number of acknowledged deliveries. */
	readonly count: number;
	/** Resolves when so many are acknowledged. */
	untilAcknowledged(count: number): Promise<void>;
	/** Resolves when each router has had so many more acknowledged. */
	untilAllGoOn(more: number): Promise<void>;
	/** Puts no more, and resolves when everything is handled. */
	finish(): Promise<void>;
	/** Ends the loops at once, also of a test that ran out of time: they would keep the process. */
	abort(): void;
	/** Expects in the database: nothing acknowledged is missing, everything has one success, and each lane kept its order. */
	expectLedger(server: TestPostgres, url: string): Promise<void>;
}

/** Starts the load: four lanes for each router. */
export function startLoad(stores: readonly InboxStore[]): Load {
	const acknowledged = new Map<string, string[]>();
	const seen = new Map<string, string[]>();
	const counts = stores.map(() => 0);
	let waiting: { isReached: () => boolean; reached: () => void }[] = [];
	let isOver = false;
	let isAborted = false;
	let count = 0;
	let putting = 4 * stores.length;

	const putAll = async (at: number, orderKey: string) => {
		while (!isOver) {
			const one = delivery({ orderKey, dedupeKey: `${Math.random()}` });
			try {
				const [receipt] = await (stores[at] as InboxStore).put([one]);
				if (receipt?.isDuplicate !== false) throw new Error("doubled");
				push(acknowledged, orderKey, one.id);
				count += 1;
				counts[at] = (counts[at] as number) + 1;
				for (const { isReached, reached } of waiting)
					if (isReached()) reached();
			} catch (error) {
				expect((error as HookError).code).to.equal("INBOX_UNAVAILABLE");
			}
		}
		putting -= 1;
	};
	const work = async (store: InboxStore) => {
		let isEmpty = false;
		while (!isEmpty && !isAborted) {
			try {
				const wasPutting = putting > 0;
				const leases = await store.lease([{ route: "sms", max: 20 }], 700);
				isEmpty =
					!wasPutting &&
					leases.length === 0 &&
					(await store.due()).length === 0;
				for (const { id, orderKey } of leases)
					push(seen, orderKey as string, id);
				await settleAll(store, leases);
			} catch {
				// Away: what was leased is tried again when the lease runs out.
			}
		}
	};
	const everything = Promise.all([
		...stores.flatMap((_, at) =>
			[0, 1, 2, 3].map((key) => putAll(at, `${at} ${key}`)),
		),
		...stores.map(work),
	]);
	everything.catch(() => {});
	const until = (isReached: () => boolean) =>
		new Promise<void>((resolve, reject) => {
			const entry = {
				isReached,
				reached() {
					waiting = waiting.filter((one) => one !== entry);
					resolve();
				},
			};
			waiting.push(entry);
			everything.catch(reject);
			if (isReached()) entry.reached();
		});
	return {
		get count() {
			return count;
		},
		untilAcknowledged: (enough) => until(() => count >= enough),
		untilAllGoOn(more) {
			const before = [...counts];
			return until(() =>
				counts.every((each, at) => each >= (before[at] as number) + more),
			);
		},
		async finish() {
			isOver = true;
			await everything;
		},
		abort() {
			isOver = isAborted = true;
		},
		async expectLedger(server, url) {
			const rows = await server.query(
				url,
				`select d.order_key, d.id, d.state, count(a.*) filter (where a.outcome = 2)::int as successes
				from switchhook.delivery d left join switchhook.attempt a using (seq)
				group by d.seq order by d.seq`,
			);
			expect(rows.filter(({ state }) => state !== 2)).to.deep.equal([]);
			expect(rows.filter(({ successes }) => successes !== 1)).to.deep.equal([]);
			expect(acknowledged.size).to.be.above(0);
			for (const [key, ids] of acknowledged) {
				const kept = rows.filter(({ order_key }) => order_key === key);
				const isKept = new Set(kept.map(({ id }) => id));
				expect(ids.filter((id) => !isKept.has(id))).to.deep.equal([]);
				// A repetition is allowed, going back behind a later one is not.
				const order = (seen.get(key) as string[]).filter(
					(id, at, all) => all.indexOf(id) === at && isKept.has(id),
				);
				expect(order).to.deep.equal(kept.map(({ id }) => id));
			}
		},
	};
}

/**
 * Puts one after the other until one is kept in time: the time is short in a test, and a busy machine is slow. Each is a new one,
 * as what was refused may have been kept after all.
 */
export async function putInTheEnd(
	store: InboxStore,
	parts: Parameters<typeof delivery>[0] = {},
): Promise<NewDelivery> {
	for (;;) {
		const one = delivery(parts);
		try {
			await store.put([one]);
			return one;
		} catch (error) {
			expect(error).to.include({ code: "INBOX_UNAVAILABLE" });
		}
	}
}

// --- helpers ---

function push(lists: Map<string, string[]>, key: string, id: string): void {
	lists.set(key, [...(lists.get(key) ?? []), id]);
}

async function settleAll(
	store: InboxStore,
	leases: readonly Lease[],
): Promise<void> {
	if (leases.length > 0)
		await store.settle(leases.map((lease) => settlement(lease)));
}
