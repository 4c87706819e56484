import { expect } from "chai";
import type { NewDelivery, Settlement } from "../../../src/inbox/port/queue.ts";
import {
	type Asked,
	createTogether,
} from "../../../src/inbox/sqlite/channel/together.ts";
import { SqliteCore } from "../../../src/inbox/sqlite/core.ts";
import { loadDriver } from "../../../src/inbox/sqlite/driver.ts";
import { openFile } from "../../../src/inbox/sqlite/file.ts";
import { createOperations } from "../../../src/inbox/sqlite/thread/operations.ts";
import { CROSSINGS } from "../../../src/inbox/sqlite/thread/wire.ts";
import { delivery, LEASE_MS, START, settlement } from "../contract/ground.ts";
import { createSqliteGround, type SqliteGround } from "../sqlite-ground.ts";

describe("the requests of workers in one turn", () => {
	let ground: SqliteGround;
	let core: SqliteCore;
	/** The value of `PRAGMA synchronous` at each commit: 2 is FULL, 1 is NORMAL. */
	let commits: number[];
	/** The commits that fail, by their number from now on. */
	let failing: Set<number>;
	beforeEach(async () => {
		ground = await createSqliteGround();
		commits = [];
		failing = new Set();
		core = new SqliteCore({
			open: () => openFile(loadDriver(), ground.file, { mustExist: false }),
			quarantine: { maxCount: 10, maxBytes: 1e6 },
			isOwner: true,
			now: START,
			beforeCommit(synchronous) {
				commits.push(synchronous);
				if (failing.has(commits.length)) throw new Error("not this one");
			},
		});
	});
	afterEach(async () => {
		core.close();
		await ground.remove();
	});

	/** Runs requests as one turn, and returns their values or errors. */
	const runTurn = (
		requests: readonly Pick<Asked["request"], "name" | "args">[],
	): readonly unknown[] => {
		const answers: unknown[] = requests.map(() => undefined);
		createTogether(core)(
			requests.map((request, at) => ({
				request: { ...request, id: at + 1, now: START },
				guest: at + 1,
				resolve: (value) => {
					answers[at] = value;
				},
				reject: (error) => {
					answers[at] = error;
				},
			})),
		);
		return answers;
	};
	const puts = (...batch: NewDelivery[]) => ({
		name: "put" as const,
		args: CROSSINGS.put?.packArgs?.([batch]) ?? [],
	});
	const settles = (...batch: Settlement[]) => ({
		name: "settle" as const,
		args: CROSSINGS.settle?.packArgs?.([batch]) ?? [],
	});
	/** Puts two deliveries, leases both, and forgets the commits. */
	const leaseTwo = () => {
		const { put, lease } = createOperations(core);
		put([delivery(), delivery()], START);
		const leases = lease([{ route: "sms", max: 2 }], LEASE_MS, START);
		commits = [];
		return leases;
	};
	const states = () => {
		const { list } = createOperations(core);
		const { found } = list({}, undefined, 10, START);
		return found.map(({ state }) => state).sort();
	};

	it("are settled and put in one transaction, which is durable", () => {
		const [one, two] = leaseTwo();
		if (one === undefined || two === undefined) throw new Error("not leased");
		const answers = runTurn([
			puts(delivery()),
			settles(settlement(one)),
			puts(delivery(), delivery()),
			settles(settlement(two)),
		]);
		expect(commits).to.deep.equal([2]);
		expect([answers[1], answers[3]]).to.deep.equal([[true], [true]]);
		expect(states()).to.deep.equal([
			"delivered",
			"delivered",
			"received",
			"received",
			"received",
		]);
		expect(core.live.size).to.equal(0);
	});

	it("are tried kind by kind where the common transaction fails, and only the guilty one fails", () => {
		const [one] = leaseTwo();
		if (one === undefined) throw new Error("not leased");
		// The common one, then the put by itself.
		failing = new Set([1, 3]);
		const answers = runTurn([settles(settlement(one)), puts(delivery())]);
		expect(answers[0]).to.deep.equal([true]);
		expect(answers[1])
			.to.be.an("error")
			.with.property("message", "not this one");
		expect(commits).to.deep.equal([2, 1, 2]);
		expect(states()).to.deep.equal(["delivered", "leased"]);
	});
});
