import { expect } from "chai";
import fc from "fast-check";
import { diffLines } from "../../src/frame/diff.ts";

/** Writes a comparison as `diff -u` would, without line numbers. */
function write(before: string, after: string, context?: number): string {
	const signs = { same: " ", removed: "-", added: "+", gap: "…" };
	return diffLines(before, after, context)
		.map(({ sort, text }) => `${signs[sort]}${text}`)
		.join("\n");
}

describe("diffLines", () => {
	it("finds nothing in equal texts, whatever their line breaks", () => {
		expect(diffLines("a\nb\n", "a\r\nb")).to.deep.equal([]);
		expect(diffLines("", "")).to.deep.equal([]);
	});

	it("shows the lines around a difference, and leaves out the others", () => {
		const lines = Array.from({ length: 20 }, (_, at) => `line ${at}`);
		const other = lines.with(5, "changed").with(15, "other");
		expect(write(lines.join("\n"), other.join("\n"), 1)).to.equal(
			[
				" line 4\n-line 5\n+changed\n line 6\n…",
				" line 14\n-line 15\n+other\n line 16",
			].join("\n"),
		);
	});

	it("numbers the lines in both texts", () => {
		expect(diffLines("a\nb\nc", "a\nx\ny\nc", 0)).to.deep.equal([
			{ sort: "removed", text: "b", before: 2 },
			{ sort: "added", text: "x", after: 2 },
			{ sort: "added", text: "y", after: 3 },
		]);
	});

	it("shows a new and an empty text as a whole", () => {
		expect(write("", "a\nb")).to.equal("+a\n+b");
		expect(write("a\nb", "")).to.equal("-a\n-b");
	});

	it("rebuilds both texts from what it shows, with the fewest changes for a single one", () => {
		const line = fc.constantFrom("a", "b", "c", "d");
		fc.assert(
			fc.property(fc.array(line), fc.array(line), (a, b) => {
				const lines = diffLines(a.join("\n"), b.join("\n"), 100);
				if (lines.length === 0) {
					expect(a.join("\n")).to.equal(b.join("\n"));
					return;
				}
				const side = (left: "removed" | "added") =>
					lines.filter(({ sort }) => sort !== left).map(({ text }) => text);
				expect(side("added")).to.deep.equal(a);
				expect(side("removed")).to.deep.equal(b);
			}),
		);
		const many = Array.from({ length: 500 }, (_, at) => String(at % 7));
		const changed = diffLines(
			many.join("\n"),
			many.toSpliced(250, 1).join("\n"),
			0,
		);
		expect(changed).to.have.length(1);
	});

	it("gives up the search for the fewest changes between long texts without a common line", () => {
		const text = (name: string) =>
			Array.from({ length: 4000 }, (_, at) => `${name} ${at}`).join("\n");
		expect(diffLines(text("a"), text("b"))).to.have.length(8000);
	});
});
