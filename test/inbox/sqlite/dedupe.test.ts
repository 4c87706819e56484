import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Receipt } from "../../../src/inbox/port/queue.ts";
import { toCondition } from "../../../src/inbox/sqlite/desk/look.ts";
import { dedupeHash } from "../../../src/inbox/sqlite/queue/dedupe.ts";
import { delivery, idsOf, START } from "../contract/ground.ts";
import {
	type CoreGround,
	type CoreHandle,
	createCoreGround,
	seenEntries,
} from "./core-ground.ts";

describe("dedupe", () => {
	let ground: CoreGround;
	let open: CoreHandle[] = [];
	let owner: CoreHandle;

	beforeEach(async () => {
		ground = await createCoreGround();
		owner = start();
	});
	afterEach(async () => {
		// Whatever a test did: one entry for each delivery that holds a key, and no other.
		const { found, wanted } = seenEntries(owner.db);
		for (const handle of open) handle.close();
		open = [];
		await ground.remove();
		expect(found).to.deep.equal(wanted);
	});

	const start = (options?: Parameters<CoreGround["start"]>[0]) => {
		const handle = ground.start(options);
		open.push(handle);
		return handle;
	};
	const restart = () => {
		owner.close();
		owner = start();
	};
	const put = (
		keys: readonly (string | undefined)[],
		changed: Parameters<typeof delivery>[0] = {},
		on = owner,
	): readonly Receipt[] =>
		on.core.put(
			keys.map((dedupeKey) => delivery({ ...changed, dedupeKey })),
			START,
		);
	const putDone = (keys: readonly string[], on = owner) =>
		idsOf(put(keys, { state: "delivered" }, on));
	/** Under which ids these are refused; nothing is kept. */
	const refused = (keys: readonly string[], on = owner) => {
		let receipts: readonly Receipt[] = [];
		on.isFailing = true;
		try {
			return keys.map((key) => {
				try {
					on.core.read(START, ({ connection, put, tally }) => {
						try {
							connection.write("normal", () => {
								receipts = [put.one(delivery({ dedupeKey: key }), START)];
							});
						} finally {
							tally.undo();
						}
					});
				} catch {}
				const [found] = receipts;
				return found?.isDuplicate ? found.id : undefined;
			});
		} finally {
			on.isFailing = false;
		}
	};

	it("refuses every key again, and after a start", () => {
		const ids = putDone(KEYS(60));
		expect(refused(KEYS(60))).to.deep.equal(ids);
		restart();
		expect(refused(KEYS(60))).to.deep.equal(ids);
	});

	it("refuses a key twice in one batch, and once in each route", () => {
		const [first, second] = put(["k", "k"]);
		expect([first?.isDuplicate, second?.isDuplicate]).to.deep.equal([
			false,
			true,
		]);
		expect(second?.id).to.equal(first?.id);
		expect(put(["k"], { route: "other" })[0]?.isDuplicate).to.equal(false);
		expect(refused(["k"])).to.deep.equal([first?.id]);
	});

	it("answers with the delivery of the same id before that of the same key", () => {
		const [byKey] = put(["k"]);
		const [byId] = put(["other"]);
		const [again] = put(["k"], { id: byId?.id ?? "" });
		expect(again).to.include({ id: byId?.id, isDuplicate: true });
		expect(again?.id).to.not.equal(byKey?.id);
	});

	it("knows all of them after a kill at each possible time", () => {
		const keys = KEYS(20);
		const ids: string[] = [];
		for (let at = 0; at < keys.length; at += 2) {
			ids.push(...putDone(keys.slice(at, at + 2)));
			// What is in the files this moment is what a killed process leaves.
			const file = join(ground.folder, `killed-${at}.db`);
			for (const ending of ["", "-wal"])
				copyFileSync(ground.file + ending, file + ending);
			const next = ground.start({ file });
			try {
				expect(refused(keys.slice(0, at + 2), next)).to.deep.equal(ids);
			} finally {
				next.close();
			}
		}
	});

	it("holds a key for a quarantined delivery only once it is released", () => {
		const [parked] = put(["k"], { state: "quarantined", reason: "no" });
		putDone(KEYS(4));
		const as = { route: "sms", kind: "k", orderKey: undefined };
		expect(refused(["k"])).to.deep.equal([undefined]);
		const id = parked?.id ?? "";
		const release = (dedupeKey: string) =>
			owner.core.release(id, { ...as, dedupeKey }, undefined, START);
		expect(release("key 3"), "taken").to.equal(false);
		expect(release("k")).to.equal(true);
		expect(refused(["k"])).to.deep.equal([id]);
		restart();
		expect(refused(["k"])).to.deep.equal([id]);
	});

	it("holds no key any more for a delivery that was dropped, pruned, or gave way in quarantine", () => {
		const ids = putDone(KEYS(9));
		owner.core.drop({ ids: ids.slice(3, 5) }, undefined, START);
		expect(refused(["key 3", "key 5"])).to.deep.equal([undefined, ids[5]]);
		put(["new"], {}, owner);
		const rules = { deliveredMs: 10, deadMs: 10, bodyMs: undefined, max: 100 };
		expect(owner.core.prune(rules, START + 11)).to.equal(7);
		expect(refused(["key 5"])).to.deep.equal([undefined]);
		owner.close();
		owner = start({ maxQuarantined: 1 });
		put(["a", "b", "c"], {
			state: "quarantined",
			reason: "no",
			quarantine: {
				doubts: [{ code: "FIREWALL_DENIED", detail: "no" }],
				client: undefined,
			},
		});
		expect(put(["a"])[0]?.isDuplicate).to.equal(false);
	});

	it("keeps a key while only the body was pruned", () => {
		const ids = putDone(["k"]);
		const rules = { deliveredMs: 1e6, deadMs: 1e6, bodyMs: 10, max: 100 };
		expect(owner.core.prune(rules, START + 11)).to.equal(1);
		expect(refused(["k"])).to.deep.equal(ids);
	});

	it("gives a row's number out again in the transaction that removed it", () => {
		const ids = putDone(KEYS(10));
		const rest = delivery({ dedupeKey: "new" });
		owner.core.read(START, ({ connection, commands, put }) =>
			connection.write("full", () => {
				commands.drop({ ids: ids.slice(4) }, undefined, START);
				put.one(rest, START);
			}),
		);
		restart();
		expect(refused(["new", "key 9", "key 3"])).to.deep.equal([
			rest.id,
			undefined,
			ids[3],
		]);
	});

	it("forgets what was rolled back, and only that", () => {
		const keys = KEYS(30);
		const ids = putDone(keys);
		owner.isFailing = true;
		expect(() => put(["x", "y", "z"])).to.throw(/not this one/);
		expect(() => owner.core.drop({ ids }, undefined, START)).to.throw(
			/not this one/,
		);
		owner.isFailing = false;
		expect(refused([...keys, "x"])).to.deep.equal([...ids, undefined]);
		expect(put(["y"])[0]?.isDuplicate).to.equal(false);
		expect(put(["y"])[0]?.isDuplicate).to.equal(true);
	});

	it("refuses what another process put, and takes what that one dropped", () => {
		const other = start({ isOwner: false });
		const ids = putDone(KEYS(10), other);
		expect(refused(KEYS(10))).to.deep.equal(ids);
		other.core.drop({ ids: ids.slice(5) }, undefined, START);
		const fresh = putDone(KEYS(3, "new"), other);
		expect(refused(["key 4", "key 5", "new 0", "new 2"])).to.deep.equal([
			ids[4],
			undefined,
			fresh[0],
			fresh[2],
		]);
	});

	it("tells keys of one hash apart", () => {
		const ids = putDone(["one", "two"]);
		// As if both had the same hash.

		owner.db.exec(
			`insert into seen (hash, seq) select hash, 3 - seq from seen`,
		);
		expect(refused(["one", "two"])).to.deep.equal(ids);
		owner.core.drop({ ids: ids.slice(0, 1) }, undefined, START);
		expect(refused(["one", "two"])).to.deep.equal([undefined, ids[1]]);
		owner.db.exec(
			`delete from seen where seq = 1 or hash = ${dedupeHash("one")}`,
		);
	});

	it("lets deliveries be listed by their key, quarantined or not", () => {
		const ids = putDone(KEYS(9));
		const [parked] = put(["key 2"], { state: "quarantined", reason: "no" });
		const listed = (dedupeKey: string) =>
			idsOf(
				owner.core.read(START, ({ look }) =>
					look.list({ dedupeKey }, undefined, 9),
				).found,
			);
		expect(listed("key 1")).to.deep.equal([ids[1]]);
		expect(listed("key 2")).to.deep.equal([parked?.id, ids[2]]);
		expect(listed("unknown")).to.deep.equal([]);
	});

	it("lists by a key without a walk over the rows", () => {
		const { by, sql, values } = toCondition({ dedupeKey: "k" });
		const plan = owner.db
			.prepare(
				`explain query plan select seq from delivery ${by} where ${sql} and seq >= 0 order by seq desc limit 9`,
			)
			.all(...values) as { readonly detail: string }[];
		const text = plan.map(({ detail }) => detail).join("\n");
		expect(text).to.not.match(/SCAN (?!delivery USING INDEX delivery_parked)/);
		expect(text).to.match(/SEARCH seen USING PRIMARY KEY \(hash=\?\)/);
	});

	it("takes keys as the file has them: with a NUL, and without half a character", () => {
		for (const key of ["a\0b", "x\ud800y", "é".normalize("NFD"), ""]) {
			const [first] = put([key]);
			expect(refused([key])).to.deep.equal([first?.id]);
			restart();
			expect(refused([key])).to.deep.equal([first?.id]);
			owner.core.drop({ ids: [first?.id ?? ""] }, undefined, START);
			expect(refused([key])).to.deep.equal([undefined]);
		}
	});
});

// --- helpers ---

const KEYS = (count: number, name = "key") =>
	Array.from({ length: count }, (_, at) => `${name} ${at}`);
