import { expect } from "chai";
import {
	BUILT_IN_NETWORKS,
	isWide,
	parseCidr,
} from "../../src/gate/networks.ts";

describe("parseCidr", () => {
	const read: readonly [string, string, string][] = [
		["203.0.113.0/24", "203.0.113.0/24", "203.0.113.0/24"],
		["203.0.113.7", "203.0.113.7/32", "203.0.113.7/32"],
		["174.37.245.33/29", "174.37.245.33/29", "174.37.245.32/29"],
		["10.255.0.1/9", "10.255.0.1/9", "10.128.0.0/9"],
		["255.255.255.255/0", "255.255.255.255/0", "0.0.0.0/0"],
		["::1", "::1/128", "::1/128"],
		["2001:DB8:0:0::/32", "2001:db8::/32", "2001:db8::/32"],
		["2001:db8::1/32", "2001:db8::1/32", "2001:db8::/32"],
		["::ffff:203.0.113.0/120", "203.0.113.0/24", "203.0.113.0/24"],
		["::ffff:203.0.113.7", "203.0.113.7/32", "203.0.113.7/32"],
		["::ffff:0:0/90", "::ffff:0:0/90", "::ffc0:0:0/90"],
		["::/0", "::/0", "::/0"],
		// Only ::ffff:0:0/96 stands for IPv4.
		["::8.8.8.8", "::808:808/128", "::808:808/128"],
		["::8.8.8.0/120", "::808:800/120", "::808:800/120"],
		["::FFFF:0:1.2.3.4", "::ffff:0:102:304/128", "::ffff:0:102:304/128"],
		["64:ff9b::8.8.8.0/120", "64:ff9b::808:800/120", "64:ff9b::808:800/120"],
	];
	for (const [text, cidr, corrected] of read) {
		it(`reads ${text} as ${cidr} in ${corrected}`, () => {
			const parsed = parseCidr(text);
			expect(parsed).to.include({ cidr, corrected });
			expect(parsed?.hostBitsSet).to.equal(cidr !== corrected);
			expect(parsed?.family).to.equal(cidr.includes(":") ? 6 : 4);
		});
	}

	for (const text of [
		"",
		"office",
		"127.1",
		"010.0.0.1",
		"0x7f.0.0.1",
		"2130706433",
		"10.0.0.0/33",
		"10.0.0.0/08",
		"10.0.0.0/",
		"10.0.0.0/-1",
		"10.0.0.0/255.255.255.0",
		"10.0.0.*",
		"10.0.0.1-10.0.0.9",
		"::/129",
		"fe80::1%eth0",
		"[::1]",
		"::ffff:010.0.0.1",
		"::ffff:0x7f.0.0.1",
		"::0x7f.0.0.1/128",
		" 10.0.0.1",
		"1:2",
	]) {
		it(`refuses ${JSON.stringify(text)}`, () => {
			expect(parseCidr(text)).to.equal(undefined);
		});
	}
});

describe("isWide", () => {
	const wide = (text: string): boolean => {
		const cidr = parseCidr(text);
		if (cidr === undefined) throw new Error(`no CIDR: ${text}`);
		return isWide(cidr);
	};

	it("holds for /0 to /7", () => {
		for (const text of ["0.0.0.0/0", "128.0.0.0/1", "2.0.0.0/7", "::/0"]) {
			expect(wide(text), text).to.equal(true);
		}
	});

	it("holds for all of IPv4 written as IPv6", () => {
		expect(wide("::ffff:0:0/96")).to.equal(true);
	});

	it("does not hold for /8 and longer, nor for the unique local addresses", () => {
		for (const text of ["10.0.0.0/8", "2001:db8::/32", "fc00::/7", "::1"]) {
			expect(wide(text), text).to.equal(false);
		}
	});
});

describe("the built-in networks", () => {
	it("are nexmo, vonage, what is unconfirmed of it, loopback, private and any", () => {
		expect([...BUILT_IN_NETWORKS.keys()]).to.deep.equal([
			"nexmo",
			"vonage",
			"vonage-unconfirmed",
			"loopback",
			"private",
			"any",
		]);
	});

	it("hold canonical CIDRs without host bits, each once", () => {
		for (const { name, ranges } of BUILT_IN_NETWORKS.values()) {
			const cidrs = ranges.map(({ cidr }) => cidr);
			expect(new Set(cidrs).size, name).to.equal(cidrs.length);
			for (const cidr of cidrs) {
				const parsed = parseCidr(cidr);
				expect(parsed?.hostBitsSet, cidr).to.equal(false);
				expect(parsed?.cidr).to.equal(cidr);
			}
		}
	});

	it("say for each range of the platform since when and from where", () => {
		for (const name of ["nexmo", "vonage", "vonage-unconfirmed"]) {
			for (const range of BUILT_IN_NETWORKS.get(name)?.ranges ?? []) {
				expect(range.since, range.cidr).to.match(/^20\d\d(-\d\d){0,2}$/);
				expect(range.source, range.cidr).to.not.equal("");
			}
		}
	});

	it("mark three of the four of nexmo as withdrawn, and none of vonage", () => {
		const withdrawn = (name: string) =>
			BUILT_IN_NETWORKS.get(name)?.ranges.filter(({ until }) => until);
		expect(withdrawn("nexmo")).to.have.length(3);
		expect(withdrawn("vonage")).to.have.length(0);
	});

	it("mark the one range that no official text confirms", () => {
		const unconfirmed = [...BUILT_IN_NETWORKS].flatMap(([name, { ranges }]) =>
			ranges
				.filter(({ confirmed }) => !confirmed)
				.map(({ cidr }) => `${name} ${cidr}`),
		);
		expect(unconfirmed).to.deep.equal(["vonage-unconfirmed 168.100.64.0/18"]);
	});
});
