import type { TestCase } from "../config/tests/case.ts";
import type { Calls } from "./calls.ts";
import type { Prepared } from "./prepare.ts";
import { type CaseResult, runCase } from "./run-case.ts";

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
