import { expect } from "chai";
import { splitLines } from "../../src/cli/workers/lines.ts";

describe("splitLines", () => {
	const collect = (...chunks: readonly string[]): readonly string[] => {
		const got: string[] = [];
		const lines = splitLines((text) => got.push(text.toString()));
		for (const chunk of chunks) lines.write(Buffer.from(chunk));
		lines.end();
		return got;
	};

	it("passes on complete lines only, those of a chunk together", () => {
		expect(collect("a\nb\nc", "d", "\ne\n")).to.deep.equal([
			"a\nb\n",
			"cd\ne\n",
		]);
	});

	it("drops a JSON line that a killed process did not finish, and keeps other text", () => {
		expect(collect('{"a":1}\n{"b"')).to.deep.equal(['{"a":1}\n']);
		expect(collect("last words")).to.deep.equal(["last words\n"]);
		expect(collect()).to.deep.equal([]);
	});
});
