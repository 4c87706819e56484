import { expect } from "chai";
import { parseAddress } from "../../src/gate/address.ts";
import { bucketOf, ClientLimits } from "../../src/gate/client-limits.ts";

const RATE = { intervalMs: 100, burst: 3 };

describe("ClientLimits", () => {
	it("lets a burst pass, then one request an interval", () => {
		const limits = new ClientLimits();
		const times = [0, 0, 0, 0, 50, 100, 110, 200, 10_000, 10_000];
		expect(times.map((now) => limits.take("a", RATE, now))).to.deep.equal([
			0, 0, 0, 100, 50, 0, 90, 0, 0, 0,
		]);
	});

	it("counts what it refuses for nobody", () => {
		const limits = new ClientLimits();
		for (let at = 0; at < 100; at++) limits.take("a", RATE, 0);
		expect(limits.take("b", RATE, 0)).to.equal(0);
		expect(limits.take("a", RATE, 100)).to.equal(0);
	});

	it("is bounded, and forgets the quiet before the busy", () => {
		const limits = new ClientLimits(1000);
		for (let at = 0; at < 3; at++) limits.take("busy", RATE, 0);
		for (let at = 0; at < 5000; at++) {
			limits.take(`client ${at}`, RATE, at);
			if (at % 100 === 0) limits.take("busy", RATE, at);
		}
		expect(limits.size).to.be.at.most(1000);
		for (let at = 0; at < 3; at++) limits.take("busy", RATE, 5000);
		expect(limits.take("busy", RATE, 5000)).to.be.above(0);
	});

	it("goes on under a clock that is set back", () => {
		const limits = new ClientLimits();
		for (let at = 0; at < 3; at++) limits.take("a", RATE, 1_000_000);
		expect(limits.take("a", RATE, 0)).to.be.at.most(300);
	});
});

describe("bucketOf", () => {
	const of = (text: string | undefined) =>
		bucketOf("/x", {
			address: text === undefined ? undefined : parseAddress(text),
			found: "",
		});

	it("has one for each IPv4 address, and for each IPv6 network of 64 bits", () => {
		expect(of("192.0.2.1")).to.not.equal(of("192.0.2.2"));
		expect(of("192.0.2.1")).to.equal(of("::ffff:192.0.2.1"));
		expect(of("2001:db8::1")).to.equal(of("2001:db8::ffff:1"));
		expect(of("2001:db8::1")).to.not.equal(of("2001:db8:0:1::1"));
		expect(of(undefined)).to.not.equal(of("192.0.2.1"));
	});
});
