import { expect } from "chai";
import {
	type Cells,
	HISTORY_TIERS,
	type History,
	type HistoryBatch,
	MARKS_KEPT_MS,
	type NewMark,
	PEAK_SLOTS,
} from "../../../src/inbox/port/history.ts";
import type { InboxStore } from "../../../src/inbox/port/store.ts";
import type { InboxFixture } from "./ground.ts";

/** A history, with the clock that it reads. */
export interface HistoryFixture extends Pick<InboxFixture, "now" | "advance"> {
	readonly store: History;
	another(): Promise<History>;
}

/** The counters that routers keep in the inbox. */
export function describeHistory(inbox: InboxFixture): void {
	describeHistoryOf(inbox, () => prune(inbox.store));

	describe("the history of an inbox", () => {
		it("outlives the router", async () => {
			const start = () =>
				inbox.store.addHistory({
					agoMs: 0,
					rows: [{ route: "sms", cells: [1, 3] }],
					marks: [mark({ release: RELEASE })],
				});
			await start();
			await inbox.reopen();
			inbox.advance(HOUR);
			await start();
			const { rows, marks } = await inbox.store.readHistory({
				routes: ["sms"],
				stepMs: FINEST,
				from: 0,
				to: inbox.now + HOUR,
			});
			expect(rows).to.have.length(2);
			expect(marks.map(({ kind }) => kind)).to.deep.equal(["start", "start"]);
		});
	});
}

