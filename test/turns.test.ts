import { setImmediate as nextTurn } from "node:timers/promises";
import { expect } from "chai";
import {
	atOnce,
	eachFew,
	inTurns,
	mapInTurns,
	type Steps,
} from "../src/turns.ts";

/** Counts the turns of the event loop while something goes on. */
async function countTurns(work: Promise<unknown>): Promise<number> {
	let turns = 0;
	let isDone = false;
	void work.finally(() => {
		isDone = true;
	});
	while (!isDone) {
		await nextTurn();
		turns++;
	}
	return turns;
}

function keepBusy(ms: number): void {
	const end = performance.now() + ms;
	while (performance.now() < end);
}

function* steps(count: number, ms: number): Steps<number> {
	for (let step = 0; step < count; step++) {
		keepBusy(ms);
		yield;
	}
	return count;
}

describe("work in turns", () => {
	it("is done without a stop where nobody waits", () => {
		expect(atOnce(steps(3, 0))).to.equal(3);
	});

	it("takes a step after every few items, in their order", () => {
		const done: number[] = [];
		const steps = eachFew(Array.from({ length: 45 }).keys(), (item) =>
			done.push(item),
		);
		expect([...steps]).to.have.length(2);
		expect(done).to.deep.equal([...Array.from({ length: 45 }).keys()]);
	});

	it("lets the event loop turn between steps that take long", async () => {
		expect(await inTurns(steps(10, 0))).to.equal(10);
		expect(await countTurns(inTurns(steps(10, 11)))).to.be.at.least(9);
	});

	it("throws what a step throws", async () => {
		const failing = function* (): Steps<never> {
			yield;
			throw new Error("no");
		};
		const error = await inTurns(failing()).catch((thrown: unknown) => thrown);
		expect(error).to.have.property("message", "no");
	});

	it("gathers the results of asynchronous work in order", async () => {
		const items = Array.from({ length: 100 }, (_, index) => index);
		const results = await mapInTurns(items, async (item) => {
			if (item % 7 === 0) await nextTurn();
			return item * 2;
		});
		expect(results).to.deep.equal(items.map((item) => item * 2));
	});

	it("lets the event loop turn although all wait for one promise", async () => {
		const ready = nextTurn();
		const work = mapInTurns(Array.from({ length: 200 }), async () => {
			await ready;
			keepBusy(1);
		});
		expect(await countTurns(work)).to.be.at.least(5);
	});

	it("begins the next few though the first ones take long", async () => {
		let begun = 0;
		let finish = (): void => {};
		const slow = new Promise<void>((done) => {
			finish = done;
		});
		const work = mapInTurns(Array.from({ length: 50 }), async () => {
			begun++;
			if (begun === 50) finish();
			await slow;
		});
		expect(await work).to.have.length(50);
	});

	it("fails when one of them fails, without an unhandled rejection", async () => {
		const error = await mapInTurns(Array.from({ length: 50 }), async () => {
			throw new Error("no");
		}).catch((thrown: unknown) => thrown);
		expect(error).to.have.property("message", "no");
	});
});
