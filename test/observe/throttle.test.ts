import { expect } from "chai";
import { createThrottle, type Throttle } from "../../src/observe/throttle.ts";

describe("the throttle of log lines", () => {
	let time = 0;
	let due: (() => void)[] = [];
	let written: string[] = [];
	let throttle: Throttle;
	beforeEach(() => {
		time = 0;
		due = [];
		written = [];
		throttle = createThrottle({
			capacity: 2,
			now: () => time,
			defer: (callback) => void due.push(callback),
		});
	});
	const pass = (key: string, text: string): void =>
		throttle.pass(key, (notShown) => written.push(`${text}+${notShown}`));
	const goTo = (ms: number): void => {
		time = ms;
		for (const callback of due.splice(0)) callback();
	};

	it("writes the first at once, and the last at the end of the second, with a count", () => {
		for (let index = 1; index <= 5; index++) pass("a", String(index));
		expect(written).to.deep.equal(["1+0"]);
		goTo(1000);
		expect(written).to.deep.equal(["1+0", "5+3"]);
	});

	it("lets as many pass in a second as it is told, and holds back the others", () => {
		throttle = createThrottle({
			burst: 3,
			now: () => time,
			defer: (callback) => void due.push(callback),
		});
		for (let index = 1; index <= 5; index++) pass("a", String(index));
		expect(written).to.deep.equal(["1+0", "2+0", "3+0"]);
		goTo(1000);
		expect(written.slice(3)).to.deep.equal(["5+1"]);
		for (let index = 6; index <= 9; index++) pass("a", String(index));
		expect(written.slice(4)).to.deep.equal(["6+0", "7+0"]);
		goTo(2000);
		expect(written.slice(6)).to.deep.equal(["9+1"]);
	});

	it("writes no more than one a second", () => {
		for (let ms = 0; ms < 10_000; ms += 10) {
			time = ms;
			pass("a", "x");
			if (ms % 1000 === 0) goTo(ms);
		}
		expect(written.length).to.be.at.most(10);
		const counted = written.reduce(
			(sum, line) => sum + 1 + Number(line.split("+")[1]),
			0,
		);
		throttle.flush();
		const held = Number(written.at(-1)?.split("+")[1]) + 1;
		expect(counted + held).to.equal(1000);
	});

	it("tells keys apart, up to its capacity", () => {
		for (const key of ["a", "b", "c", "d"]) pass(key, key);
		expect(written).to.deep.equal(["a+0", "b+0", "c+0"]);
		goTo(1000);
		expect(written).to.deep.equal(["a+0", "b+0", "c+0", "d+0"]);
	});

	it("remembers nothing, and has no timer, when it is quiet", () => {
		pass("a", "1");
		pass("a", "2");
		goTo(1000);
		goTo(2000);
		expect(due).to.have.length(0);
		pass("a", "3");
		expect(written).to.deep.equal(["1+0", "2+0", "3+0"]);
	});
});
