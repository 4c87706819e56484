// Lint, types, then tests: all of them with coverage, those that are named, with `--quick` those that need no process,
// port or database, or with `--node` those whose outcome depends on the version of Node. Mocha's summary comes last, after the coverage, so that a reader and a machine
// find it at the end.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildForTests } from "./build-for-tests.mjs";
import { buildPage } from "./build-page.mjs";
import { readCoverage } from "./coverage.mjs";
import { listQuickTests } from "./quick.mjs";

/** Percent of src/ that all tests together cover at least, with or without the brokers. Raise them when they rise. */
const COVERAGE = { lines: 97, branches: 89, functions: 96 };

/** The engines of the inbox, the commands, whole routers, and the clients of brokers. */
const ON_NODE = ["inbox", "cli", "end-to-end", "deploy", "publish"].map(
	(name) => `test/${name}/**/*.test.ts`,
);

/**
 * How many of each all tests together start at most. They take most of the time of a run: share them, or run commands in the process of
 * the tests (CONTRIBUTING.md). Raise a number only for a test that needs another one.
 */
const STARTS = {
	programs: 140,
	threads: 60,
	"servers of PostgreSQL": 6,
	packages: 1,
	browsers: 1,
	"other processes": 260,
};

const MOCHA = "mocha/bin/mocha.js";

/**
 * The options of Node for the quick tests, in place of those of .mocharc.json. They are one process that allocates much and keeps
 * little. V8 would collect its 16 MB of young objects 2,000 times, by threads that mostly wait for each other: a tenth of the time.
 */
const QUICK_OPTIONS = [
	"import=./test/use-build.mjs",
	"max-semi-space-size=128",
	"single-threaded-gc",
].flatMap((option) => ["--node-option", option]);

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "switchhook-test-"));
const summary = join(folder, "summary.txt");
const starts = join(folder, "starts.json");

function run(script, args, env = {}) {
	const { status } = spawnSync(
		process.execPath,
		[join(root, "node_modules", script), ...args],
		{
			cwd: root,
			stdio: "inherit",
			env: { ...process.env, SWITCHHOOK_TEST_SUMMARY: summary, ...env },
		},
	);
	return status ?? 1;
}

const BUILD = join(root, "dist-test");

/** Runs tests that start the program as a build. It is not in dist/, because tests of the package make that anew. */
function runTestsOfBuild(args, env = {}) {
	buildForTests(root, BUILD);
	return run(MOCHA, args, { SWITCHHOOK_TEST_BUILD: BUILD, ...env });
}

/** Processes and threads that tests start inherit the variable, and are counted too. */
function runAllCovered() {
	const covered = join(folder, "coverage");
	const status = runTestsOfBuild(["test/**/*.test.ts"], {
		NODE_V8_COVERAGE: covered,
		SWITCHHOOK_TEST_STARTS: starts,
	});
	const isWithin = [isCovered(covered), startsFewEnough()];
	return isWithin.includes(false) ? status || 1 : status;
}

function isCovered(covered) {
	const { percent, gaps } = readCoverage(covered, BUILD);
	const shown = Object.entries(percent).map(
		([what, value]) => `${what} ${value} %`,
	);
	console.log(`coverage: ${shown.join(", ")}`);
	const fallen = Object.keys(COVERAGE).filter(
		(what) => percent[what] < COVERAGE[what],
	);
	if (fallen.length === 0) return true;
	for (const what of fallen)
		console.error(`the coverage of ${what} fell below ${COVERAGE[what]} %`);
	for (const { name, lines } of gaps)
		console.error(`  ${name} lacks ${lines} lines`);
	return false;
}

function startsFewEnough() {
	// Mocha writes them at its end, if it comes to one.
	if (!existsSync(starts)) return false;
	const counts = JSON.parse(readFileSync(starts, "utf8"));
	const shown = Object.keys(STARTS).map((what) => `${counts[what]} ${what}`);
	console.log(`started: ${shown.join(", ")}`);
	const risen = Object.keys(STARTS).filter(
		(what) => counts[what] > STARTS[what],
	);
	for (const what of risen)
		console.error(`more than ${STARTS[what]} ${what} were started`);
	return risen.length === 0;
}

function runTests(named) {
	if (named.length === 0) return runAllCovered();
	if (named[0] === "--quick")
		return runTestsOfBuild([...QUICK_OPTIONS, ...listQuickTests()]);
	if (named[0] === "--node") return runTestsOfBuild(ON_NODE);
	return run(MOCHA, named);
}

/** Checks what changed since the last time, and what that concerns. Several threads would check the types of packages several times. */
function checkTypes(project) {
	const known = join(
		root,
		`node_modules/.cache/tsc/${project === "." ? "root" : project}.tsbuildinfo`,
	);
	return run("typescript/bin/tsc", [
		...["--noEmit", "-p", project, "--singleThreaded"],
		...["--incremental", "--tsBuildInfoFile", known],
	]);
}

let status = run("@biomejs/biome/bin/biome", ["check", "."]);
for (const project of [".", "page"])
	if (status === 0) status = checkTypes(project);
buildPage();
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
