// Lint, types, then every test with coverage. Mocha's summary comes last, after the coverage, so that
// a reader and a machine find it at the end.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "switchhook-test-"));
const summary = join(folder, "summary.txt");

const specs =
	process.argv.length > 2 ? process.argv.slice(2) : ["test/**/*.test.ts"];

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

let status = run("@biomejs/biome/bin/biome", "check", ".");
if (status === 0) status = run("typescript/bin/tsc", "--noEmit");
if (status === 0) {
	status = run(
		"c8/bin/c8.js",
		"--reporter=text-summary",
		"--include=src",
		join(root, "node_modules/mocha/bin/mocha.js"),
		...specs,
	);
	try {
		process.stdout.write(readFileSync(summary, "utf8"));
	} catch {
		console.error("mocha ended without a summary");
		status ||= 1;
	}
}
rmSync(folder, { recursive: true, force: true });
process.exit(status);
