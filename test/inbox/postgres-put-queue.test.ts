import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import type { NewDelivery } from "../../src/inbox/port/queue.ts";
import {
	PutQueue,
	type WritePuts,
} from "../../src/inbox/postgres/queue/put-queue.ts";
import { delivery, idsOf } from "./contract/ground.ts";

const PATIENT = { firstMs: 60_000, awayMs: 60_000 };

describe("PutQueue", () => {
	it("writes at once what finds it idle, and all that comes meanwhile together", async () => {
		const { write, batches, go } = gate();
		const queue = new PutQueue(write, PATIENT);
		const puts = [1, 2, 3, 4].map(() => queue.put([delivery()]));
		expect(batches.map(({ length }) => length)).to.deep.equal([1]);
		go();
		await new Promise(setImmediate);
		expect(batches.map(({ length }) => length)).to.deep.equal([1, 3]);
		go();
		await Promise.all(puts);
	});

	it("gives each put its own receipts", async () => {
		const { write, go } = gate();
		const queue = new PutQueue(write, PATIENT);
		const batches = [[delivery()], [delivery(), delivery()], [delivery()]];
		const puts = batches.map((batch) => queue.put(batch));
		go();
		await puts[0];
		go();
		const receipts = await Promise.all(puts);
		expect(receipts.map(idsOf)).to.deep.equal(batches.map(idsOf));
		expect(await queue.put([])).to.deep.equal([]);
	});

	it("bounds what goes together, and never takes a put apart", async () => {
		const { write, batches, go } = gate();
		const queue = new PutQueue(write, PATIENT);
		const many = (size: number) =>
			Array.from({ length: size }, () => delivery());
		const puts = [many(1), many(300), many(100), many(20), many(20)].map(
			(batch) => queue.put(batch),
		);
		for (const put of puts) {
			go();
			await put;
		}
		expect(batches.map(({ length }) => length)).to.deep.equal([
			1, 300, 120, 20,
		]);
	});

	it("tries again what a lost connection left in doubt, and says which ids may be there", async () => {
		const doubts: boolean[][] = [];
		let fails = 2;
		const queue = new PutQueue(async (batch, isRepeated) => {
			doubts.push(batch.map(({ id }) => isRepeated(id)));
			if (fails-- > 0) throw unavailable(new Error("Connection terminated"));
			return receiptsOf(batch);
		}, PATIENT);
		const first = queue.put([delivery()]);
		const second = queue.put([delivery()]);
		await first;
		await second;
		expect(doubts).to.deep.equal([[false], [true, false], [true, true]]);
	});

	it("rejects only the one that the database cannot take", async () => {
		const poison = delivery();
		const queue = new PutQueue(async (batch) => {
			if (batch.some(({ id }) => id === poison.id))
				throw unavailable(
					Object.assign(new Error("index row size"), {
						severity: "ERROR",
						code: "54000",
					}),
				);
			return receiptsOf(batch);
		}, PATIENT);
		const results = await Promise.allSettled(
			[delivery(), delivery(), poison, delivery()].map((one) =>
				queue.put([one]),
			),
		);
		expect(results.map(({ status }) => status)).to.deep.equal([
			"fulfilled",
			"fulfilled",
			"rejected",
			"fulfilled",
		]);
	});

	it("rejects with INBOX_UNAVAILABLE when the time is over, and recovers by itself", async () => {
		let isAway = true;
		const queue = new PutQueue(
			async (batch) => {
				if (isAway) throw unavailable(new Error("Connection terminated"));
				return receiptsOf(batch);
			},
			{ firstMs: 20, awayMs: 10 },
		);
		for (const put of [queue.put([delivery()]), queue.put([delivery()])])
			expect(await rejection(put)).to.equal("INBOX_UNAVAILABLE");
		isAway = false;
		await queue.settled();
		const one = delivery();
		expect(idsOf(await queue.put([one]))).to.deep.equal([one.id]);
	});

	describe("with a spool behind it", () => {
		/** Puts some, and lists them in the order in which they were rejected. */
		const rejectedOf = async (queue: PutQueue, count: number) => {
			const order: number[] = [];
			const puts = Array.from({ length: count }, (_, at) =>
				queue
					.put([delivery()], at === 0 ? 20 : 60_000)
					.catch(() => order.push(at)),
			);
			await Promise.all(puts);
			return order;
		};

		it("gives up all together when the first is out of time, in their order", async () => {
			const hangs = new PutQueue(() => new Promise(() => {}), {
				...PATIENT,
				isShared: true,
			});
			expect(await rejectedOf(hangs, 4)).to.deep.equal([0, 1, 2, 3]);
			const fails = new PutQueue(
				async () => {
					throw unavailable(new Error("Connection terminated"));
				},
				{ ...PATIENT, isShared: true },
			);
			expect(await rejectedOf(fails, 4)).to.deep.equal([0, 1, 2, 3]);
		});

		it("gives up all at once when the server refuses everything, and not when it refuses an event", async () => {
			let code = "53100";
			const poison = delivery();
			const queue = new PutQueue(
				async (batch) => {
					if (code === "53100" || batch.some(({ id }) => id === poison.id))
						throw unavailable(
							Object.assign(new Error("no"), { severity: "ERROR", code }),
						);
					return receiptsOf(batch);
				},
				{ ...PATIENT, isShared: true },
			);
			expect(await rejectedOf(queue, 4)).to.deep.equal([0, 1, 2, 3]);
			code = "54000";
			const results = await Promise.allSettled(
				[delivery(), poison, delivery()].map((one) => queue.put([one])),
			);
			expect(results.map(({ status }) => status)).to.deep.equal([
				"fulfilled",
				"rejected",
				"fulfilled",
			]);
		});
	});

	it("rejects in time even where the database never answers", async () => {
		const queue = new PutQueue(() => new Promise(() => {}), {
			firstMs: 10,
			awayMs: 10,
		});
		expect(await rejection(queue.put([delivery()]))).to.equal(
			"INBOX_UNAVAILABLE",
		);
	});
});

// --- helpers ---

/** A database that answers one write each time it is let go. */
function gate() {
	const batches: (readonly NewDelivery[])[] = [];
	let pass: (() => void)[] = [];
	let free = 0;
	const write: WritePuts = async (batch) => {
		batches.push(batch);
		if (free > 0) free -= 1;
		else await new Promise<void>((resolve) => pass.push(resolve));
		return receiptsOf(batch);
	};
	return {
		write,
		batches,
		go() {
			const [next, ...rest] = pass;
			pass = rest;
			if (next === undefined) free += 1;
			else next();
		},
	};
}

function receiptsOf(batch: readonly NewDelivery[]) {
	return batch.map(({ id }) => ({ id, isDuplicate: false }));
}

function unavailable(cause: Error): HookError {
	return new HookError("INBOX_UNAVAILABLE", cause.message, { cause });
}

async function rejection(put: Promise<unknown>): Promise<unknown> {
	try {
		await put;
	} catch (error) {
		return (error as HookError).code;
	}
	return "resolved";
}
