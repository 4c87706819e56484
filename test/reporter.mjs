import { writeFileSync } from "node:fs";
import { format } from "node:util";
import Mocha from "mocha";
import { countStarts } from "./starts.mjs";

/**
 * Writes mocha's own spec output, then the plain line that a machine reads. Where `npm test` asks for it, the
 * summary goes to a file, which is printed after the coverage, and what the tests started to another.
 */
export default class PlainSummary extends Mocha.reporters.Spec {
	#starts = countStarts();

	epilogue() {
		const starts = process.env.SWITCHHOOK_TEST_STARTS;
		if (starts !== undefined)
			writeFileSync(starts, JSON.stringify(this.#starts));
		const file = process.env.SWITCHHOOK_TEST_SUMMARY;
		if (file === undefined) {
			this.#summarize();
			return;
		}
		const lines = [];
		const log = Mocha.reporters.Base.consoleLog;
		Mocha.reporters.Base.consoleLog = (...args) => {
			lines.push(format(...args));
		};
		this.#summarize();
		Mocha.reporters.Base.consoleLog = log;
		writeFileSync(file, `${lines.join("\n")}\n`);
	}

	#summarize() {
		super.epilogue();
		const { passes, failures, pending } = this.stats;
		const skipped = pending > 0 ? `, ${pending} skipped` : "";
		Mocha.reporters.Base.consoleLog(
			`${passes} passed, ${failures} failed${skipped}`,
		);
	}
}
