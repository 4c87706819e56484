import { writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import type { EnvFiles } from "../../config/read/env-file.ts";
import { hasErrors } from "../../finding/finding.ts";
import { type Prepared, prepare } from "../../testing/prepare.ts";
import { toReport } from "../../testing/report/json.ts";
import { toJunit } from "../../testing/report/junit.ts";
import { describeCase, describeSuite } from "../../testing/report/text.ts";
import { loadTests, runSuite, type SuiteResult } from "../../testing/suite.ts";
import { type ConfigOptions, createCommand, withConfig } from "../command.ts";
import {
	CannotRun,
	type ExitCode,
	type Io,
	writeJson,
	writeLines,
} from "../io.ts";
import {
	envFilesOf,
	exists,
	requireFile,
	toShown,
	writeFindings,
} from "../load.ts";
import { watchFiles } from "../watch.ts";
import { listenForStop } from "./process.ts";

/** Creates `switchhook test`, which runs the tests of a configuration. Exit code 1 where one fails. */
export function testCommand(io: Io): Command {
	const command = createCommand(
		"test",
		"Runs the tests beside the routes: `tests` in the configuration, and tests/*.yaml beside it. Opens no port and sends nothing; plugins run for real, with an inbox in memory and a fixed clock.",
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
		.option("-g, --grep <text>", "run the tests whose name contains this text")
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
	const envFiles = envFilesOf(io, options);
	try {
		if (options.watch) await watch(io, named, options, envFiles);
		else io.exit((await runOnce(io, named, options, envFiles)).code);
	} finally {
		release();
	}
}

/** The exit code of a run, and the files that it depends on. */
interface Run {
	readonly code: ExitCode;
	readonly files: readonly string[];
}

async function runOnce(
	io: Io,
	named: readonly string[],
	options: TestOptions,
	envFiles: EnvFiles | undefined,
): Promise<Run> {
	const { env, schemes } = io;
	const ofEnv = (await envFiles?.read()) ?? [];
	const configFile = resolve(io.cwd, options.config);
	const prepared = await prepare({ configFile, env, schemes });
	if (prepared.madeUp.length > 0) {
		writeLines(io.stderr, [
			`note: ${prepared.madeUp.join(", ")}: not set, so the tests use a made-up value`,
		]);
	}
	const config = new Set(prepared.read.files.map(({ source }) => source.file));
	const more = named.filter((file) => !config.has(file));
	const tests = await loadTests(prepared, env, more);
	const ofRun = [...config, configFile, ...tests.files];
	const files = [...ofRun, ...(envFiles?.paths ?? [])];
	// What is only a warning is for `check` to say.
	const errors = [...ofEnv, ...prepared.findings].filter(
		({ severity }) => severity === "error",
	);
	const findings = [...errors, ...tests.findings];
	await writeFindings(io, "stderr", findings);
	if (prepared.settings === undefined || hasErrors(findings)) {
		writeLines(io.stderr, ["No test ran. Fix the errors above."]);
		return { code: 2, files };
	}
	if (tests.cases.length === 0) {
		writeLines(io.stderr, [
			`there are no tests. Write them in \`tests\` of ${options.config}, or in tests/*.yaml beside it.`,
		]);
		return { code: 2, files };
	}
	const result = await runAndTell(io, prepared, tests.cases, named, options);
	if (result.results.length === 0 && result.skipped.length === 0) {
		writeLines(io.stderr, ["No test has this text in its name."]);
		return { code: 2, files };
	}
	const hasFailed = result.results.some(({ problems }) => problems.length > 0);
	return { code: hasFailed ? 1 : 0, files };
}

async function runAndTell(
	io: Io,
	prepared: Prepared,
	cases: Parameters<typeof runSuite>[1],
	files: readonly string[],
	{ grep, json, junit }: TestOptions,
): Promise<SuiteResult> {
	const show = (file: string): string => toShown(io.cwd, file);
	const colors = io.isTTY && !io.env.NO_COLOR;
	const style = { colors, show };
	const choice = { files, grep };
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
	envFiles: EnvFiles | undefined,
): Promise<void> {
	const signals = listenForStop();
	const stopped = signals.first.then(() => "stop" as const);
	const configFile = resolve(io.cwd, options.config);
	const folders = WATCHED_FOLDERS.map((name) =>
		join(dirname(configFile), name),
	);
	let files: readonly string[] = [configFile, ...named];
	try {
		for (;;) {
			// Before the run: what changes while it is under way is run again.
			const change = nextChange([...files, ...folders]);
			try {
				({ files } = await runOnce(io, named, options, envFiles));
				writeLines(io.stderr, ["", "Waiting for changes. ^C stops."]);
				if ((await Promise.race([change.seen, stopped])) === "stop") return;
			} finally {
				change.stop();
			}
		}
	} finally {
		signals.release();
	}
}

/** The folders of a project besides what its configuration names. */
const WATCHED_FOLDERS = ["tests", "plugins", "nccos", "schemas", "tables"];

function nextChange(files: readonly string[]): {
	readonly seen: Promise<"change">;
	readonly stop: () => void;
} {
	let stop = (): void => {};
	const seen = new Promise<"change">((resolve) => {
		stop = watchFiles(files, () => resolve("change"));
	});
	return { seen, stop };
}

/** Has dates without a zone mean UTC, unless TZ says otherwise: a test that passes here passes in CI. */
function useSteadyZone({ env }: Pick<Io, "env">): () => void {
	if (env.TZ !== undefined) return () => {};
	const before = process.env.TZ;
	process.env.TZ = "UTC";
	return () => {
		if (before === undefined) delete process.env.TZ;
		else process.env.TZ = before;
	};
}
