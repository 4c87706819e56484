import { expect } from "chai";
import {
	type Circuit,
	type CircuitOptions,
	createCircuit,
	type Pass,
	type Sign,
} from "../../src/handler/circuit.ts";

describe("the circuit", () => {
	let now: number;
	const changes: [string, number][] = [];
	const make = (options: CircuitOptions = {}): Circuit =>
		createCircuit({
			now: () => now,
			random: () => 0.999_999,
			onChange: (state, pauseMs) => changes.push([state, pauseMs]),
			...options,
		});

	beforeEach(() => {
		now = 50;
		changes.length = 0;
	});

	it("lets all pass while failures are fewer than five in a row", () => {
		const circuit = make();
		attempts(circuit, ["failing", "failing", "failing", "failing", "alive"]);
		attempts(circuit, ["failing", "failing", "failing", "failing"]);
		expect(circuit.state).to.equal("closed");
		expect(changes).to.deep.equal([]);
	});

	it("opens at the fifth failure in a row, and says once how long", () => {
		const circuit = make();
		const late = pass(circuit);
		fail(circuit, 5);
		late.end("failing");
		expect(circuit.state).to.equal("open");
		expect(changes).to.deep.equal([["open", 1000]]);
		expect(circuit.enter()).to.equal(1000);
		now += 400;
		expect(circuit.enter()).to.equal(600);
		expect(circuit.pauseMs()).to.equal(600);
	});

	it("does not count what was broken off from this side", () => {
		const circuit = make();
		attempts(circuit, ["failing", "failing", "nothing", "failing", "nothing"]);
		fail(circuit, 1);
		expect(circuit.state).to.equal("closed");
		fail(circuit, 1);
		expect(circuit.state).to.equal("open");
	});

	it("lets exactly one try after the pause", () => {
		const circuit = opened();
		now += 1000;
		expect(circuit.pauseMs()).to.equal(0);
		expect(pass(circuit).isProbe).to.equal(true);
		expect(circuit.state).to.equal("half-open");
		expect(circuit.enter()).to.equal(1000);
		expect(circuit.pauseMs()).to.equal(1000);
	});

	it("closes when the one succeeds, and says so", () => {
		const circuit = opened();
		now += 1000;
		pass(circuit).end("alive");
		expect(circuit.state).to.equal("closed");
		expect(changes.at(-1)).to.deep.equal(["closed", 0]);
		expect(pass(circuit).isProbe).to.equal(false);
	});

	it("doubles the pause when the one fails, up to 30 s, in silence", () => {
		const circuit = opened();
		const pauses = [2000, 4000, 8000, 16_000, 30_000, 30_000].map(
			(expected) => {
				now += circuit.pauseMs();
				pass(circuit).end("failing");
				return [circuit.pauseMs(), expected] as const;
			},
		);
		for (const [pauseMs, expected] of pauses)
			expect(pauseMs).to.equal(expected);
		expect(changes).to.have.length(1);
	});

	it("begins with the short pause again after it closed", () => {
		const circuit = opened();
		now += 1000;
		pass(circuit).end("failing");
		now += 2000;
		pass(circuit).end("alive");
		fail(circuit, 5);
		expect(circuit.pauseMs()).to.equal(1000);
	});

	it("lets another one try when the first was broken off", () => {
		const circuit = opened();
		now += 1000;
		pass(circuit).end("nothing");
		expect(circuit.state).to.equal("open");
		expect(pass(circuit).isProbe).to.equal(true);
	});

	it("takes no word from attempts that began before it opened", () => {
		const circuit = make();
		const [first, second] = [pass(circuit), pass(circuit)];
		fail(circuit, 5);
		first.end("alive");
		expect(circuit.state).to.equal("open");
		now += 1000;
		pass(circuit).end("alive");
		fail(circuit, 4);
		second.end("failing");
		expect(circuit.state).to.equal("closed");
	});

	it("hears the end of an attempt once", () => {
		const circuit = make();
		const one = pass(circuit);
		for (let times = 0; times < 9; times += 1) one.end("failing");
		expect(circuit.state).to.equal("closed");
	});

	it("varies the pause by a quarter", () => {
		const circuit = make({ random: () => 0 });
		fail(circuit, 5);
		expect(circuit.pauseMs()).to.equal(750);
	});

	function opened(): Circuit {
		const circuit = make();
		fail(circuit, 5);
		return circuit;
	}
});

// --- helpers ---

function pass(circuit: Circuit): Pass {
	const given = circuit.enter();
	if (typeof given === "number") throw new Error(`no pass for ${given} ms`);
	return given;
}

function attempts(circuit: Circuit, signs: readonly Sign[]): void {
	for (const sign of signs) pass(circuit).end(sign);
}

function fail(circuit: Circuit, times: number): void {
	attempts(circuit, Array<Sign>(times).fill("failing"));
}
