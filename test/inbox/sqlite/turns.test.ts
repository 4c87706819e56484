import { expect } from "chai";
import { Turns } from "../../../src/inbox/sqlite/channel/turns.ts";
import { HandTiming, rest } from "../hand-timing.ts";

describe("the turns of workers that share a file", () => {
	let timing: HandTiming;
	/** The guests whose requests each turn had. */
	let ran: number[][];
	let turns: Turns;
	beforeEach(() => {
		timing = new HandTiming();
		ran = [];
		turns = new Turns({
			timing,
			run: (asked) => ran.push(asked.map(({ guest }) => guest)),
		});
	});
	const ask = (guest: number, deliveries: number) =>
		turns.add(
			{
				guest,
				request: { id: 1, name: "put", args: [], now: 0 },
				resolve() {},
				reject() {},
			},
			deliveries,
		);
	/** Runs one turn in which each of two guests puts. */
	const putBoth = async (deliveries: number) => {
		ask(1, deliveries);
		ask(2, deliveries);
		await rest();
		ran = [];
	};

	it("have all requests of one round of the event loop", async () => {
		ask(1, 1);
		ask(2, 0);
		ask(1, 0);
		await rest();
		expect(ran).to.deep.equal([[1, 2, 1]]);
		expect(timing.timers).to.equal(0);
	});

	it("wait for a guest that has just put, if much comes", async () => {
		await putBoth(8);
		ask(1, 8);
		await rest();
		expect(ran).to.deep.equal([]);
		ask(2, 0);
		await rest();
		expect(ran).to.deep.equal([]);
		ask(2, 1);
		await rest();
		expect(ran).to.deep.equal([[1, 2, 2]]);
		expect(timing.timers).to.equal(0);
	});

	it("wait a millisecond at most", async () => {
		await putBoth(8);
		ask(1, 8);
		await timing.advance(0.9);
		expect(ran).to.deep.equal([]);
		await timing.advance(0.1);
		expect(ran).to.deep.equal([[1]]);
	});

	it("wait for nobody if little comes", async () => {
		await putBoth(3);
		ask(1, 20);
		await rest();
		expect(ran).to.deep.equal([[1]]);
	});

	it("stop waiting for a guest that puts no more", async () => {
		await putBoth(8);
		for (let turn = 0; turn < 3; turn++) {
			await timing.advance(10);
			ask(1, 8);
			await timing.advance(1);
		}
		ran = [];
		ask(1, 8);
		await rest();
		expect(ran).to.deep.equal([[1]]);
	});

	it("have the other requests of busy guests, too, and run those of quiet ones at once", async () => {
		await putBoth(8);
		ask(1, 0);
		await timing.advance(1);
		expect(ran).to.deep.equal([[1]]);
		await timing.advance(30);
		ask(2, 0);
		await rest();
		expect(ran).to.deep.equal([[1], [2]]);
	});

	it("run at once on demand, and never after the end", async () => {
		await putBoth(8);
		ask(1, 8);
		await rest();
		turns.flush();
		expect(ran).to.deep.equal([[1]]);
		expect(timing.timers).to.equal(0);
		ask(1, 8);
		await rest();
		turns.close();
		await timing.advance(5);
		expect(ran).to.deep.equal([[1]]);
	});
});
