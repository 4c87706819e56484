import { expect } from "chai";
import { parseSource } from "../../src/finding/source.ts";

describe("parseSource", () => {
	it("knows where keys and values stand, also in JSON", () => {
		const { source } = parseSource('{"a": {"b": [1, {"c": 2}]}}', "x.json");
		expect(source?.locate(["a", "b", 1, "c"])).to.deep.equal({
			file: "x.json",
			line: 1,
			column: 23,
		});
		expect(source?.locate(["a", "b", 1, "c"], "key").column).to.equal(18);
		expect(source?.locate(["a", "none", "deep"]).column).to.equal(7);
	});

	it("has no source for a key written twice, unless duplicates are kept", () => {
		const text = "a: 1\na: 2\n";
		expect(parseSource(text, "x").source).to.equal(undefined);
		const kept = parseSource(text, "x", { keepDuplicates: true });
		expect(kept.findings).to.have.length(1);
		expect(kept.source).to.not.equal(undefined);
	});

	it("has no source for broken YAML, even if duplicates are kept", () => {
		const { source, findings } = parseSource("a: 1\na: [\n", "x", {
			keepDuplicates: true,
		});
		expect(source).to.equal(undefined);
		expect(findings).to.have.length(1);
	});

	it("lets an anchor be used a thousand times", () => {
		const text = `a: &a [x]\nb:\n${"  - *a\n".repeat(1000)}`;
		expect(parseSource(text, "x").findings).to.deep.equal([]);
	});

	it("refuses an anchor within itself, and anchors that multiply", () => {
		const bomb = ["a0: &a0 [x, x]"];
		for (let level = 1; level < 30; level++) {
			bomb.push(`a${level}: &a${level} [*a${level - 1}, *a${level - 1}]`);
		}
		for (const text of ["a: &a [*a]\n", `${bomb.join("\n")}\n`]) {
			const { source, findings } = parseSource(text, "x");
			expect(source).to.equal(undefined);
			expect(findings).to.have.length(1);
		}
	});
});
