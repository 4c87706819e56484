import { expect } from "chai";
import { createAddressReader } from "../../src/gate/address.ts";
import { UNIX_PEER } from "../../src/gate/client-address.ts";
import { createPeers } from "../../src/gate/peers.ts";
import { compileRanges } from "../../src/gate/ranges.ts";

describe("the judge of peers", () => {
	const trusted = compileRanges(["198.51.100.7"]);
	const judge = createPeers(
		{ trusted, admitted: compileRanges(["203.0.113.0/24", "2001:db8::/32"]) },
		createAddressReader(),
	);

	for (const [peer, isWelcome] of [
		["203.0.113.9", true],
		["::ffff:203.0.113.9", true],
		["2001:db8::1", true],
		["198.51.100.7", true],
		["198.51.100.8", false],
		["::203.0.113.9", false],
		["2001:db9::1", false],
		// A neighbour may be a proxy that nobody has named, and the log can say so.
		["127.0.0.1", true],
		["10.1.2.3", true],
		["fd00::1", true],
		[UNIX_PEER, true],
	] as const) {
		it(`${isWelcome ? "welcomes" : "does not welcome"} ${peer}`, () => {
			expect(judge.isWelcome(peer)).to.equal(isWelcome);
		});
	}

	it("welcomes everybody where somebody outside of the networks counts", () => {
		const lenient = createPeers(
			{ trusted, admitted: undefined },
			createAddressReader(),
		);
		expect(lenient.isWelcome("198.51.100.8")).to.equal(true);
	});

	it("knows the trusted proxies", () => {
		const found = ["198.51.100.7", "198.51.100.8", UNIX_PEER].map(
			judge.isProxy,
		);
		expect(found).to.deep.equal([true, false, true]);
	});
});
