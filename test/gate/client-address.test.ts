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
		["::ffff:192.0.2.1%eth0", "192.0.2.1"],
		["0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"],
		["0000:0000:0000:0000:0000:FFFF:C000:0201", "192.0.2.1"],
		// Only ::ffff:0:0/96 stands for IPv4 (RFC 4291 section 2.5.5.2).
		["::8.8.8.8", "::808:808"],
		["0:0::8.8.8.8", "::808:808"],
		["0:0:0:0:0:0:8.8.8.8", "::808:808"],
		["[::8.8.8.8]:443", "::808:808"],
		["::8.8.8.8%eth0", "::808:808"],
		["::0.0.0.1", "::1"],
		["::ffff:0:1.2.3.4", "::ffff:0:102:304"],
		["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
		["64:FF9B::C000:0201", "64:ff9b::c000:201"],
		["2002:c000:0201::", "2002:c000:201::"],
		["::fffe:192.0.2.1", "::fffe:c000:201"],
		["1::ffff:192.0.2.1", "1::ffff:c000:201"],
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
		"::ffff:010.0.0.1",
		"::ffff:0x7f.0.0.1",
		"::0x7f.0.0.1",
		"::ffff:127.1",
		"::ffff:192.0.2.256",
		"0x7f::1",
		"::00001",
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
		[
			"knows no client behind a trusted peer that names nobody",
			"10.0.0.1",
			{},
			undefined,
		],
		[
			"knows no client behind a trusted peer with Via alone",
			"10.0.0.1",
			{ via: "1.1 proxy" },
			undefined,
		],
		[
			"knows no client behind a trusted unix peer that names nobody",
			UNIX_PEER,
			{},
			undefined,
		],
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
			{ [list]: "198.51.100.1, garbage, 10.0.0.2" },
			undefined,
		],
		[
			"ignores a blank element at the end",
			"10.0.0.1",
			{ [list]: "198.51.100.1," },
			"198.51.100.1",
		],
		[
			"ignores blank elements in the middle",
			"10.0.0.1",
			{ [list]: "198.51.100.1, ,\t,10.0.0.2" },
			"198.51.100.1",
		],
		[
			"ignores blank elements before",
			"10.0.0.1",
			{ [list]: " , ,198.51.100.1" },
			"198.51.100.1",
		],
		[
			"ignores blank lines of several",
			"10.0.0.1",
			{ [list]: ["", "1.2.3.4, 198.51.100.1", "", " , "] },
			"198.51.100.1",
		],
		[
			"counts hops without the blank ones",
			"10.0.0.1",
			{ [list]: "10.0.0.3,," },
			"10.0.0.3",
		],
		[
			"knows no client in a header of blank elements",
			"10.0.0.1",
			{ [list]: " , ,\t" },
			undefined,
		],
		[
			"does not take another blank for a blank",
			"10.0.0.1",
			{ [list]: "198.51.100.1,\u00a0" },
			undefined,
		],
		[
			"ignores blank elements in Forwarded",
			"10.0.0.1",
			{ forwarded: ", for=1.2.3.4 ,,for=198.51.100.1, ," },
			"198.51.100.1",
		],
		[
			"ignores blank lines of Forwarded",
			"10.0.0.1",
			{ forwarded: ["", "for=198.51.100.1", ""] },
			"198.51.100.1",
		],
		[
			"knows no client in a Forwarded of blank elements",
			"10.0.0.1",
			{ forwarded: " ,\t," },
			undefined,
		],
		[
			"does not take an element without `for` for a blank one",
			"10.0.0.1",
			{ forwarded: "for=198.51.100.1, by=10.0.0.2" },
			undefined,
		],
		[
			"does not take an element of semicolons for a blank one",
			"10.0.0.1",
			{ forwarded: "for=198.51.100.1, ;" },
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

	const strangers: [peer: string, headers: Record<string, string>][] = [
		["172.16.0.1", { [list]: "198.51.100.1" }],
		["192.168.1.1", { forwarded: "for=198.51.100.1" }],
		["172.16.0.1", { via: "1.1 proxy" }],
		["172.16.0.1", { [list]: "" }],
		["fd00::1", { [list]: "198.51.100.1" }],
		["::1", { via: "1.1 proxy" }],
		["::ffff:192.168.1.1", { via: "1.1 proxy" }],
	];
	for (const [peer, headers] of strangers) {
		it(`knows no client behind ${peer}, which forwards and is not trusted: ${Object.keys(headers)}`, () => {
			const { address, found, stranger } = find(peer, headers);
			expect(address).to.equal(undefined);
			expect(found).to.contain("is not in `server.trustedProxies`");
			expect(stranger?.text).to.equal(peer.replace("::ffff:", ""));
		});
	}

	it("knows no client behind a forwarding neighbour where nobody is trusted", () => {
		const trustless = createClientFinder(
			compileRanges([]),
			createAddressReader(),
		);
		const heard = ["127.0.0.1", UNIX_PEER, "10.1.2.3"].map(
			(peer) => trustless(peer, { [list]: "198.51.100.1" }).address,
		);
		expect(heard).to.deep.equal([undefined, undefined, undefined]);
		expect(trustless("127.0.0.1", {}).address?.text).to.equal("127.0.0.1");
	});

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
		"::8.8.8.0/120",
		"64:ff9b::9.9.9.9",
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
		["8.8.8.8", false],
		["::ffff:8.8.8.8", false],
		["::8.8.8.8", true],
		["::808:808", true],
		["9.9.9.9", false],
		["64:ff9b::909:909", true],
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
