import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import { loadDriver } from "../../src/inbox/sqlite/driver.ts";
import { createClock } from "../../src/inbox/sqlite/open.ts";
import {
	type LinkEvents,
	Session,
	type ThreadLink,
} from "../../src/inbox/sqlite/thread/client.ts";
import { put } from "./contract/ground.ts";
import { createSqliteGround } from "./sqlite-ground.ts";

const QUARANTINE = { maxCount: 10, maxBytes: 1e6 };

describe("the SQLite store", () => {
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
				events.onFill([links.length, 0, 0, 0]);
				return {
					get isDead() {
						return link.isDead;
					},
					ask: (name) => {
						if (link.isDead) return Promise.reject(new Error("it is dead"));
						if (name === "prune") return Promise.reject(new Error("disk full"));
						events.onRoutes(["sms"]);
						return Promise.resolve([]);
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
				maxBytes: undefined,
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
		expect(session.fill.unfinished).to.equal(2);
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
		const before = Date.now();
		const clock = createClock();
		expect(clock()).to.be.within(before - 1, Date.now() + 1);
		const { now } = Date;
		try {
			Date.now = () => 0;
			expect(clock()).to.be.above(1e12);
		} finally {
			Date.now = now;
		}
	});
});
