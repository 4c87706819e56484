import { expect } from "chai";
import type { NewDelivery, Receipt } from "../../src/inbox/port/queue.ts";
import { PutQueue } from "../../src/inbox/sqlite/store.ts";
import { delivery, idsOf } from "./contract/ground.ts";

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

	it("gives each put the receipts of its own deliveries, in their order", async () => {
		const { queue, gates, nextSend } = held();
		const first = nextSend();
		const batches = [1, 3, 1, 2].map((count) =>
			Array.from({ length: count }, () => delivery()),
		);
		const puts = batches.map((batch) => queue.put(batch));
		await first;
		gates[0]?.();
		expect((await Promise.all(puts)).map(idsOf)).to.deep.equal(
			batches.map(idsOf),
		);
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
