import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describeReadError } from "../config/read/expand.ts";
import type { TestCase } from "../config/tests/case.ts";
import type { Finding } from "../finding/finding.ts";
import type { Inputs } from "../inputs.ts";
import { describeEntry } from "../phone/script/describe.ts";
import { readScript } from "../phone/script/read.ts";
import type { CallScript } from "../phone/script/script.ts";
import { playCall } from "./play-call.ts";
import type { Prepared } from "./prepare.ts";
import { type Problem, toRefusals } from "./problem.ts";
import type { RunningRouter } from "./running.ts";

/** The scenarios of tests. */
export type Calls = ReadonlyMap<TestCase, CallScript>;

/** Reads the scenarios of the tests that play a call. `folder` is that of the configuration. */
export async function readCalls(
	cases: readonly TestCase[],
	folder: string,
	inputs: Inputs,
): Promise<{ readonly calls: Calls; readonly findings: readonly Finding[] }> {
	const calls = new Map<TestCase, CallScript>();
	const findings: Finding[] = [];
	const seen = new Set<string>();
	for (const test of cases) {
		if (test.call === undefined) continue;
		const file = resolve(folder, test.call);
		inputs.file(file);
		let text: string;
		try {
			text = await readFile(file, "utf8");
		} catch (error) {
			const at = test.site.at("call");
			findings.push({
				...{ file: at.file, line: at.line, column: at.column },
				severity: "error",
				what: `the file \`${test.call}\` ${describeReadError(error)}`,
			});
			continue;
		}
		const read = readScript(text, file, folder);
		if (!seen.has(file)) findings.push(...read.findings);
		seen.add(file);
		if (read.script !== undefined) calls.set(test, read.script);
	}
	return { calls, findings };
}

/** Plays the call of a test. */
export async function runCall(
	router: RunningRouter,
	{ settings }: Prepared,
	test: TestCase,
	{ calls, reached }: { readonly calls: Calls; readonly reached: Set<string> },
): Promise<readonly Problem[]> {
	const script = calls.get(test);
	if (script === undefined || settings === undefined)
		throw new Error(`the call of "${test.name}" was not read`);
	router.world.outgoing.stub(test.stubs);
	const played = await playCall(script, router, settings);
	for (const route of played.reached) reached.add(route);
	const entries = played.session.journal.since(0);
	const start = entries[0]?.at ?? 0;
	const last = entries
		.map((entry) => describeEntry(entry, start))
		.slice(-ENTRIES_SHOWN);
	const problems = played.problems.map((problem, index) => ({
		...problem,
		more: index === 0 ? last : [],
	}));
	const { refused } = router.world.outgoing;
	return [...problems, ...toRefusals(refused, test.site, undefined)];
}

// --- helpers ---

/** The latest news of a call that explain a difference. */
const ENTRIES_SHOWN = 12;
