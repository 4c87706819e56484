import { expect } from "chai";
import pg from "pg";
import type { NewDelivery } from "../../src/inbox/port/queue.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import type { Driver } from "../../src/inbox/postgres/connect/driver.ts";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import type { RouteWork, Worker } from "../../src/inbox/worker/work.ts";
import { createWorker } from "../../src/inbox/worker/worker.ts";
import { usePostgres } from "../postgres.ts";
import { holding, many, noop } from "./worker-bench.ts";

const HOUR = 3_600_000;
const ROUTE = "a";

/** A router's part of the inbox. */
interface Router {
	readonly store: InboxStore;
	readonly worker: Worker;
	/** Its named statements since the last look. */
	readonly statements: Map<string, number>;
	readonly handled: string[];
}

describe("two routers on one PostgreSQL, of which one gets the webhooks", () => {
	const server = usePostgres();
	let url: string;
	let routers: Router[] = [];
	let ear: pg.Client;
	let announcements = 0;

	beforeEach(async () => {
		url = await server().createDatabase();
		ear = new pg.Client({ connectionString: url });
		await ear.connect();
		ear.on("notification", () => {
			announcements += 1;
		});
		await ear.query("listen switchhook_work");
		announcements = 0;
	});
	afterEach(async () => {
		await Promise.all(
			routers.map(async ({ store, worker }) => {
				await worker.stop(0);
				await store.close();
			}),
		);
		routers = [];
		await ear?.end();
	});

	const open = async (work: RouteWork): Promise<Router> => {
		const statements = new Map<string, number>();
		const handled: string[] = [];
		const store = await openPostgres(url, {
			quarantine: { maxCount: 10, maxBytes: 1000 },
			times: { pollMs: HOUR, pollAwayMs: HOUR, countMs: HOUR },
			loadDriver: () => Promise.resolve({ default: counting(statements) }),
		});
		const routes = new Map([[ROUTE, work]]);
		const worker = createWorker({
			store,
			routes: () => routes,
			listener: { onSettled: ({ lease }) => handled.push(lease.id) },
		});
		worker.start();
		const router = { store, worker, statements, handled };
		routers.push(router);
		// It looks for work that is already there, and again when it listens.
		await until(() => (statements.get("due") ?? 0) >= 2);
		return router;
	};

	it("wakes nobody, leases as it puts, and settles in batches", async () => {
		const busy = await open(noop(100));
		const idle = await open(noop(100));
		const idled = new Map(idle.statements);
		busy.statements.clear();
		const waves = 10;
		const size = 32;
		for (let wave = 1; wave <= waves; wave += 1) {
			await Promise.all(many(size, ROUTE).map((one) => take(busy, one)));
			await until(() => busy.handled.length === wave * size);
		}
		expect(idle.handled).to.deep.equal([]);
		expect(idle.statements).to.deep.equal(idled);
		expect(announcements).to.equal(0);
		expect(busy.statements.get("lease")).to.equal(undefined);
		expect(busy.statements.get("put")).to.equal(waves);
		const all = [...busy.statements.values()].reduce((sum, one) => sum + one);
		expect(all).to.be.at.most(waves * 4);
	});

	it("leaves to the other what it has no handler for", async () => {
		const slow = holding(2);
		const busy = await open(slow.work);
		const other = await open(noop());
		await Promise.all(many(10, ROUTE).map((one) => take(busy, one)));
		await until(() => other.handled.length === 8);
		expect(slow.open).to.have.length(2);
		for (const _ of [1, 2]) slow.finish();
		await until(() => busy.handled.length === 2);
		expect((await busy.store.stats()).byState).to.include({
			received: 0,
			leased: 0,
			delivered: 10,
		});
	});
});

// --- helpers ---

/** Puts as a router does: with a seat where its worker has one. */
async function take(
	{ store, worker }: Router,
	delivery: NewDelivery,
): Promise<void> {
	const seat = worker.reserveSeat(delivery.route);
	const [receipt] = await store.put([
		seat === undefined ? delivery : { ...delivery, leaseMs: seat.leaseMs },
	]);
	if (receipt?.isLeased) seat?.take({ ...delivery, attempt: 1 });
	else seat?.leave();
}

/** The driver, which counts the statements that have a name. */
function counting(statements: Map<string, number>): Driver {
	class Client extends pg.Client {
		override query = ((...args: Parameters<pg.Client["query"]>) => {
			const [{ name }] = args as unknown as [{ readonly name?: string }];
			if (name !== undefined)
				statements.set(name, (statements.get(name) ?? 0) + 1);
			return super.query(...args);
		}) as pg.Client["query"];
	}
	return { ...pg, Client } as unknown as Driver;
}

async function until(isTrue: () => boolean): Promise<void> {
	while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}
