import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { unpackBody } from "../../src/http/unpack-body.ts";

const LIMIT = 1000;

function unpack(charset: string, bytes: readonly number[] | Buffer) {
	const headers = { "content-type": `application/json; charset=${charset}` };
	return unpackBody(headers, Uint8Array.from(bytes), LIMIT);
}

describe("unpackBody", () => {
	it("has nothing to do for plain UTF-8", () => {
		expect(unpack("utf-8", [0x7b, 0x7d])).to.equal(undefined);
		expect(unpack("us-ascii", [0x7b, 0x7d])).to.equal(undefined);
	});

	const texts: readonly [charset: string, bytes: number[], text: string][] = [
		["iso-8859-1", [0x22, 0xe9, 0x22], '"é"'],
		["windows-1252", [0x80, 0x92, 0xe9], "€’é"],
		["iso-8859-15", [0xa4], "€"],
		["koi8-r", [0xc1], "а"],
		["shift_jis", [0x82, 0xa0], "あ"],
		["gb18030", [0x81, 0x39, 0xee, 0x39], "㐀"],
		["utf-16le", [0x41, 0, 0x42, 0], "AB"],
		["utf-16be", [0, 0x41, 0, 0x42], "AB"],
		["utf-16", [0x41, 0, 0x42, 0], "AB"],
		["utf-16", [0, 0x41, 0, 0x42], "AB"],
		["utf-16", [0xff, 0xfe, 0x41, 0], "A"],
		["utf-16", [0xfe, 0xff, 0, 0x41], "A"],
	];
	for (const [charset, bytes, text] of texts) {
		it(`reads ${text} in ${charset}`, async () => {
			expect(await unpack(charset, bytes)).to.equal(text);
		});
	}

	it("marks a character that is cut off, and keeps the rest", async () => {
		expect(await unpack("shift_jis", [0x41, 0x82])).to.equal("A\uFFFD");
	});

	it("undoes the content coding before the charset", async () => {
		const headers = {
			"content-type": "application/json; charset=windows-1252",
			"content-encoding": "gzip",
		};
		const packed = gzipSync(Uint8Array.of(0x80));
		expect(await unpackBody(headers, packed, LIMIT)).to.equal("€");
	});
});
