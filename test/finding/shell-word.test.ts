import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { quoteShellWord, toShellWord } from "../../src/finding/shell-word.ts";

describe("toShellWord", () => {
	for (const [text, word] of [
		["routes.yaml", "routes.yaml"],
		["/srv/hooks/routes.yaml", "/srv/hooks/routes.yaml"],
		["my routes.yaml", "'my routes.yaml'"],
		["it's", "'it'\\''s'"],
		["$HOME", "'$HOME'"],
		["", "''"],
	] as const) {
		it(`writes ${JSON.stringify(text)} as ${word}`, () => {
			expect(toShellWord(text)).to.equal(word);
		});
	}

	it("is read by a shell as it was", () => {
		for (const text of [
			"a b",
			"it's '' \\ \" `id` $(id) $HOME !x *",
			"-n\n\t~",
			"plain",
		])
			for (const word of [toShellWord(text), quoteShellWord(text)])
				expect(
					execFileSync("sh", ["-c", `printf %s. ${word}`], {
						encoding: "utf8",
					}),
				).to.equal(`${text}.`);
	});
});
