import { dirname, join } from "node:path";
import type { ReadConfig } from "../config/read/read.ts";
import { routesSchemaOf } from "../config/routes-schema.ts";
import type { TestCase } from "../config/tests/case.ts";
import {
	type CheckedTests,
	checkTests,
	type NamedRoute,
} from "../config/tests/check.ts";
import { findTestFiles, readTests } from "../config/tests/read.ts";
import { SCHEMES } from "../gate/schemes/index.ts";
import type { Schemes } from "../gate/schemes/table.ts";
import { HANDLER_TYPES } from "../handler/types.ts";
import { type Inputs, NO_INPUTS } from "../inputs.ts";
import type { KindCatalog } from "../kind/kind.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type Calls, readCalls } from "./calls.ts";
import type { Prepared } from "./prepare.ts";
import { type CaseResult, runCase } from "./run-case.ts";

/** A configuration whose tests are read. */
export interface TestedConfig {
	readonly read: ReadConfig;
	readonly kinds: KindCatalog;
	/** Undefined where the configuration has errors. */
	readonly runtime: Runtime | undefined;
	readonly schemes?: Schemes | undefined;
}

/** Where tests come from, besides the configuration. */
export interface TestSource {
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Files beside those of `tests/`, absolute; default none. */
	readonly more?: readonly string[];
	/** Hear of the files before they are read; default nobody does. */
	readonly inputs?: Inputs;
}

/** The checked tests, and the scenarios of those that play a call. */
export interface LoadedTests extends CheckedTests {
	readonly calls: Calls;
}

/** Reads and checks the tests of a configuration: its own, those of included files, and of `tests/` beside it. */
export async function loadTests(
	{ read, kinds, runtime, schemes = SCHEMES }: TestedConfig,
	{ env, more = [], inputs = NO_INPUTS }: TestSource,
): Promise<LoadedTests> {
	const folder = dirname(read.file);
	const beside = await chooseTestFiles(folder, inputs);
	const files = [...new Set([...beside, ...more])];
	for (const file of files) inputs.file(file);
	const tests = await readTests(files, folder, { env });
	const checked = checkTests(tests, {
		config: read.files,
		schema: routesSchemaOf({ schemes, handlerTypes: HANDLER_TYPES }),
		kinds,
		routes: runtime?.routes.map(
			({ name, kind }): NamedRoute => ({ name, kind: kind.name }),
		),
	});
	const { calls, findings } = await readCalls(checked.cases, folder, inputs);
	return { ...checked, calls, findings: [...checked.findings, ...findings] };
}

/** Which tests run. */
export interface Choice {
	/** Absolute paths. Empty for all files. */
	readonly files: readonly string[];
	/** A part of the name, whatever its case; undefined for any. */
	readonly grep: string | undefined;
	/** The scenarios of the tests that play a call. */
	readonly calls: Calls;
}

/** The results of a run. */
export interface SuiteResult {
	readonly results: readonly CaseResult[];
	/** The tests with a reason for not running. */
	readonly skipped: readonly TestCase[];
	/** The tests with `only`, if there are any. All others were skipped. */
	readonly alone: readonly TestCase[];
	/** The tests that were skipped because of another one's `only`. */
	readonly leftOut: number;
	/** The names of the routes that no test reached. Undefined if only some tests ran. */
	readonly unreached: readonly string[] | undefined;
	readonly routes: number;
	readonly durationMs: number;
}

/** Runs tests one after the other. `onResult` gets each result at once. */
export async function runSuite(
	prepared: Prepared,
	cases: readonly TestCase[],
	{ files, grep, calls }: Choice,
	onResult: (result: CaseResult) => void,
): Promise<SuiteResult> {
	const started = performance.now();
	const chosen = cases.filter(
		({ name, site }) =>
			(files.length === 0 || files.includes(site.file.source.file)) &&
			name.toLowerCase().includes(grep?.toLowerCase() ?? ""),
	);
	const alone = chosen.filter(({ only }) => only !== undefined);
	const wanted = alone.length > 0 ? alone : chosen;
	const skipped = wanted.filter(({ skip }) => skip !== undefined);
	const results: CaseResult[] = [];
	for (const test of wanted) {
		if (test.skip !== undefined) continue;
		const result = await runCase(prepared, test, calls);
		results.push(result);
		onResult(result);
	}
	const routes = prepared.runtime?.routes ?? [];
	const reached = new Set(results.flatMap((result) => [...result.reached]));
	const isWhole = wanted.length === cases.length && skipped.length === 0;
	return {
		results,
		skipped,
		alone,
		leftOut: chosen.length - wanted.length,
		unreached: isWhole
			? routes.flatMap(({ name }) => (reached.has(name) ? [] : [name]))
			: undefined,
		routes: routes.length,
		durationMs: performance.now() - started,
	};
}

// --- helpers ---

/** Finds the files of `tests/`, and lets the inputs know that others may come. */
async function chooseTestFiles(
	folder: string,
	inputs: Inputs,
): Promise<readonly string[]> {
	const home = join(folder, "tests");
	const found = await findTestFiles(folder);
	inputs.choice({
		name: home,
		found,
		find(look) {
			look(home);
			return findTestFiles(folder);
		},
	});
	return found;
}
