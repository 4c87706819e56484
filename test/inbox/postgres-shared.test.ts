import { expect } from "chai";
import pg from "pg";
import type { Lease } from "../../src/inbox/port/queue.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import {
	openPostgres,
	type PostgresOptions,
} from "../../src/inbox/postgres/open.ts";
import { laneLock } from "../../src/inbox/postgres/queue/lanes.ts";
import { usePostgres } from "../postgres.ts";
import { delivery, settlement, wait } from "./contract/ground.ts";

const HOUR = 3_600_000;

describe("two routers on one PostgreSQL", () => {
	const server = usePostgres();
	let url: string;
	let stores: InboxStore[] = [];

	beforeEach(async () => {
		url = await server().createDatabase();
	});
	afterEach(async () => {
		await Promise.all(stores.map((store) => store.close()));
		stores = [];
	});
	/** Without polling: what is heard was announced. */
	const open = async (options: Partial<PostgresOptions> = {}) => {
		const store = await openPostgres(url, {
			quarantine: { maxCount: 10, maxBytes: 1000 },
			times: { pollMs: HOUR, pollAwayMs: HOUR },
			...options,
		});
		stores.push(store);
		return store;
	};

	it("hold no key twice, keep its order and leave no lane stuck, through retries and lost leases", async () => {
		const leaseMs = 400;
		let now = 1_000_000;
		const pair = [
			await open({ clock: () => now }),
			await open({ clock: () => now }),
		] as const;
		const any = () => (Math.random() < 0.5 ? pair[0] : pair[1]);
		const arrived = new Map<string, string[]>();
		const delivered = new Map<string, string[]>();
		const held = new Map<string, { id: string; until: number }>();
		const stale: Lease[] = [];
		const wrong: string[] = [];
		let left = 0;

		const putAll = async (key: string) => {
			for (let at = 0; at < 50; at += 1) {
				const one = delivery({ orderKey: key, dedupeKey: `${key} ${at}` });
				// A repetition that comes at the same time must not make a second one, nor block the lane.
				const [[receipt]] = await Promise.all([
					any().put([one]),
					Math.random() < 0.2 ? any().put([{ ...one }]) : [],
				]);
				arrived.set(key, [...(arrived.get(key) ?? []), receipt?.id as string]);
			}
		};
		const settle = async (
			store: InboxStore,
			lease: Lease,
			verdict: Parameters<typeof settlement>[1],
		) => {
			const key = lease.orderKey as string;
			// Before: the other router may hold the next of the key before this one hears that it is settled.
			if (held.get(key)?.id === lease.id) held.delete(key);
			const [isWritten] = await store.settle([settlement(lease, verdict)]);
			if (isWritten !== true || verdict !== "delivered") return;
			delivered.set(key, [...(delivered.get(key) ?? []), lease.id]);
			left -= 1;
		};
		const settleOne = async (store: InboxStore, lease: Lease) => {
			const luck = Math.random();
			if (luck < 0.1) stale.push(lease);
			else
				await settle(
					store,
					lease,
					luck < 0.2 ? wait(20) : luck < 0.25 ? "returned" : "delivered",
				);
		};
		const work = async (store: InboxStore) => {
			while (left > 0) {
				const from = now;
				const leases = await store.lease([{ route: "sms", max: 8 }], leaseMs);
				for (const { orderKey, id } of leases) {
					const key = orderKey as string;
					if ((held.get(key)?.until ?? 0) > now) wrong.push(key);
					held.set(key, { id, until: from + leaseMs });
				}
				await Promise.all(leases.map((lease) => settleOne(store, lease)));
				// A handler that comes back after its lease was lost, and another's may be under way.
				const old = stale.length > 20 ? stale.shift() : undefined;
				if (old !== undefined) await settle(store, old, "delivered");
				now += 10;
			}
		};

		const keys = Array.from({ length: 40 }, (_, at) => `key ${at}`);
		left = keys.length * 50;
		await Promise.all([
			...keys.map(putAll),
			...pair.flatMap((store) => [work(store), work(store)]),
		]);
		expect(wrong).to.deep.equal([]);
		expect(Object.fromEntries(delivered)).to.deep.equal(
			Object.fromEntries(arrived),
		);
		expect((await pair[0].stats()).byState).to.include({
			received: 0,
			waiting: 0,
			leased: 0,
			delivered: keys.length * 50,
		});
	});

	describe("a lane that another router is just working on", () => {
		let other: pg.Client;
		let store: InboxStore;

		beforeEach(async () => {
			store = await open();
			other = new pg.Client({ connectionString: url });
			await other.connect();
			await store.put([delivery({ orderKey: "lane" })]);
		});
		afterEach(() => other.end());
		/** Ends what the other does only when the store waits for it, or did not care. */
		const during = async <T>(act: () => Promise<T>): Promise<T> => {
			let isDone = false;
			const result = act().finally(() => {
				isDone = true;
			});
			const isWaiting = async () => {
				const { rows } = await other.query(
					"select from pg_locks where locktype = 'advisory' and not granted",
				);
				return rows.length > 0;
			};
			while (!isDone && !(await isWaiting()));
			await other.query("commit");
			return result;
		};
		const begin = () => {
			const lock = laneLock("switchhook", { route: "sms", orderKey: "lane" });
			return other.query(`begin; select pg_advisory_xact_lock(${lock})`);
		};

		it("is not entered by a put before the other's settlement is seen", async () => {
			await store.lease([{ route: "sms", max: 1 }], HOUR);
			await begin();
			await other.query("update switchhook.delivery set state = 2");
			const next = delivery({ orderKey: "lane" });
			await during(() => store.put([next]));
			expect(
				(await store.lease([{ route: "sms", max: 1 }], HOUR)).map(
					({ id }) => id,
				),
			).to.deep.equal([next.id]);
		});

		it("is not left by a settlement before the other's put is seen", async () => {
			const leases = await store.lease([{ route: "sms", max: 1 }], HOUR);
			await begin();
			await other.query(`with next as (
				insert into switchhook.delivery (id, route, kind, received_at, due, updated, size, order_key, state)
				select 'next', route, kind, received_at, due - 1, updated, size, order_key, 4 from switchhook.delivery returning seq
			) insert into switchhook.body select seq, '{}', '' from next`);
			await during(() => store.settle(leases.map((one) => settlement(one))));
			await other.query("update switchhook.delivery set due = 0");
			expect(
				(await store.lease([{ route: "sms", max: 1 }], HOUR)).map(
					({ id }) => id,
				),
			).to.deep.equal(["next"]);
		});
	});
});
