import { expect } from "chai";
import pg from "pg";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import { usePostgres } from "../postgres.ts";
import { DEAD, delivery, lease, START, settlement } from "./contract/ground.ts";

describe("PostgreSQL after twenty times the live deliveries", () => {
	const server = usePostgres();
	let url: string;
	let store: InboxStore;
	let ear: pg.Client;
	/** Commits of puts, and calls of `settle`. */
	let batches = 0;
	let announcements = 0;
	let now = START;

	beforeEach(async () => {
		url = await server().createDatabase();
		store = await openPostgres(url, {
			quarantine: { maxCount: 10, maxBytes: 1000 },
			clock: () => now,
			onCommit: () => {
				batches += 1;
			},
		});
		ear = new pg.Client({ connectionString: url });
		await ear.connect();
		ear.on("notification", () => {
			announcements += 1;
		});
		await ear.query("listen switchhook_work");
	});
	afterEach(async () => {
		await ear?.end();
		await store?.close();
	});

	it("has tables and indexes of the same size, and one announcement a batch at most", async () => {
		await putRound(0);
		let early: Sizes | undefined;
		for (let round = 1; round <= ROUNDS; round += 1) {
			// The next ones come before the last ones are handled, so that there are always as many that live.
			await putRound(round);
			await handle(LIVE);
			now += 60_000;
			expect(await pruneAll(store)).to.equal(LIVE);
			// Autovacuum does the same, at times of its own.
			await ear.query(`vacuum ${TABLES.join(", ")}`);
			if (round === EARLY) early = await sizesOf(ear);
		}
		const late = await sizesOf(ear);
		expect((await store.stats()).byState).to.include({
			received: LIVE,
			delivered: 0,
			dead: 0,
		});
		const grown = Object.entries(late).filter(
			([name, bytes]) => bytes > (early?.[name] ?? 0) * 1.25 + SLACK_BYTES,
		);
		expect(grown, JSON.stringify({ early, late })).to.deep.equal([]);
		// A table that is too small for this test would show nothing.
		expect(late.delivery).to.be.above(5 * SLACK_BYTES);
		expect(late.body).to.be.above(5 * SLACK_BYTES);

		expect(announcements).to.be.within(1, batches);
		expect(batches).to.be.below(((ROUNDS + 1) * LIVE) / 10);
		const { rows } = await ear.query(
			"select pg_notification_queue_usage() as usage",
		);
		expect(rows[0].usage).to.be.below(0.001);
	});

	/** Each by a caller of its own, half of them in order by key. */
	async function putRound(round: number): Promise<void> {
		await Promise.all(
			Array.from({ length: LIVE }, (_, at) =>
				store.put([
					delivery({
						receivedAt: now,
						dedupeKey: `${round} ${at}`,
						orderKey: at % 2 === 0 ? `key ${at % KEYS}` : undefined,
						body: BODY,
					}),
				]),
			),
		);
	}

	/** One in ten is given up. */
	async function handle(count: number): Promise<void> {
		let left = count;
		while (left > 0) {
			const leases = await lease(store, Math.min(left, 200));
			batches += 1;
			await store.settle(
				leases.map((one, at) =>
					settlement(one, at % 10 === 0 ? DEAD : "delivered"),
				),
			);
			left -= leases.length;
		}
	}
});

// --- helpers ---

const LIVE = 500;
const ROUNDS = 20;
const EARLY = 5;
const KEYS = 100;
const BODY = Buffer.alloc(600, "b");
/** Four pages: the pages of a B-tree that were emptied are used again one vacuum later. */
const SLACK_BYTES = 4 * 8192;
const TABLES = ["delivery", "body", "attempt", "history", "action"].map(
	(table) => `switchhook.${table}`,
);

type Sizes = Readonly<Record<string, number>>;

/** The bytes of each table and index of the inbox, with what is too long for a row. */
async function sizesOf(client: pg.Client): Promise<Sizes> {
	const { rows } = await client.query<{ name: string; bytes: number }>(
		`select c.relname as name, (pg_relation_size(c.oid) + case when c.reltoastrelid = 0 then 0
			else pg_total_relation_size(c.reltoastrelid) end)::float8 as bytes
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'switchhook' and c.relkind in ('r', 'i')`,
	);
	return Object.fromEntries(rows.map(({ name, bytes }) => [name, bytes]));
}

/** Removes everything that is finished. */
async function pruneAll(store: InboxStore): Promise<number> {
	let pruned = 0;
	for (;;) {
		const count = await store.prune({
			deliveredMs: 0,
			deadMs: 0,
			bodyMs: undefined,
			max: 1000,
		});
		if (count === 0) return pruned;
		pruned += count;
	}
}
