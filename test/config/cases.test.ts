import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { CASES, listCases, runCase } from "./case.ts";

/**
 * A folder for each thing that a routes.yaml may say: `expected.txt` holds the findings as they are
 * printed (no file: none), `expected.json` the settings of a right one, `notes.txt` the notes where a case is about those.
 */
describe("the config cases", () => {
	for (const name of listCases()) {
		it(`finds what it should in ${name}`, async () => {
			const folder = join(CASES, name);
			const { text, notes, settings } = await runCase(folder);
			const wording = join(folder, "expected.txt");
			const noted = join(folder, "notes.txt");
			const normalised = join(folder, "expected.json");
			expect(text).to.equal(
				existsSync(wording) ? readFileSync(wording, "utf8") : "",
			);
			const hasError = / error: /.test(text);
			expect(settings === undefined).to.equal(hasError);
			if (existsSync(normalised)) {
				expect(settings).to.deep.equal(
					JSON.parse(readFileSync(normalised, "utf8")),
				);
			}
			if (existsSync(noted)) {
				expect(notes).to.equal(readFileSync(noted, "utf8"));
			}
			expect(
				[wording, noted, normalised].some(existsSync),
				"a case expects something",
			).to.equal(true);
		});
	}
});
