import { writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { hasErrors } from "../../finding/finding.ts";
import { toShown } from "../../finding/shown-path.ts";
import { listWords } from "../../finding/suggest.ts";
import { type Inputs, NO_INPUTS } from "../../inputs.ts";
import { type Prepared, prepare } from "../../testing/prepare.ts";
import { toReport } from "../../testing/report/json.ts";
import { toJunit } from "../../testing/report/junit.ts";
import { describeCase, describeSuite } from "../../testing/report/text.ts";
import {
	type LoadedTests,
	loadTests,
	runSuite,
	type SuiteResult,
} from "../../testing/suite.ts";
import { type ConfigOptions, createCommand, withConfig } from "../command.ts";
import {
	CannotRun,
	type ExitCode,
	type Io,
	writeJson,
	writeLines,
} from "../io.ts";
import { envFilesOf, exists, requireFile, writeFindings } from "../load.ts";
import { listenForStop } from "../serve/process.ts";
import { createReading } from "../watch/reading.ts";
import { startWatching } from "../watch/watch.ts";

/** Creates `switchhook test`, which runs the tests of a configuration. Exit code 1 where one fails. */
export function testCommand(io: Io): Command {
	const command = createCommand(
		"test",
		"Runs the tests beside the routes: `tests` in the configuration, and tests/*.yaml beside it. Opens no port and sends nothing; plugins run for real, with an inbox in memory and a clock that stands still.",
		[
			"test",
			"test tests/menu.yaml --grep Sunday",
			"test --watch",
			"test --junit report.xml",
		],
	)
		.summary("Runs the tests beside the routes.")
		.argument("[files...]", "files of tests (default: all)");
	return withConfig(command)
		.option("-g, --grep <text>", "run the tests whose name has this text")
		.option("-w, --watch", "run again when a file changes, until ^C")
		.option("--json", "print the results as JSON")
		.option("--junit <file>", "write the results as JUnit XML too")
		.action((files: readonly string[], options: TestOptions) =>
			test(io, files, options),
		);
}

// --- helpers ---

interface TestOptions extends ConfigOptions {
	readonly grep?: string;
	readonly watch?: true;
	readonly json?: true;
	readonly junit?: string;
}

async function test(
	io: Io,
	files: readonly string[],
	options: TestOptions,
): Promise<void> {
	await requireFile(io, options.config);
	const named = files.map((file) => resolve(io.cwd, file));
	for (const [index, file] of named.entries()) {
		if (!(await exists(file)))
			throw new CannotRun(`there is no test file ${files[index]}`);
	}
	const release = useSteadyZone(io);
	try {
		if (options.watch) await watch(io, named, options);
		else io.exit(await runOnce(io, named, options));
	} finally {
		release();
	}
}

async function runOnce(
	io: Io,
	named: readonly string[],
	options: TestOptions,
	inputs: Inputs = NO_INPUTS,
): Promise<ExitCode> {
	const { env, schemes } = io;
	const configFile = resolve(io.cwd, options.config);
	const envFiles = envFilesOf(io, options);
	for (const path of envFiles?.paths ?? []) inputs.file(path);
	const prepared = await prepare({
		...{ configFile, env, envFiles, schemes, inputs },
	});
	tellMadeUp(io, prepared.madeUp);
	const config = new Set(prepared.read.files.map(({ source }) => source.file));
	const more = named.filter((file) => !config.has(file));
	const tests = await loadTests(prepared, { env, more, inputs });
	// Warnings are left to `check`.
	const errors = prepared.findings.filter(
		({ severity }) => severity === "error",
	);
	const findings = [...errors, ...tests.findings];
	await writeFindings(io, "stderr", findings);
	if (prepared.settings === undefined || hasErrors(findings)) {
		writeLines(io.stderr, ["No test ran. Fix the errors above."]);
		return 2;
	}
	if (tests.cases.length === 0) {
		writeLines(io.stderr, [
			`There are no tests. Write them in \`tests\` of ${options.config}, or in tests/*.yaml beside it.`,
		]);
		return 2;
	}
	const result = await runAndTell(io, prepared, tests, named, options);
	if (result.results.length === 0 && result.skipped.length === 0) {
		writeLines(io.stderr, ["No test has this text in its name."]);
		return 2;
	}
	const hasFailed = result.results.some(({ problems }) => problems.length > 0);
	return hasFailed ? 1 : 0;
}

function tellMadeUp({ stderr }: Io, names: readonly string[]): void {
	if (names.length === 0) return;
	const verb = names.length === 1 ? "is" : "are";
	writeLines(stderr, [
		`note: ${listWords(names, "and")} ${verb} not set. The tests use made-up values.`,
	]);
}

async function runAndTell(
	io: Io,
	prepared: Prepared,
	{ cases, calls }: LoadedTests,
	files: readonly string[],
	{ grep, json, junit }: TestOptions,
): Promise<SuiteResult> {
	const show = (file: string): string => toShown(io.cwd, file);
	const colors = io.isTTY && !io.env.NO_COLOR;
	const style = { colors, show };
	const choice = { files, grep, calls };
	const result = await runSuite(prepared, cases, choice, (one) => {
		if (!json) io.stdout.write(`${describeCase(one, style).join("\n")}\n`);
	});
	if (json) writeJson(io.stdout, toReport(result, show));
	else io.stdout.write(`${describeSuite(result, style).join("\n")}\n`);
	if (junit !== undefined)
		await writeFile(resolve(io.cwd, junit), toJunit(result, show));
	return result;
}

/** Runs again at each change, one run after the other, until the process is told to stop. */
async function watch(
	io: Io,
	named: readonly string[],
	options: TestOptions,
): Promise<void> {
	const signals = listenForStop();
	// Neither signals nor the watcher keep a process alive.
	const life = setInterval(() => {}, LIFE_MS);
	let reading = createReading();
	const runAgain = async (): Promise<void> => {
		reading = createReading();
		await runOnce(io, named, options, reading);
		writeLines(io.stderr, ["", "Waiting for changes. ^C stops."]);
	};
	const tell = (error: unknown): void =>
		writeLines(io.stderr, [
			error instanceof Error ? error.message : `${error}`,
		]);
	try {
		await runAgain();
		const watcher = startWatching({
			top: dirname(resolve(io.cwd, options.config)),
			snapshot: () => reading.settle(),
			reload: () => runAgain().catch(tell),
			// The watcher still checks from time to time.
			onIncomplete() {},
			onFault: tell,
		});
		await signals.first;
		await watcher.close();
	} finally {
		clearInterval(life);
		signals.release();
	}
}

const LIFE_MS = 60_000;

/** Interprets dates without a zone as UTC unless TZ is set, so that a test that passes here passes in CI. */
function useSteadyZone({ env }: Pick<Io, "env">): () => void {
	if (env.TZ !== undefined) return () => {};
	const before = process.env.TZ;
	process.env.TZ = "UTC";
	return () => {
		if (before === undefined) delete process.env.TZ;
		else process.env.TZ = before;
	};
}
