import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import { createClock } from "../../src/inbox/sqlite/clock.ts";
import { loadDriver } from "../../src/inbox/sqlite/driver.ts";
import type { LinkEvents } from "../../src/inbox/sqlite/link.ts";
import { PutQueue } from "../../src/inbox/sqlite/put-queue.ts";
import { Session, type ThreadLink } from "../../src/inbox/sqlite/session.ts";
import {
	packDeliveries,
	packLeases,
	packSettlements,
	unpackDeliveries,
	unpackLeases,
	unpackSettlements,
} from "../../src/inbox/sqlite/wire.ts";
import type { NewDelivery, Receipt } from "../../src/inbox/store.ts";
import {
	DEAD,
	delivery,
	idsOf,
	put,
	settlement,
	wait,
} from "./contract/ground.ts";
import { createSqliteGround } from "./sqlite-ground.ts";

const QUARANTINE = { maxCount: 10, maxBytes: 1e6 };

describe("SqliteStore", () => {
	it("leaves the event loop free while the disk is busy", async () => {
		const ground = await createSqliteGround();
		const store = await ground.open({ quarantine: QUARANTINE });
		const other = loadDriver().open(ground.file);
		try {
			other.exec("begin immediate");
			let isKept = false;
			const kept = put(store).then(() => {
				isKept = true;
			});
			for (let turn = 0; turn < 100; turn++)
				await new Promise((resolve) => setImmediate(resolve));
			expect(isKept).to.equal(false);
			other.exec("commit");
			await kept;
		} finally {
			other.close();
			await store.close();
			await ground.remove();
		}
	});

	it("keeps what was put before it was closed, and refuses what comes after", async () => {
		const ground = await createSqliteGround();
		const store = await ground.open({ quarantine: QUARANTINE });
		const early = put(store);
		const closed = store.close();
		expect(store.close()).to.equal(closed);
		await closed;
		const refused = await put(store).catch((error) => error);
		expect(refused).to.be.instanceOf(HookError);
		expect(refused).to.include({ code: "INBOX_UNAVAILABLE", status: 503 });
		const again = await ground.open({ quarantine: QUARANTINE });
		expect(await again.get(await early)).to.not.equal(undefined);
		await again.close();
		await ground.remove();
	});
});

describe("Session", () => {
	/** Threads that answer `name` until they die, and what was started. */
	const fakes = () => {
		const links: { isDead: boolean; isClosed: boolean }[] = [];
		let canStart = true;
		return {
			links,
			allow(isAllowed: boolean) {
				canStart = isAllowed;
			},
			start: async (_: unknown, events: LinkEvents): Promise<ThreadLink> => {
				if (!canStart) throw new Error("no file");
				const link = { isDead: false, isClosed: false };
				links.push(link);
				events.onBacklog(links.length);
				return {
					get isDead() {
						return link.isDead;
					},
					ask: (name) => {
						if (link.isDead) return Promise.reject(new Error("it is dead"));
						if (name === "prune") return Promise.reject(new Error("disk full"));
						events.onRoutes(["sms"]);
						return Promise.resolve([] as never);
					},
					close: async () => {
						link.isClosed = true;
					},
				};
			},
		};
	};
	const open = (start: ReturnType<typeof fakes>["start"]) =>
		Session.open({
			data: {
				file: "/data/inbox.db",
				isOwner: true,
				mustExist: false,
				quarantine: QUARANTINE,
			},
			clock: () => 1,
			pollMs: undefined,
			start,
		});

	it("starts another thread once when one has died", async () => {
		const { links, start } = fakes();
		const session = await open(start);
		await session.ask("due", []);
		for (const link of links) link.isDead = true;
		await Promise.all([session.ask("due", []), session.ask("due", [])]);
		expect(links).to.have.length(2);
		expect(session.backlog).to.equal(2);
		await session.close();
		expect(links[1]?.isClosed).to.equal(true);
	});

	it("tries again after a start that failed", async () => {
		const { links, start, allow } = fakes();
		const session = await open(start);
		for (const link of links) link.isDead = true;
		allow(false);
		const refused = await session.ask("due", []).catch((error) => error);
		expect(refused).to.be.instanceOf(HookError);
		expect(refused.message).to.equal("inbox /data/inbox.db: no file");
		allow(true);
		await session.ask("due", []);
		expect(links).to.have.length(2);
		await session.close();
	});

	it("refuses with INBOX_UNAVAILABLE, the cause with it", async () => {
		const session = await open(fakes().start);
		const rules = { deliveredMs: 1, deadMs: 1, bodyMs: undefined, max: 1 };
		const refused = await session.ask("prune", [rules]).catch((error) => error);
		expect(refused).to.include({ code: "INBOX_UNAVAILABLE" });
		expect(refused.cause.message).to.equal("disk full");
		await session.close();
	});

	it("calls out routes to all who listen, until they stop", async () => {
		const session = await open(fakes().start);
		const heard: string[] = [];
		const listener = (routes: readonly string[]) => heard.push(...routes);
		const stop = session.listen(listener);
		session.listen(listener);
		await session.ask("due", []);
		stop();
		await session.ask("due", []);
		expect(heard).to.deep.equal(["sms", "sms", "sms"]);
		await session.close();
	});
});

