import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readCoverage } from "../scripts/coverage.mjs";
import { SHORT_LIVED } from "./program.ts";

const TOY = `export function tell(isLong) {
  if (isLong) {
    return "long";
  }
  return "short";
}
export function never() {
  return "never";
}
`;

/** Takes a stack by the debugger, as the watchdog does. */
const DEBUGGER = `import { Session } from "node:inspector";
const session = new Session();
session.connect();
session.post("Debugger.enable");
session.disconnect();
`;

describe("the coverage of a run", () => {
	let folder: string;
	let covered: string;
	let build: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "switchhook-coverage-"));
		covered = join(folder, "covered");
		build = join(folder, "build");
		mkdirSync(build);
		writeFileSync(join(build, "toy.js"), TOY);
		writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	/** Runs a program in a process of its own. */
	const run = (program: string) => {
		const file = join(folder, "main.js");
		writeFileSync(file, `import { tell } from "./build/toy.js";\n${program}`);
		execFileSync(process.execPath, [...SHORT_LIVED, file], {
			env: { ...process.env, NODE_V8_COVERAGE: covered },
		});
	};
	const read = () => readCoverage(covered, build);

	it("lays what several processes ran one upon the other", () => {
		run("tell(true);");
		const { percent, gaps } = read();
		expect(percent.functions).to.equal(50);
		run("tell(false);");
		const both = read();
		expect(both.percent.lines).to.be.above(percent.lines);
		expect(both.percent.branches).to.equal(100);
		// The body of `never`: its head is run with the file.
		expect(both.gaps).to.deep.equal([{ name: "toy.js", lines: 2 }]);
		expect(gaps[0]?.lines).to.equal(3);
	});

	it("counts the same whatever a process adds that ran less", () => {
		for (const isLong of [true, false]) run(`tell(${isLong});`);
		const { percent } = read();
		run("");
		for (const isLong of [true, false]) run(`tell(${isLong});`);
		expect(read().percent).to.deep.equal(percent);
	});

	it("takes no word for lines from a process that a debugger paused", () => {
		run(`tell(true);\n${DEBUGGER}`);
		expect(read().percent.functions).to.equal(50);
		expect(read().percent.lines).to.be.below(50);
		run("tell(true);");
		const { percent } = read();
		run(`tell(false);\n${DEBUGGER}`);
		expect(read().percent).to.deep.equal(percent);
	});

	it("counts a file that no process loads", () => {
		run("tell(true);");
		const { percent } = read();
		writeFileSync(join(build, "other.js"), "export const other = 1;\n");
		expect(read().percent.lines).to.be.below(percent.lines);
	});
});
