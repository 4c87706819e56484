import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Receipt } from "../../../src/inbox/port/queue.ts";
import { toCondition } from "../../../src/inbox/sqlite/filter.ts";
import { delivery, idsOf, START } from "../contract/ground.ts";
import {
	createSeenGround,
	type SeenGround,
	type SeenHandle,
} from "./seen-ground.ts";

describe("Seen", () => {
	let ground: SeenGround;
	let open: SeenHandle[] = [];
	let owner: SeenHandle;

	beforeEach(async () => {
		ground = await createSeenGround();
		owner = start();
	});
	afterEach(async () => {
		for (const handle of open) handle.close();
		open = [];
		await ground.remove();
	});

	const start = (options?: Parameters<SeenGround["start"]>[0]) => {
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
		).value;
	/** Puts them in batches of two, so that a slice is merged with each. */
	const putAll = (keys: readonly string[], on = owner) => {
		const ids: string[] = [];
		for (let at = 0; at < keys.length; at += 2)
			ids.push(...idsOf(put(keys.slice(at, at + 2), DELIVERED, on)));
		return ids;
	};
	/** What is refused of these, under which id. */
	const refused = (keys: readonly string[], on = owner) => {
		on.isFailing = true;
		try {
			return keys.map((key) => {
				let found: Receipt | undefined;
				try {
					on.core.read(START, ({ connection, seen, keep }) =>
						connection.write("normal", () =>
							seen.during(() => {
								found = keep.put(delivery({ dedupeKey: key }), START);
							}),
						),
					);
				} catch {
					on.core.read(START, ({ seen }) => seen.undo());
				}
				return found?.isDuplicate ? found.id : undefined;
			});
		} finally {
			on.isFailing = false;
		}
	};
	const prune = (max = 1000) =>
		owner.core.prune(
			{ deliveredMs: 10, deadMs: 10, bodyMs: undefined, max },
			START + 11,
		);

	it("refuses every key again, in memory, while it is merged, and in the table", () => {
		const keys = KEYS(60);
		const ids: string[] = [];
		for (let at = 0; at < keys.length; at += 2) {
			ids.push(...putAll(keys.slice(at, at + 2)));
			expect(refused(keys.slice(0, at + 2)), `after ${at}`).to.deep.equal(ids);
		}
		const { mark, entries } = owner.table();
		expect(mark).to.be.within(40, 60);
		expect(entries).to.be.within(mark, 60);
	});

	it("merges less than the newest two generations into the table only later", () => {
		putAll(KEYS(7));
		expect(owner.table()).to.deep.equal({ entries: 0, mark: 0 });
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

	it("knows all of them after each possible end", () => {
		const keys = KEYS(50);
		const ids: string[] = [];
		for (let at = 0; at < keys.length; at += 2) {
			ids.push(...putAll(keys.slice(at, at + 2)));
			restart();
			expect(refused(keys.slice(0, at + 2)), `after ${at}`).to.deep.equal(ids);
		}
	});

	it("knows all of them after a kill at each possible time", () => {
		const keys = KEYS(50);
		const ids: string[] = [];
		for (let at = 0; at < keys.length; at += 2) {
			ids.push(...putAll(keys.slice(at, at + 2)));
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

	it("does not gather in memory what has no key", () => {
		for (let at = 0; at < 20; at++) put([undefined, undefined]);
		expect(owner.table()).to.include({ entries: 0 });
		expect(owner.table().mark).to.be.within(24, 40);
	});

	it("holds a key for a quarantined delivery only once it is released", () => {
		const [held] = put(["k"], { state: "quarantined", reason: "no" });
		putAll(KEYS(40));
		expect(owner.table().mark).to.be.above(1);
		const as = { route: "sms", kind: "k", orderKey: undefined };
		expect(refused(["k"])).to.deep.equal([undefined]);
		const id = held?.id ?? "";
		const release = (dedupeKey: string, on = owner) =>
			on.core.release(id, { ...as, dedupeKey }, START).value;
		expect(release("key 3"), "taken").to.equal(false);
		expect(release("k")).to.equal(true);
		expect(refused(["k"])).to.deep.equal([id]);
		restart();
		expect(refused(["k"])).to.deep.equal([id]);
	});

	it("frees a key with its delivery, wherever its entry is", () => {
		const keys = KEYS(40);
		putAll(keys);
		for (const place of [1, 20, 39]) {
			const key = keys[place] as string;
			const [id] = refused([key]);
			owner.core.drop({ ids: [id as string] }, START);
			expect(refused([key])).to.deep.equal([undefined]);
			expect(put([key])[0]?.isDuplicate).to.equal(false);
		}
	});

	it("gives places out again that the table knew, and knows the new rows", () => {
		const keys = KEYS(40);
		const ids = putAll(keys);
		const { mark } = owner.table();
		owner.core.drop({ ids: ids.slice(10).reverse() }, START);
		expect(owner.table().mark).to.equal(10);
		expect(mark).to.be.above(10);
		const fresh = KEYS(15, "new");
		const freshIds = putAll(fresh);
		const check = () =>
			expect(refused([...keys, ...fresh])).to.deep.equal([
				...ids.slice(0, 10),
				...ids.slice(10).map(() => undefined),
				...freshIds,
			]);
		check();
		restart();
		check();
	});

	it("gives a place out again in the transaction that made it free", () => {
		const ids = putAll(KEYS(40));
		const rest = delivery({ dedupeKey: "new" });
		owner.core.read(START, ({ connection, seen, commands, keep }) =>
			connection.write("full", () =>
				seen.during(() => {
					commands.drop({ ids: ids.slice(8) }, START);
					keep.put(rest, START);
				}),
			),
		);
		expect(owner.table().mark).to.equal(8);
		restart();
		expect(refused(["new"])).to.deep.equal([rest.id]);
	});

	it("forgets what was rolled back, and only that", () => {
		const keys = KEYS(30);
		const ids = putAll(keys);
		owner.isFailing = true;
		for (let round = 0; round < 20; round++)
			expect(() => put(["x", "y", "z"])).to.throw(/not this one/);
		expect(() => owner.core.drop({ ids }, START)).to.throw(/not this one/);
		owner.isFailing = false;
		expect(refused([...keys, "x"])).to.deep.equal([...ids, undefined]);
		expect(put(["y"])[0]?.isDuplicate).to.equal(false);
		expect(put(["y"])[0]?.isDuplicate).to.equal(true);
	});

	describe("beside another process", () => {
		it("refuses what that one put", () => {
			const other = start({ isOwner: false });
			const keys = KEYS(60);
			const ids = keys.flatMap((key, at) =>
				putAll([key], at % 3 === 0 ? owner : other),
			);
			expect(refused(keys)).to.deep.equal(ids);
			expect(refused(keys, other)).to.deep.equal(ids);
		});

		it("refuses what that one put in the places of rows that it removed", () => {
			const other = start({ isOwner: false, pace: { generation: 1000 } });
			const keys = KEYS(30);
			const ids = putAll(keys);
			other.core.drop({ ids: ids.slice(20) }, START);
			// The last one is back in its place, under its own id; the rows before it are others.
			const fresh = putAll(KEYS(9, "new"), other);
			put(["key 29"], { id: ids[29] as string }, other);
			expect(refused(["new 0", "new 8", "key 29", "key 28"])).to.deep.equal([
				fresh[0],
				fresh[8],
				ids[29],
				undefined,
			]);
		});

		it("refuses what that one put before a row without a key came here", () => {
			const other = start({ isOwner: false, pace: { generation: 1000 } });
			const [id] = putAll(["k"], other);
			put([undefined]);
			expect(refused(["k"])).to.deep.equal([id]);
		});

		it("refuses what that one put after the newest were removed here", () => {
			const other = start({ isOwner: false, pace: { generation: 1000 } });
			const ids = putAll(KEYS(30));
			owner.core.drop({ ids: ids.slice(20) }, START);
			const fresh = putAll(KEYS(5, "new"), other);
			expect(refused(["new 0", "new 4"])).to.deep.equal([fresh[0], fresh[4]]);
		});

		it("refuses what that one released", () => {
			const [held] = put(["k"], { state: "quarantined", reason: "no" });
			putAll(KEYS(5));
			const other = start({ isOwner: false });
			const as = { route: "sms", kind: "k", orderKey: undefined };
			other.core.release(held?.id ?? "", { ...as, dedupeKey: "k" }, START);
			expect(refused(["k"])).to.deep.equal([held?.id]);
		});

		it("merges what that one takes in, so that a start stays short", () => {
			const other = start({ isOwner: false });
			putAll(KEYS(100), other);
			expect(owner.table().mark).to.be.above(70);
		});
	});

	describe("swept", () => {
		it("is empty some prunes after everything is gone", () => {
			putAll(KEYS(100));
			expect(owner.table().entries).to.be.above(70);
			expect(prune()).to.equal(100);
			for (let round = 0; round < 3; round++) prune();
			expect(owner.table()).to.deep.equal({ entries: 0, mark: 0 });
			expect(put(["key 1"])[0]?.isDuplicate).to.equal(false);
		});

		it("loses what another process dropped, and nothing that is there", () => {
			const keys = KEYS(100);
			const ids = putAll(keys);
			const other = start({ isOwner: false });
			const gone = ids.filter((_, at) => at % 2 === 0);
			other.core.drop({ ids: gone }, START);
			const { entries, mark } = owner.table();
			owner.core.prune(
				{ deliveredMs: 1e6, deadMs: 1e6, bodyMs: undefined, max: 9 },
				START,
			);
			expect(owner.table().mark).to.equal(mark);
			expect(owner.table().entries).to.equal(entries - Math.ceil(entries / 2));
			expect(refused(keys)).to.deep.equal(
				ids.map((id, at) => (at % 2 === 0 ? undefined : id)),
			);
		});
	});

	it("lets deliveries be listed by their key, wherever its entry is", () => {
		const keys = KEYS(40);
		const ids = putAll(keys);
		const [held] = put(["key 2"], { state: "quarantined", reason: "no" });
		const listed = (dedupeKey: string) =>
			idsOf(
				owner.core.read(START, ({ look }) =>
					look.list({ dedupeKey }, undefined, 9),
				).found,
			);
		for (const [at, key] of keys.entries())
			expect(listed(key)).to.deep.equal(
				at === 2 ? [held?.id, ids[at]] : [ids[at]],
			);
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
		expect(text).to.match(/INTEGER PRIMARY KEY \(rowid>\?\)/);
	});

	it("takes keys as the file has them: with a NUL, and without half a character", () => {
		for (const key of ["a\0b", "x\ud800y", "é".normalize("NFD"), ""]) {
			const [first] = put([key]);
			expect(refused([key])).to.deep.equal([first?.id]);
			restart();
			expect(refused([key])).to.deep.equal([first?.id]);
		}
	});
});

// --- helpers ---

const DELIVERED = { state: "delivered" } as const;

const KEYS = (count: number, name = "key") =>
	Array.from({ length: count }, (_, at) => `${name} ${at}`);
