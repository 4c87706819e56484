import { expect } from "chai";
import { createAddressReader, parseAddress } from "../../src/gate/address.ts";
import {
	createClientFinder,
	UNIX_PEER,
} from "../../src/gate/client-address.ts";
import { compileRanges } from "../../src/gate/ranges.ts";

describe("parseAddress", () => {
	const readable: [text: string, address: string][] = [
		["192.0.2.1", "192.0.2.1"],
		["192.0.2.1:8080", "192.0.2.1"],
		[" 192.0.2.1 ", "192.0.2.1"],
		["::ffff:192.0.2.1", "192.0.2.1"],
		["::FFFF:C000:0201", "192.0.2.1"],
		["[::ffff:192.0.2.1]:443", "192.0.2.1"],
		["2001:DB8:0::1", "2001:db8::1"],
		["[2001:db8::1]", "2001:db8::1"],
		["[2001:db8::1]:443", "2001:db8::1"],
		["fe80::1%eth0", "fe80::1"],
		["[fe80::1%eth0]:80", "fe80::1"],
	];
	for (const [text, address] of readable) {
		it(`reads ${JSON.stringify(text)} as ${address}`, () => {
			expect(parseAddress(text)?.text).to.equal(address);
		});
	}

	const unreadable = [
		"",
		"unknown",
		"_hidden",
		"127.1",
		"0177.0.0.1",
		"0x7f.0.0.1",
		"2130706433",
		"192.0.2.256",
		"192.0.2.1:",
		"192.0.2.1:http",
		"[2001:db8::1",
		"[2001:db8::1]x",
		"2001:db8::1::2",
		"192.0.2.1, 192.0.2.2",
		"localhost",
	];
	for (const text of unreadable) {
		it(`refuses ${JSON.stringify(text)}`, () => {
			expect(parseAddress(text)).to.equal(undefined);
		});
	}
});

describe("the client finder", () => {
	const find = createClientFinder(
		compileRanges(["10.0.0.0/8", "127.0.0.0/8", "2001:db8:ffff::/48"]),
		createAddressReader(),
	);
	const list = "x-forwarded-for";
	const table: [
		what: string,
		peer: string | undefined,
		headers: Record<string, string | string[]>,
		client: string | undefined,
	][] = [
		["takes the peer without headers", "192.0.2.1", {}, "192.0.2.1"],
		[
			"ignores the header of an untrusted peer",
			"192.0.2.1",
			{ [list]: "198.51.100.1" },
			"192.0.2.1",
		],
		["takes a trusted peer that forwards nothing", "10.0.0.1", {}, "10.0.0.1"],
		[
			"takes the hop that a trusted peer names",
			"10.0.0.1",
			{ [list]: "198.51.100.1" },
			"198.51.100.1",
		],
		[
			"reads from the right, past what the client wrote",
			"10.0.0.1",
			{ [list]: "1.2.3.4, 198.51.100.1, 10.0.0.2" },
			"198.51.100.1",
		],
		[
			"reads a list over several header lines",
			"10.0.0.1",
			{ [list]: ["1.2.3.4", "198.51.100.1, 10.0.0.2"] },
			"198.51.100.1",
		],
		[
			"takes the leftmost when every hop is trusted",
			"10.0.0.1",
			{ [list]: "10.0.0.3, 10.0.0.2" },
			"10.0.0.3",
		],
		[
			"unifies a mapped peer",
			"::ffff:10.0.0.1",
			{ [list]: "::ffff:198.51.100.1" },
			"198.51.100.1",
		],
		[
			"knows no client behind a malformed hop",
			"10.0.0.1",
			{ [list]: "198.51.100.1, garbage" },
			undefined,
		],
		[
			"does not read beyond a malformed hop",
			"10.0.0.1",
			{ [list]: "198.51.100.1, , 10.0.0.2" },
			undefined,
		],
		[
			"does not trip over what stands left of the client",
			"10.0.0.1",
			{ [list]: "garbage, 198.51.100.1" },
			"198.51.100.1",
		],
		[
			"knows no client in an empty header",
			"10.0.0.1",
			{ [list]: "" },
			undefined,
		],
		[
			"reads Forwarded",
			"10.0.0.1",
			{ forwarded: "for=1.2.3.4, for=198.51.100.1;proto=https;by=10.0.0.2" },
			"198.51.100.1",
		],
		[
			"reads a quoted IPv6 address with a port in Forwarded",
			"10.0.0.1",
			{ forwarded: 'For="[2001:db8::17]:4711"' },
			"2001:db8::17",
		],
		[
			"is not misled by a comma in a quoted string",
			"10.0.0.1",
			{ forwarded: 'for=198.51.100.1;host="a, for=10.0.0.9"' },
			"198.51.100.1",
		],
		[
			"knows no client behind an obfuscated node",
			"10.0.0.1",
			{ forwarded: "for=_hidden" },
			undefined,
		],
		[
			"accepts both headers when they agree",
			"10.0.0.1",
			{ [list]: "198.51.100.1", forwarded: "for=198.51.100.1" },
			"198.51.100.1",
		],
		[
			"knows no client when the headers disagree",
			"10.0.0.1",
			{ [list]: "198.51.100.1", forwarded: "for=198.51.100.2" },
			undefined,
		],
		[
			"counts a peer on a unix socket as 127.0.0.1",
			UNIX_PEER,
			{ [list]: "198.51.100.1" },
			"198.51.100.1",
		],
		["knows no client where the peer cannot be told", undefined, {}, undefined],
		[
			"reads no header of a peer that cannot be told",
			undefined,
			{ [list]: "198.51.100.1" },
			undefined,
		],
		[
			"trusts an IPv6 proxy",
			"2001:db8:ffff::1",
			{ [list]: "2001:db8::5" },
			"2001:db8::5",
		],
	];
	for (const [what, peer, headers, client] of table) {
		it(what, () => {
			expect(find(peer, headers).address?.text).to.equal(client);
		});
	}

	it("says where the client was found", () => {
		const { found } = find("10.0.0.1", { [list]: "198.51.100.1, 10.0.0.2" });
		expect(found).to.equal("X-Forwarded-For, hop 2 from the right");
	});
});

describe("compiled ranges", () => {
	const ranges = compileRanges([
		"192.0.2.0/24",
		"192.0.3.0/24",
		"203.0.113.7",
		"::ffff:198.51.100.0/120",
		"2001:db8::/32",
	]);
	const table: [text: string, isIn: boolean][] = [
		["192.0.1.255", false],
		["192.0.2.0", true],
		["192.0.3.255", true],
		["192.0.4.0", false],
		["203.0.113.7", true],
		["203.0.113.8", false],
		["198.51.100.255", true],
		["::ffff:192.0.2.9", true],
		["2001:db8:ffff::", true],
		["2001:db9::", false],
	];
	for (const [text, isIn] of table) {
		it(`${isIn ? "hold" : "do not hold"} ${text}`, () => {
			const address = parseAddress(text);
			expect(address && ranges.has(address)).to.equal(isIn);
		});
	}

	it("hold everything with /0, and only of its own family", () => {
		const all = compileRanges(["0.0.0.0/0"]);
		const held = ["0.0.0.0", "255.255.255.255", "2001:db8::1"].map((text) => {
			const address = parseAddress(text);
			return address !== undefined && all.has(address);
		});
		expect(held).to.deep.equal([true, true, false]);
	});
});
