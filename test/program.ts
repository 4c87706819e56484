import { fileURLToPath } from "node:url";

/** The folder of a build of the sources, which `npm test` makes. Undefined in a run of single files. */
export const BUILD = process.env.SWITCHHOOK_TEST_BUILD;

/**
 * Flags of Node for a process that lives for a moment. V8 optimizes what runs often: a third of the CPU of a process that starts, does one
 * thing and ends goes into code that it hardly runs any more.
 */
export const SHORT_LIVED: readonly string[] = ["--interrupt-budget=10000000"];

/**
 * The words that start `switchhook`, up to its arguments: its build, or its sources. Compiling the sources takes each process as
 * much time as it needs for the rest of its work.
 */
export const PROGRAM: readonly string[] =
	BUILD === undefined
		? [
				process.execPath,
				...SHORT_LIVED,
				"--import",
				import.meta.resolve("tsx"),
				fileURLToPath(new URL("../src/cli/main.ts", import.meta.url)),
			]
		: [process.execPath, ...SHORT_LIVED, `${BUILD}/cli/main.js`];
