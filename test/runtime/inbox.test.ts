import { expect } from "chai";
import type { HookError } from "../../src/errors.ts";
import { errorOf } from "../handler/plugin-harness.ts";
import { createTestInbox, deliveryOf } from "./inbox-tools.ts";

const WRITE = {
	plugin: "p",
	key: "k",
	value: "1",
	expiresAfterMs: undefined,
} as const;

describe("createInbox", () => {
	it("resolves with the store's receipt", async () => {
		const { inbox } = createTestInbox();
		expect(await inbox.record(deliveryOf("a"))).to.deep.equal({
			id: "a",
			isDuplicate: false,
		});
	});

	it("refuses at `maxBacklog`, before the store is asked, and takes one below it", async () => {
		const test = createTestInbox(3);
		const own = (count: number) => {
			test.backlog = count;
			test.fill = { ...test.fill, own: { count, bytes: 0 } };
		};
		own(3);
		const error: HookError = await errorOf(() =>
			test.inbox.record(deliveryOf("a")),
		);
		expect(error).to.include({ code: "INBOX_UNAVAILABLE", status: 503 });
		expect(error.headers).to.deep.equal({ "retry-after": "10" });
		expect(test.put).to.deep.equal([]);
		own(2);
		await test.inbox.record(deliveryOf("a"));
		expect(test.put).to.have.length(1);
	});

	it("says of a store that fails why, and when to come again", async () => {
		const test = createTestInbox();
		test.fault = new Error("the disk is full");
		const error = await errorOf(() => test.inbox.record(deliveryOf("a")));
		expect(error).to.include({
			code: "INBOX_UNAVAILABLE",
			message: "the disk is full",
			cause: test.fault,
		});
		expect(error.headers).to.deep.equal({ "retry-after": "10" });
	});

	it("notes without a throw, and logs one line for an outage and one for its end", async () => {
		const test = createTestInbox();
		test.fault = new Error("gone");
		for (const id of ["a", "b"]) test.inbox.note(deliveryOf(id));
		await test.inbox.settled();
		test.fault = undefined;
		for (const id of ["c", "d"]) test.inbox.note(deliveryOf(id));
		await test.inbox.settled();
		expect(test.put.map(({ id }) => id)).to.deep.equal(["c", "d"]);
		expect(test.lines).to.deep.equal([
			["warn", { reason: "gone" }, "answered webhooks are not recorded"],
			["info", { lost: 2 }, "answered webhooks are recorded again"],
		]);
	});

	it("notes nothing where there is no room, and asks for room before that", async () => {
		const test = createTestInbox();
		for (const [usedBytes, isKept, isAsked] of [
			[800_000, true, false],
			[950_000, true, true],
			[1_000_000, false, true],
		] as const) {
			test.fill = { ...test.fill, usedBytes };
			const before = [test.put.length, test.askedForRoom] as const;
			test.inbox.note(deliveryOf("a"));
			await test.inbox.settled();
			expect(test.put.length - before[0]).to.equal(isKept ? 1 : 0);
			expect(test.askedForRoom > before[1]).to.equal(isAsked);
		}
		expect(test.lines[0]?.[1]).to.deep.equal({
			reason: "the inbox has reached `inbox.maxSize`",
		});
	});

	it("bounds what is noted while the store is slow", async () => {
		const test = createTestInbox();
		for (let count = 0; count < 10_001; count += 1)
			test.inbox.note(deliveryOf(`${count}`));
		await test.inbox.settled();
		expect(test.put).to.have.length(10_000);
		expect(test.lines[0]?.[1]).to.deep.equal({
			reason: "the store cannot keep up with the answered webhooks",
		});
	});

	it("notes what the handler of a reply wrote and handed on", async () => {
		const test = createTestInbox();
		test.inbox.noteJournal({ writes: [WRITE], events: [deliveryOf("new")] });
		await test.inbox.settled();
		expect(test.writes).to.deep.equal([WRITE]);
		expect(test.put).to.deep.equal([deliveryOf("new")]);
	});
});
