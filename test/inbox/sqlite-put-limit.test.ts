import { MessageChannel } from "node:worker_threads";
import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import { createStore, PutLimit } from "../../src/inbox/sqlite/store.ts";
import {
	Session,
	type ThreadLink,
} from "../../src/inbox/sqlite/thread/client.ts";
import { unpackSettlements } from "../../src/inbox/sqlite/thread/packing.ts";
import { delivery, put } from "./contract/ground.ts";

describe("a put that the disk does not answer", () => {
	it("is refused after the limit, and all that waits with it", async () => {
		const { store, asked } = await openHanging();
		const early = [put(store), put(store)];
		await turns();
		const late = [put(store), put(store), put(store)];
		for (const one of [...early, ...late]) {
			const refused = await one.catch((error) => error);
			expect(refused).to.be.instanceOf(HookError);
			expect(refused).to.include({ code: "INBOX_UNAVAILABLE", status: 503 });
			expect(refused.message).to.match(/^inbox \/data\/inbox\.db: the disk /);
		}
		expect(asked).to.have.length(1);
	});

	it("has the next ones refused at once, and sends the thread nothing more", async () => {
		const { store, asked } = await openHanging();
		await put(store).catch(() => {});
		for (let count = 0; count < 100; count++) {
			const refused = await put(store).catch((error) => error);
			expect(refused.message).to.contain("still does not answer");
		}
		expect(asked).to.have.length(1);
	});

	it("is over as soon as the thread answers", async () => {
		const { store, asked } = await openHanging();
		await put(store).catch(() => {});
		asked[0]?.answer();
		await turns();
		const next = put(store);
		await turns();
		expect(asked).to.have.length(2);
		asked[1]?.answer();
		expect(await next).to.be.a("string");
	});

	it("is over as soon as the thread fails, too", async () => {
		const { store, asked } = await openHanging();
		await put(store).catch(() => {});
		asked[0]?.fail(new Error("disk full"));
		await turns();
		const next = put(store);
		await turns();
		asked[1]?.answer();
		expect(await next).to.be.a("string");
	});

	it("is given back when it was leased after it had been refused", async () => {
		const { store, asked } = await openHanging();
		const one = delivery({ leaseMs: 30_000 });
		await store.put([one]).catch(() => {});
		asked[0]?.answer({ duplicates: [], leased: [0] });
		await turns();
		expect(asked.map(({ name }) => name)).to.deep.equal(["put", "settle"]);
		const [given] = unpackSettlements(asked[1]?.args[0] as never);
		expect(given?.lease).to.deep.equal({ id: one.id, attempt: 1 });
		expect(given?.verdict).to.include({ as: "returned" });
	});

	it("does not hold up the end of the puts when the store is closed", async () => {
		const { store, asked } = await openHanging();
		const refused = put(store).catch((error) => error);
		await store.close();
		expect(await refused).to.include({ code: "INBOX_UNAVAILABLE" });
		expect(asked).to.have.length(1);
	});
});

describe("PutLimit", () => {
	it("hears an answer that came while the event loop was blocked", async () => {
		const limit = new PutLimit({ file: "/data/inbox.db", limitMs: 1 });
		const { port1, port2 } = new MessageChannel();
		const answered = limit.run(
			() =>
				new Promise<string>((resolve) => {
					port1.once("message", () => resolve("kept"));
				}),
			() => {},
		);
		port2.postMessage("answer");
		for (const start = performance.now(); performance.now() < start + 20; ) {
			// The timer is over before anybody can listen.
		}
		expect(await answered).to.equal("kept");
		port1.close();
	});

	it("says what was kept after it was refused", async () => {
		const limit = new PutLimit({ file: "/data/inbox.db", limitMs: 1 });
		let answer = (_: string) => {};
		const late: string[] = [];
		const refused = await limit
			.run(
				() =>
					new Promise<string>((resolve) => {
						answer = resolve;
					}),
				(kept) => late.push(kept),
			)
			.catch((error) => error);
		expect(refused).to.be.instanceOf(HookError);
		answer("kept");
		await turns();
		expect(late).to.deep.equal(["kept"]);
	});

	it("refuses with the fault where there is one in time", async () => {
		const limit = new PutLimit({ file: "/data/inbox.db" });
		const fault = new Error("disk full");
		const refused = await limit
			.run(
				() => Promise.reject(fault),
				() => {},
			)
			.catch((error) => error);
		expect(refused).to.equal(fault);
	});
});

// --- helpers ---

/** What the thread was asked, to be answered by the test. */
interface Asked {
	readonly name: string;
	readonly args: readonly unknown[];
	answer(value?: object): void;
	fail(error: Error): void;
}

/** A store whose thread answers a put only when the test says so. */
async function openHanging() {
	const asked: Asked[] = [];
	const link: ThreadLink = {
		isDead: false,
		ask: (name, args) =>
			new Promise((resolve, fail) => {
				const answer = (value: object = { duplicates: [], leased: [] }) =>
					resolve(value);
				asked.push({ name, args, answer, fail });
			}),
		close: async () => {},
	};
	const session = await Session.open({
		data: {
			file: "/data/inbox.db",
			isOwner: true,
			mustExist: false,
			maxBytes: undefined,
			quarantine: { maxCount: 10, maxBytes: 1e6 },
		},
		clock: () => 1,
		pollMs: undefined,
		start: async () => link,
	});
	return { store: createStore(session, { putLimitMs: 5 }), asked };
}

/** Some turns of the event loop: what was answered is heard, and the queue has gone on. */
async function turns(): Promise<void> {
	for (let turn = 0; turn < 5; turn++)
		await new Promise((resolve) => setImmediate(resolve));
}
