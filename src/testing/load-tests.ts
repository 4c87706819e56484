import { dirname, join } from "node:path";
import type { ReadConfig } from "../config/read/read.ts";
import { routesSchemaOf } from "../config/routes-schema.ts";
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
import type { Calls } from "./calls.ts";

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
	if (checked.cases.every(({ call }) => call === undefined)) {
		return { ...checked, calls: new Map() };
	}
	const { readCalls } = await import("./calls.ts");
	const { calls, findings } = await readCalls(checked.cases, folder, inputs);
	return { ...checked, calls, findings: [...checked.findings, ...findings] };
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
