import { expect } from "chai";
import {
	blankHidden,
	escapeHiddenInJson,
	showHidden,
	showHiddenInLines,
} from "../../src/observe/plain-text.ts";
import { createPrettifier } from "../../src/observe/pretty.ts";

/** One of each sort that a terminal obeys, or does not show. */
const HOSTILE = [
	...["\u0000", "\u0007", "\b", "\n", "\r", "\u001b[2J", "\u007f"],
	...["\u0085", "\u009b2J", "\u009d0;x\u009c", "\u00ad", "\u061c"],
	...["\u200b", "\u200e", "\u200f", "\u2028", "\u2029", "\u202e", "\u2066"],
	...["\ufeff", "\ufff9", "\u{e0041}", "\u{1d173}", "\ud800", "\u3164"],
];
const SEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u3164]/u;

describe("text on a terminal", () => {
	for (const found of HOSTILE) {
		const name = JSON.stringify(escapeHiddenInJson(found));
		it(`never has ${name}`, () => {
			const text = `a${found}b`;
			expect(showHidden(text)).to.not.match(SEEN);
			expect(showHidden(text)).to.match(/^a\\[xu]/);
			expect(blankHidden(text))
				.to.match(/^a .*b$/)
				.and.not.match(SEEN);
			expect(showHiddenInLines(text).replaceAll("\n", "")).to.not.match(SEEN);
			const json = escapeHiddenInJson(JSON.stringify({ [text]: text }));
			expect(json).to.not.match(SEEN);
			expect(JSON.parse(json)).to.deep.equal({ [text]: text });
		});
	}

	it("keeps what people write", () => {
		const text = "Grüße, 你好, مرحبا, ☎️ – «ok»";
		expect(showHidden(text)).to.equal(text);
	});

	it("has none of a log's keys or values, beside our own colours", () => {
		const all = HOSTILE.join("");
		const line = JSON.stringify({
			severity: "error",
			time: 0,
			msg: all,
			[all]: { [all]: [all] },
			err: { type: all, message: all, stack: `Error: ${all}\n    at x` },
		});
		const plain = createPrettifier({ colors: false })(line);
		expect(plain.replaceAll("\n", "")).to.not.match(SEEN);
		const coloured = createPrettifier({ colors: true })(line);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours
		const bare = coloured.replaceAll(/\u001b\[\d+m/g, "");
		expect(coloured).to.not.equal(bare);
		expect(bare).to.equal(plain);
	});
});
