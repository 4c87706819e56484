import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { PROGRAM_NODE, SHORT_LIVED, UNCOUNTED, urlOf } from "../program.ts";

const run = promisify(execFile);

/** Calls a function so often that V8 optimizes it, as far as it is allowed to, and prints in which rounds it was optimized. */
const SCRIPT = `
import { setImmediate as nextTurn } from "node:timers/promises";
import { withoutOptimizer } from "${urlOf("runtime/without-optimizer")}";

const add = (sum, count) => sum + (count % 7);
const isOptimized = () => (%GetOptimizationStatus(add) & ${1 << 6}) !== 0;
function call() {
	let sum = 0;
	for (let count = 0; count < 1_000_000; count++) sum = add(sum, count);
}
// Its optimized code would contain the function, and call it no more.
%NeverOptimizeFunction(call);
async function isOptimizedWithin(rounds) {
	for (let round = 0; round < rounds && !isOptimized(); round++) {
		call();
		// The optimizer has a thread of its own, and its code is taken over between two calls.
		await nextTurn();
	}
	return isOptimized();
}
const within = await withoutOptimizer(() => isOptimizedWithin(20));
const failure = await withoutOptimizer(() => Promise.reject(new Error("no"))).catch(({ message }) => message);
console.log(JSON.stringify({ within, failure, behind: await isOptimizedWithin(1000) }));
`;

describe("withoutOptimizer", () => {
	it("keeps V8 from optimizing what work calls often, until the work ends or fails", async () => {
		// With the flags of a short life V8 would take long to optimize anything.
		const [node = "", ...words] = PROGRAM_NODE.filter(
			(word) => !SHORT_LIVED.includes(word),
		);
		const { stdout } = await run(
			node,
			["--allow-natives-syntax", ...words, "--input-type=module", "-e", SCRIPT],
			{ env: UNCOUNTED },
		);
		expect(JSON.parse(stdout)).to.deep.equal({
			within: false,
			failure: "no",
			behind: true,
		});
	});
});
