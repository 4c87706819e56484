import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder of a build of the sources, which `npm test` makes. Undefined in a run of single files. */
export const BUILD = process.env.SWITCHHOOK_TEST_BUILD;

/**
 * Flags of Node for a process that lives for a moment. V8 optimizes what runs often: a third of the CPU of a process that starts, does one
 * thing and ends goes into code that it hardly runs any more. Only the V8 of Node 20 has the flag; a later one refuses to start with it.
 */
export const SHORT_LIVED: readonly string[] = process.versions.v8.startsWith(
	"11.",
)
	? ["--interrupt-budget=10000000"]
	: [];

/**
 * The environment of processes that coverage does not count, because they are killed or do not run the build: writing what they covered
 * takes as long as a short command.
 */
export const UNCOUNTED: NodeJS.ProcessEnv = {
	...process.env,
	NODE_V8_COVERAGE: "",
};

/** The words that start Node for `PROGRAM_MODULE`, and nothing more. */
export const PROGRAM_NODE: readonly string[] = [
	process.execPath,
	...SHORT_LIVED,
	...(BUILD === undefined ? ["--import", import.meta.resolve("tsx")] : []),
];

/** The URL of the module that has the command line, without a process of its own. */
export const PROGRAM_MODULE = urlOf("cli/program");

/**
 * The words that start `switchhook`, up to its arguments: its build, or its sources. Compiling the sources takes each process as
 * much time as it needs for the rest of its work.
 */
export const PROGRAM: readonly string[] = [
	...PROGRAM_NODE,
	fileURLToPath(urlOf("cli/main")),
];

/** Returns the URL of a module of the sources, such as `cli/program`. */
export function urlOf(module: string): string {
	return BUILD === undefined
		? new URL(`../src/${module}.ts`, import.meta.url).href
		: pathToFileURL(`${BUILD}/${module}.js`).href;
}
