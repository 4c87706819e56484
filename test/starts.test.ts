import { execFile } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { expect } from "chai";
import { PROGRAM } from "./program.ts";
import { countStarts } from "./starts.mjs";

describe("countStarts", () => {
	it("counts processes by what they are, and threads", async () => {
		const counts = countStarts();
		const [program = "", ...words] = PROGRAM;
		await promisify(execFile)(program, [...words, "--version"]);
		await promisify(execFile)("true");
		await once(new Worker("", { eval: true }), "exit");
		expect(counts).to.deep.equal({
			programs: 1,
			threads: 1,
			packages: 0,
			"servers of PostgreSQL": 0,
			browsers: 0,
			"other processes": 1,
		});
	});
});