/** The same for a history that is no inbox. */
export function describeHistoryOf(
	inbox: HistoryFixture,
	prune: () => Promise<unknown>,
): void {
	const add = (batch: Partial<HistoryBatch>, store = inbox.store) =>
		store.addHistory({ agoMs: 0, rows: [], marks: [], ...batch });
	const read = (stepMs: number, ...routes: string[]) =>
		inbox.store.readHistory({ routes, stepMs, from: 0, to: inbox.now + HOUR });
	const cellsOf = async (stepMs: number, route: string) =>
		(await read(stepMs, route)).rows.map(({ at, cells }) => [at, cells]);
	/** The begin of the step that ends now or just ended. */
	const begin = (stepMs: number) =>
		Math.floor((inbox.now - FINEST / 2) / stepMs) * stepMs;

	describe("the history", () => {
		it("adds a batch to a step of each length, and returns the store's time", async () => {
			const now = await add({ rows: [{ route: "sms", cells: [1, 3, 9, 1] }] });
			expect(now).to.equal(inbox.now);
			for (const { stepMs } of HISTORY_TIERS)
				expect(await cellsOf(stepMs, "sms")).to.deep.equal([
					[begin(stepMs), [1, 3, 9, 1]],
				]);
			expect(await cellsOf(FINEST, "other")).to.deep.equal([]);
		});

		it("adds up the counts of several processes, and keeps the greatest of peaks", async () => {
			const other = await inbox.another();
			const rows = (cells: Cells) => ({ rows: [{ route: "sms", cells }] });
			await Promise.all([
				add(rows([1, 3, PEAK_SLOTS, 7])),
				add(rows([1, 2, 5, 1, PEAK_SLOTS, 4]), other),
				add(rows([0, 1, PEAK_SLOTS + 1, 2])),
			]);
			expect(await cellsOf(FINEST, "sms")).to.deep.equal([
				[begin(FINEST), [0, 1, 1, 5, 5, 1, PEAK_SLOTS, 7, PEAK_SLOTS + 1, 2]],
			]);
		});

		it("puts a batch that waited into the step in which it was counted", async () => {
			const at = begin(FINEST);
			inbox.advance(5 * FINEST);
			await add({ agoMs: 5 * FINEST, rows: [{ route: "", cells: [0, 1] }] });
			expect(await cellsOf(FINEST, "")).to.deep.equal([[at, [0, 1]]]);
		});

		it("takes many routes, whatever their names", async () => {
			const names = Array.from({ length: 1203 }, (_, at) => `route ${at}`);
			const rows = [...names, "ä/'\"", "😀"].map((route, at) => ({
				route,
				cells: [1, at + 1],
			}));
			await add({ rows });
			for (const one of [0, 600, 1202, 1203, 1204])
				expect(
					await cellsOf(FINEST, rows[one]?.route ?? "-"),
				).to.have.nested.property("[0][1][1]", one + 1);
			expect(await inbox.store.readTotals(0)).to.have.length(1205);
		});

		it("reads the steps of a time, in their order, with those of other routes behind", async () => {
			for (let at = 0; at < 5; at++) {
				await add({
					rows: [
						{ route: "a", cells: [1, at] },
						{ route: "b", cells: [2, at] },
					],
				});
				inbox.advance(FINEST);
			}
			const first = begin(FINEST) - 5 * FINEST;
			const { rows, now } = await inbox.store.readHistory({
				routes: ["a", "b"],
				stepMs: FINEST,
				from: first + FINEST,
				to: first + 3 * FINEST,
			});
			expect(now).to.equal(inbox.now);
			expect(
				rows.map(({ route, at, cells }) => [
					route,
					(at - first) / FINEST,
					cells,
				]),
			).to.deep.equal([
				["a", 1, [1, 1]],
				["a", 2, [1, 2]],
				["b", 1, [2, 1]],
				["b", 2, [2, 2]],
			]);
		});

		it("adds up the totals of each route since a time", async () => {
			const rows = [
				{ route: "", cells: [1, 3] },
				{ route: "a", cells: [1, 1, PEAK_SLOTS, 5] },
			];
			await add({ rows });
			inbox.advance(HOUR);
			await add({ rows: [...rows, { route: "b", cells: [7, 7] }] });
			inbox.advance(HOUR);
			await add({ rows: [{ route: "a", cells: [1, 4, PEAK_SLOTS, 2] }] });
			expect(await inbox.store.readTotals(0)).to.deep.equal([
				{ route: "", cells: [1, 6] },
				{ route: "a", cells: [1, 6, PEAK_SLOTS, 5] },
				{ route: "b", cells: [7, 7] },
			]);
			const since = begin(HALF_HOUR) - HOUR;
			expect(await inbox.store.readTotals(since)).to.deep.include({
				route: "a",
				cells: [1, 5, PEAK_SLOTS, 5],
			});
			expect(await inbox.store.readTotals(inbox.now)).to.deep.equal([]);
		});

		it("removes rows and marks when their time is over, and nothing else", async () => {
			await add({
				rows: [{ route: "sms", cells: [1, 3] }],
				marks: [mark({ release: RELEASE }), mark({ kind: "reload" })],
			});
			const rowsOf = async () => {
				const counts = [];
				for (const { stepMs } of HISTORY_TIERS)
					counts.push((await cellsOf(stepMs, "sms")).length);
				return counts;
			};
			await prune();
			expect(await rowsOf()).to.deep.equal([1, 1, 1]);
			inbox.advance(2 * HOUR);
			await prune();
			expect(await rowsOf()).to.deep.equal([0, 1, 1]);
			inbox.advance(24 * HOUR);
			await prune();
			expect(await rowsOf()).to.deep.equal([0, 0, 1]);
			expect((await read(FINEST, "")).marks).to.have.length(2);
			inbox.advance(MARKS_KEPT_MS);
			await add({ marks: [mark({ kind: "refused" })] });
			await prune();
			expect(await rowsOf()).to.deep.equal([0, 0, 0]);
			expect(
				(await read(FINEST, "")).marks.map(({ kind }) => kind),
			).to.deep.equal(["start", "reload", "refused"]);
			// The release is older than all others, and is replaced only now.
			await add({ marks: [mark({ release: RELEASE, router: "other" })] });
			await prune();
			expect(
				(await read(FINEST, "")).marks.map(({ kind }) => kind),
			).to.deep.equal(["refused", "start"]);
		});
	});

	describe("the marks of the history", () => {
		const kinds = async () =>
			(await read(FINEST, "")).marks.map(({ kind, text }) => `${kind} ${text}`);

		it("are in the order of time, within the time that is asked for", async () => {
			const at = inbox.now;
			await add({ marks: [mark({ text: "1" })] });
			inbox.advance(HOUR);
			await add({ marks: [mark({ kind: "refused", text: "2" })], agoMs: 1000 });
			inbox.advance(HOUR);
			await add({ marks: [mark({ kind: "reload", text: "3" })] });
			const { marks } = await inbox.store.readHistory({
				routes: [],
				stepMs: FINEST,
				from: at + 1,
				to: inbox.now,
			});
			expect(marks).to.deep.equal([
				{ at: at + HOUR - 1000, kind: "refused", text: "2" },
			]);
			expect(await kinds()).to.deep.equal(["start 1", "refused 2", "reload 3"]);
		});

		it("tell a deploy from a start of what served before", async () => {
			const start = (version: string, fingerprint: string) => {
				inbox.advance(HOUR);
				const release = { version, fingerprint };
				return add({ marks: [mark({ text: fingerprint, release })] });
			};
			await start("1", "a");
			await start("1", "a");
			await start("1", "b");
			await start("2", "b");
			await start("2", "b");
			inbox.advance(HOUR);
			const release = { version: "2", fingerprint: "c" };
			await add({ marks: [mark({ kind: "reload", text: "c", release })] });
			await start("2", "c");
			expect(await kinds()).to.deep.equal([
				"start a",
				"start a",
				"deploy another configuration",
				"deploy version 1 to 2",
				"start b",
				"reload c",
				"start c",
			]);
		});

		it("are one if two routers do the same at once, and two if one does it twice", async () => {
			await add({ marks: [mark({ kind: "reload", router: "one" })] });
			inbox.advance(2000);
			await add({ marks: [mark({ kind: "reload", router: "two" })] });
			expect(await kinds()).to.have.length(1);
			await add({ marks: [mark({ kind: "reload", router: "one" })] });
			expect(await kinds()).to.have.length(2);
			inbox.advance(HOUR);
			await add({ marks: [mark({ kind: "reload", router: "two" })] });
			expect(await kinds()).to.have.length(3);
			// A router that restarts is another process.
			await add({ marks: [mark({ router: "one" })] });
			await add({ marks: [mark({ router: "two" })] });
			expect(await kinds()).to.have.length(5);
		});
	});
}

// --- helpers ---

const FINEST = HISTORY_TIERS[0]?.stepMs ?? 0;
const HOUR = 3_600_000;
const HALF_HOUR = 1_800_000;

const RELEASE = { version: "1.0.0", fingerprint: "abc" };

function mark(changed: Partial<NewMark> = {}): NewMark {
	return { kind: "start", text: "", router: "one", ...changed };
}

function prune(store: InboxStore): Promise<number> {
	const keptMs = 365 * 24 * HOUR;
	const rules = { deliveredMs: keptMs, deadMs: keptMs, bodyMs: undefined };
	return store.prune({ ...rules, max: 100 });
}
