import { fileURLToPath } from "node:url";

/** The folder of a build of the sources, which `npm test` makes. Undefined in a run of single files. */
export const BUILD = process.env.SWITCHHOOK_TEST_BUILD;

/**
 * The words that start `switchhook`, up to its arguments: its build, or its sources. Compiling the sources takes each process as
 * much time as it needs for the rest of its work.
 */
export const PROGRAM: readonly string[] =
	BUILD === undefined
		? [
				process.execPath,
				"--import",
				import.meta.resolve("tsx"),
				fileURLToPath(new URL("../src/cli/main.ts", import.meta.url)),
			]
		: [process.execPath, `${BUILD}/cli/main.js`];
