import { expect } from "chai";
import type { Database } from "../../src/inbox/sqlite/driver.ts";
import {
	openDatabase,
	openMemory,
} from "../../src/inbox/sqlite/thread/memory.ts";
import type { Ground } from "./contract/ground.ts";
import { describeInboxContract } from "./contract.ts";

describeInboxContract("memory", createMemoryGround);

describe("the inbox in memory", () => {
	it("is empty each time it is opened, and makes no file", async () => {
		const options = { quarantine: { maxCount: 10, maxBytes: 1000 } };
		const first = await openMemory(options);
		await first.writeState([
			{ plugin: "p", key: "k", value: "1", expiresAfterMs: undefined },
		]);
		expect(await first.readState("p", "k")).to.equal("1");
		await first.close();
		const second = await openMemory(options);
		expect(await second.readState("p", "k")).to.equal(undefined);
		expect(second).to.include({ engine: "memory", isVolatile: true });
		await second.close();
	});
});

// --- helpers ---

/** One database for all stores of a test: closing a store keeps it, as the contract opens it again. */
async function createMemoryGround(): Promise<Ground> {
	const db = openDatabase();
	const kept: Database = {
		exec: (sql) => db.exec(sql),
		prepare: (sql) => db.prepare(sql),
		close: () => {},
	};
	return {
		open: (options) => openMemory(options, () => kept),
		remove: async () => db.close(),
	};
}