describe("PutQueue", () => {
	/** A queue whose batches are sent when the test says so. */
	const held = () => {
		const sent: (readonly NewDelivery[])[] = [];
		const gates: ((error?: Error) => void)[] = [];
		let onSend = () => {};
		const queue = new PutQueue((batch) => {
			sent.push(batch);
			onSend();
			return new Promise<readonly Receipt[]>((resolve, reject) => {
				gates.push((error) =>
					error === undefined
						? resolve(batch.map(({ id }) => ({ id, isDuplicate: false })))
						: reject(error),
				);
			});
		});
		return {
			queue,
			sent,
			gates,
			nextSend: () =>
				new Promise<void>((resolve) => {
					onSend = resolve;
				}),
		};
	};

	it("sends what comes in one turn, and while a batch is on its way, together", async () => {
		const { queue, sent, gates, nextSend } = held();
		const first = nextSend();
		const early = [queue.put([delivery()]), queue.put([delivery()])];
		await first;
		const late = [delivery(), delivery(), delivery()];
		const receipts = late.map((one) => queue.put([one]));
		const second = nextSend();
		gates[0]?.();
		await Promise.all(early);
		await second;
		expect(sent.map((batch) => batch.length)).to.deep.equal([2, 3]);
		gates[1]?.();
		expect(idsOf((await Promise.all(receipts)).flat())).to.deep.equal(
			idsOf(late),
		);
		await queue.drain();
	});

	it("refuses all of a batch that failed, and sends the next", async () => {
		const { queue, gates, nextSend } = held();
		const first = nextSend();
		const early = [queue.put([delivery()]), queue.put([delivery()])];
		await first;
		const late = queue.put([delivery()]);
		const second = nextSend();
		gates[0]?.(new Error("disk full"));
		const outcomes = await Promise.allSettled(early);
		expect(outcomes.map(({ status }) => status)).to.deep.equal([
			"rejected",
			"rejected",
		]);
		await second;
		gates[1]?.();
		expect(await late).to.have.length(1);
	});

	it("bounds a batch, so that the first of it does not wait for all", async () => {
		const { queue, sent, gates, nextSend } = held();
		const first = nextSend();
		const body = Buffer.alloc(1024 * 1024);
		const puts = Array.from({ length: 9 }, () =>
			queue.put([delivery({ body })]),
		);
		await first;
		expect(sent[0]).to.have.length(4);
		for (const at of [0, 1, 2]) {
			const next = nextSend();
			gates[at]?.();
			if (at < 2) await next;
		}
		await Promise.all(puts);
		expect(sent.map((batch) => batch.length)).to.deep.equal([4, 4, 1]);
	});
});

describe("the wire", () => {
	const events = [
		delivery({ dedupeKey: "d", orderKey: "o", reason: "r", state: "dead" }),
		delivery({ body: new Uint8Array(0), envelope: "" }),
		delivery(),
	];

	it("gives deliveries back as they were", () => {
		expect(
			unpackDeliveries(structuredClone(packDeliveries(events))).map(plain),
		).to.deep.equal(events.map(plain));
	});

	it("gives leases back as they were", () => {
		const leases = events.map(
			({ id, route, kind, orderKey, receivedAt, envelope, body }) => ({
				id,
				route,
				kind,
				orderKey,
				attempt: 3,
				receivedAt,
				envelope,
				body,
			}),
		);
		expect(
			unpackLeases(structuredClone(packLeases(leases))).map(plain),
		).to.deep.equal(leases.map(plain));
	});

	it("gives settlements back with what counts of them", () => {
		const taken = { id: "a", attempt: 2 };
		const writes = [
			{ plugin: "p", key: "k", value: undefined, expiresAfterMs: undefined },
		];
		const given = [
			settlement(taken, "delivered", { writes, events }),
			settlement(taken, wait(7)),
			settlement(taken, DEAD),
			settlement(taken, "returned"),
		];
		const back = unpackSettlements(structuredClone(packSettlements(given)));
		expect(back[0]?.events.map(plain)).to.deep.equal(events.map(plain));
		expect(back[0]?.writes).to.deep.equal(writes);
		for (const [at, one] of given.entries()) {
			expect(back[at]?.verdict).to.include(one.verdict);
			expect(back[at]?.lease).to.deep.equal(taken);
		}
	});

	it("takes no pooled memory along", () => {
		const small = Buffer.from("small");
		expect(small.buffer.byteLength).to.be.above(1000);
		const { bodies } = packDeliveries([delivery({ body: small })]);
		expect(bodies.buffer.byteLength).to.equal(5);
	});
});

describe("loadDriver", () => {
	it("brings an SQLite without the WAL-reset bug", () => {
		const db = loadDriver().open(":memory:");
		const { version } = db
			.prepare("select sqlite_version() as version")
			.get() as { version: string };
		db.close();
		const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
		expect(major * 1e6 + minor * 1e3 + patch).to.be.at.least(3_051_003);
	});
});

describe("createClock", () => {
	it("starts with the system's time and goes on by itself", () => {
		const clock = createClock();
		expect(Math.abs(clock() - Date.now())).to.be.below(1000);
		const { now } = Date;
		try {
			Date.now = () => 0;
			expect(clock()).to.be.above(1e12);
		} finally {
			Date.now = now;
		}
	});
});

// --- helpers ---

function plain<T extends { readonly body: Uint8Array }>({ body, ...rest }: T) {
	return { ...rest, body: Buffer.from(body).toString("hex") };
}
