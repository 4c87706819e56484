import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { writeFrame } from "../../src/inbox/sqlite/channel/frames.ts";
import { openAsGuest } from "../../src/inbox/sqlite/channel/guest.ts";
import { openSqlite } from "../../src/inbox/sqlite/open.ts";
import { delivery, LEASE_MS, START, settlement } from "./contract/ground.ts";
import { createSqliteGround, type SqliteGround } from "./sqlite-ground.ts";

describe("the workers of one SQLite file", () => {
	let ground: SqliteGround;
	let owner: InboxStore;
	let now = START;
	let path: string;
	let open: InboxStore[] = [];
	const options = {
		quarantine: { maxCount: 100, maxBytes: 1_000_000 },
		clock: () => now,
	};
	const guest = async (): Promise<InboxStore> => {
		const store = await openAsGuest(ground.file, { path, clock: () => now });
		open.push(store);
		return store;
	};

	beforeEach(async () => {
		now = START;
		ground = await createSqliteGround();
		path = join(ground.folder, "hub.sock");
		owner = await openSqlite(ground.file, { ...options, hub: path });
		open = [owner];
	});
	afterEach(async () => {
		for (const store of open.reverse()) await store.close();
		await ground.remove();
	});

	const nextWork = (store: InboxStore): Promise<readonly string[]> =>
		new Promise((resolve) => {
			const stop = store.onWork((routes) => {
				stop();
				resolve(routes);
			});
		});

	it("see each other's work, and never lease the same delivery", async () => {
		const [one, two] = [await guest(), await guest()];
		const told = nextWork(two);
		await one.put([delivery(), delivery(), delivery()]);
		expect(await told).to.deep.equal(["sms"]);
		const ask = [{ route: "sms", max: 2 }];
		const [first, second] = await Promise.all([
			one.lease(ask, LEASE_MS),
			two.lease(ask, LEASE_MS),
		]);
		const ids = [...first, ...second].map(({ id }) => id);
		expect(new Set(ids).size).to.equal(3);
		expect(ids).to.have.length(3);
	});

	it("take a duplicate for one that another of them has put", async () => {
		const [one, two] = [await guest(), await guest()];
		const [first] = await one.put([delivery({ dedupeKey: "k" })]);
		const [again] = await two.put([delivery({ dedupeKey: "k" })]);
		expect(first?.isDuplicate).to.equal(false);
		expect(again).to.deep.include({ id: first?.id, isDuplicate: true });
	});

	it("get the leases of one that ends at once, with the attempt counted", async () => {
		const [one, two] = [await guest(), await guest()];
		await one.put([delivery()]);
		const [lease] = await one.lease([{ route: "sms", max: 1 }], LEASE_MS);
		expect(lease?.attempt).to.equal(1);
		const told = nextWork(two);
		await one.close();
		expect(await told).to.deep.equal(["sms"]);
		const [taken] = await two.lease([{ route: "sms", max: 1 }], LEASE_MS);
		expect(taken).to.deep.include({ id: lease?.id, attempt: 2 });
	});

	it("get a lease that was put and leased in one step when its worker ends", async () => {
		const [one, two] = [await guest(), await guest()];
		const wanted = delivery({ leaseMs: LEASE_MS });
		const [receipt] = await one.put([wanted]);
		expect(receipt?.isLeased).to.equal(true);
		const told = nextWork(two);
		await one.close();
		await told;
		const [taken] = await two.lease([{ route: "sms", max: 1 }], LEASE_MS);
		expect(taken?.attempt).to.equal(2);
	});

	it("wait before they take what has ended two of them", async () => {
		const [one, two, three] = [await guest(), await guest(), await guest()];
		const ask = [{ route: "sms", max: 1 }];
		await one.put([delivery()]);
		await one.lease(ask, LEASE_MS);
		let told = nextWork(two);
		await one.close();
		await told;
		expect(await two.lease(ask, LEASE_MS)).to.have.length(1);
		told = nextWork(three);
		await two.close();
		await told;
		expect(await three.lease(ask, LEASE_MS)).to.deep.equal([]);
		// The owner's own clock runs on.
		const [due] = await three.due();
		expect(due?.inMs).to.be.within(1000, 10_000);
		now += 10_000;
		const [taken] = await three.lease(ask, LEASE_MS);
		expect(taken?.attempt).to.equal(3);
	});

	it("hold a route from the moment at which the owner pauses it, because all have one clock", async () => {
		const place = await createSqliteGround();
		const hub = join(place.folder, "hub.sock");
		const { quarantine } = options;
		const host = await openSqlite(place.file, { quarantine, hub });
		const worker = await openAsGuest(place.file, { path: hub });
		try {
			for (let tries = 0; tries < 20; tries += 1) {
				await host.pause(["sms"], {});
				const [receipt] = await worker.put([delivery({ leaseMs: LEASE_MS })]);
				expect(receipt?.isLeased).to.equal(undefined);
				await host.resume(["sms"]);
			}
		} finally {
			await worker.close();
			await host.close();
			await place.remove();
		}
	});

	it("keep the order of a lane when its head's worker ends", async () => {
		const [one, two] = [await guest(), await guest()];
		const ask = [{ route: "sms", max: 5 }];
		await one.put([delivery({ orderKey: "k" }), delivery({ orderKey: "k" })]);
		const [head] = await one.lease(ask, LEASE_MS);
		expect(await two.lease(ask, LEASE_MS)).to.deep.equal([]);
		const told = nextWork(two);
		await one.close();
		await told;
		const [again, ...rest] = await two.lease(ask, LEASE_MS);
		expect(rest).to.deep.equal([]);
		expect(again?.id).to.equal(head?.id);
	});

	it("are fenced off once another of them has the delivery", async () => {
		const [one, two] = [await guest(), await guest()];
		await one.put([delivery()]);
		const ask = [{ route: "sms", max: 1 }];
		const [mine] = await one.lease(ask, 1000);
		now += 1000;
		const [theirs] = await two.lease(ask, LEASE_MS);
		expect(theirs?.attempt).to.equal(2);
		if (mine === undefined || theirs === undefined) throw new Error("no lease");
		expect(await one.settle([settlement(mine)])).to.deep.equal([false]);
		expect(await two.settle([settlement(theirs)])).to.deep.equal([true]);
	});

	it("all know how full the inbox is", async () => {
		const [one, two] = [await guest(), await guest()];
		await one.put([delivery(), delivery()]);
		expect(one.backlog()).to.equal(2);
		// What no answer carries comes by itself, soon.
		while (two.backlog() !== 2 || owner.backlog() !== 2)
			await new Promise((resolve) => setTimeout(resolve, 1));
		expect(two.fill("sms").own.count).to.equal(2);
		const late = await guest();
		expect(late.backlog()).to.equal(2);
		expect(late.fill("sms").own.count).to.equal(2);
	});

	it("hear of work that a command puts", async () => {
		const one = await guest();
		const told = nextWork(one);
		await owner.put([delivery()]);
		expect(await told).to.deep.equal(["sms"]);
	});

	it("pass a body of megabytes on, whole", async () => {
		const one = await guest();
		const body = Buffer.alloc(3_000_000, "0123456789");
		await one.put([delivery({ body })]);
		const [lease] = await one.lease([{ route: "sms", max: 1 }], LEASE_MS);
		expect(Buffer.compare(lease?.body ?? Buffer.alloc(0), body)).to.equal(0);
	});

	it("connect again to an owner that was opened again", async () => {
		const one = await guest();
		await one.put([delivery()]);
		await owner.close();
		const refused = await one.put([delivery()]).catch((error) => error);
		expect(refused).to.include({ code: "INBOX_UNAVAILABLE" });
		owner = await openSqlite(ground.file, { ...options, hub: path });
		open[0] = owner;
		await one.put([delivery()]);
		expect(one.backlog()).to.equal(2);
	});

	it("may not close the file, and a stranger's bytes end only the stranger", async () => {
		const one = await guest();
		const odd = connect(path);
		await once(odd, "connect");
		writeFrame(odd, { id: 1, name: "close", args: [], now });
		const closing = connect(path);
		await once(closing, "connect");
		closing.resume();
		closing.write(Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n"));
		await once(closing, "close");
		odd.destroy();
		await one.put([delivery()]);
		expect(one.backlog()).to.equal(1);
	});
});
