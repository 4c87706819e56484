// Lint, types, then tests: all of them with coverage, those that are named, or with `--quick` those that need no
// process, port or database. Mocha's summary comes last, after the coverage, so that a reader and a machine
// find it at the end.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { listQuickTests } from "./quick.mjs";

/** Percent that all tests together cover at least. Raise them when they rise. */
const COVERAGE = { lines: 0, statements: 0, branches: 0, functions: 0 };

const MOCHA = "mocha/bin/mocha.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "switchhook-test-"));
const summary = join(folder, "summary.txt");

function run(script, ...args) {
	const { status } = spawnSync(
		process.execPath,
		[join(root, "node_modules", script), ...args],
		{
			cwd: root,
			stdio: "inherit",
			env: { ...process.env, SWITCHHOOK_TEST_SUMMARY: summary },
		},
	);
	return status ?? 1;
}

function runAllCovered() {
	const floors = Object.entries(COVERAGE).map(
		([what, percent]) => `--${what}=${percent}`,
	);
	return run(
		"c8/bin/c8.js",
		"--reporter=text-summary",
		"--include=src",
		"--check-coverage",
		...floors,
		join(root, "node_modules", MOCHA),
		"test/**/*.test.ts",
	);
}

function runTests(named) {
	if (named.length === 0) return runAllCovered();
	const isQuick = named[0] === "--quick";
	return run(MOCHA, ...(isQuick ? listQuickTests() : named));
}

let status = run("@biomejs/biome/bin/biome", "check", ".");
if (status === 0) status = run("typescript/bin/tsc", "--noEmit");
if (status === 0) {
	status = runTests(process.argv.slice(2));
	try {
		process.stdout.write(readFileSync(summary, "utf8"));
	} catch {
		console.error("mocha ended without a summary");
		status ||= 1;
	}
}
rmSync(folder, { recursive: true, force: true });
process.exit(status);
