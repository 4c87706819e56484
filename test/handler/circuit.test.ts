import { expect } from "chai";
import {
	type Circuit,
	type CircuitChange,
	type CircuitOptions,
	createCircuit,
	type Pass,
	type Sign,
} from "../../src/handler/circuit.ts";

describe("the circuit", () => {
	let now: number;
	const changes: CircuitChange[] = [];
	const make = (options: CircuitOptions = {}): Circuit =>
		createCircuit({
			now: () => now,
			random: () => 0.999_999,
			onChange: (change) => changes.push(change),
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
		expect(circuit.caution()).to.equal(undefined);
		expect(changes).to.deep.equal([]);
	});

	it("opens at the fifth failure in a row, and says once why and how long", () => {
		const circuit = make();
		const late = pass(circuit, "late");
		fail(circuit, 4);
		pass(circuit, "the-fifth").end("failing", "answered 503");
		late.end("failing", "answered 502");
		expect(circuit.state).to.equal("open");
		expect(changes).to.deep.equal([
			{ state: "open", id: "the-fifth", reason: "answered 503", ms: 1000 },
		]);
		expect(circuit.enter("next")).to.equal(1000);
		now += 400;
		expect(circuit.enter("next")).to.equal(600);
		expect(restOf(circuit)).to.equal(600);
	});

	it("does not count what was broken off from this side", () => {
		const circuit = make();
		attempts(circuit, ["failing", "failing", "nothing", "failing", "nothing"]);
		fail(circuit, 1);
		expect(circuit.state).to.equal("closed");
		fail(circuit, 1);
		expect(circuit.state).to.equal("open");
	});

	it("counts an event no more that failed before another was answered", () => {
		const circuit = make();
		const bad = ["a", "b", "c", "d"];
		for (const id of bad) pass(circuit, id).end("failing");
		pass(circuit, "good").end("alive");
		for (let times = 0; times < 9; times += 1)
			for (const id of bad) pass(circuit, id).end("failing");
		expect(circuit.state).to.equal("closed");
		fail(circuit, 4);
		pass(circuit, "a").end("failing");
		expect(circuit.state).to.equal("closed");
		fail(circuit, 1);
		expect(circuit.state).to.equal("open");
	});

	it("counts it again once it was answered itself", () => {
		const circuit = make();
		pass(circuit, "a").end("failing");
		pass(circuit, "b").end("alive");
		pass(circuit, "a").end("alive");
		fail(circuit, 4);
		pass(circuit, "a").end("failing");
		expect(circuit.state).to.equal("open");
	});

	it("counts each failure of few events while nobody is answered", () => {
		const circuit = make();
		for (const id of ["a", "b", "a", "b", "a"])
			pass(circuit, id).end("failing");
		expect(circuit.state).to.equal("open");
	});

	it("names those that failed, the longest ago first, for others to be tried before", () => {
		const circuit = make();
		for (const id of "abcde") pass(circuit, id).end("failing");
		expect(circuit.caution()?.avoid).to.deep.equal([..."abcde"]);
		now += 1000;
		pass(circuit, "b").end("failing");
		now += 2000;
		pass(circuit, "f").end("failing");
		expect(circuit.caution()?.avoid).to.deep.equal([..."acdebf"]);
	});

	it("remembers a thousand of them", () => {
		const circuit = make({ threshold: 1200 });
		for (let count = 0; count < 1200; count += 1)
			pass(circuit, String(count)).end("failing");
		const avoid = circuit.caution()?.avoid;
		expect(avoid).to.have.length(1000);
		expect(avoid?.[0]).to.equal("200");
	});

	it("lets one try after the pause", () => {
		const circuit = opened();
		now += 1000;
		expect(restOf(circuit)).to.equal(0);
		expect(pass(circuit).isProbe).to.equal(true);
		expect(circuit.state).to.equal("half-open");
		expect(circuit.enter("next")).to.equal(2000);
		expect(restOf(circuit)).to.equal(2000);
	});

	it("lets another one try after the next pause, while the first has no answer yet", () => {
		const circuit = opened();
		now += 1000;
		const hanging = pass(circuit, "hanging");
		now += 2000;
		const good = pass(circuit, "good");
		good.end("alive");
		expect(circuit.state).to.equal("closed");
		hanging.end("failing");
		expect(circuit.state).to.equal("closed");
	});

	it("closes when one succeeds, and says which and how long it was open", () => {
		const circuit = opened();
		now += 1000;
		pass(circuit, "good").end("alive");
		expect(circuit.state).to.equal("closed");
		expect(changes.at(-1)).to.deep.equal({
			state: "closed",
			id: "good",
			reason: "",
			ms: 1000,
		});
		expect(pass(circuit).isProbe).to.equal(false);
	});

	it("doubles the pause with each try, up to 5 s, in silence", () => {
		const circuit = opened();
		const pauses = [2000, 4000, 5000, 5000].map((expected) => {
			now += restOf(circuit);
			pass(circuit).end("failing");
			return [restOf(circuit), expected] as const;
		});
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
		expect(restOf(circuit)).to.equal(1000);
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
		expect(restOf(circuit)).to.equal(750);
	});

	function opened(): Circuit {
		const circuit = make();
		fail(circuit, 5);
		return circuit;
	}
});

// --- helpers ---

let made = 0;

/** A pass; for an event of its own, unless one is named. */
function pass(circuit: Circuit, id = `event-${made++}`): Pass {
	const given = circuit.enter(id);
	if (typeof given === "number") throw new Error(`no pass for ${given} ms`);
	return given;
}

function restOf(circuit: Circuit): number {
	return circuit.caution()?.restMs ?? Number.NaN;
}

function attempts(circuit: Circuit, signs: readonly Sign[]): void {
	for (const sign of signs) pass(circuit).end(sign);
}

function fail(circuit: Circuit, times: number): void {
	attempts(circuit, Array<Sign>(times).fill("failing"));
}
